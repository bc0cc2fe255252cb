"""A house whose phones are woken by a push service of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from astrow2fa.core.policy import Mode
from tests.support.api import calls, succeeds
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.houses import build, template
from tests.support.phone import RobotPhone
from tests.support.push import Phone, PushService

__all__ = ["build", "template"]


@pytest.fixture
def service() -> Iterator[PushService]:
    with PushService() as service:
        yield service


@pytest.fixture
def house(build: Callable[..., House], service: PushService) -> Iterator[House]:
    house = build(ASTROW2FA_PUSH_HOSTS=f"{service.host},push.example.net").policy(Mode.ALWAYS)
    yield house
    house.parts.push.stop()


@pytest.fixture
def browser(house: House) -> RobotBrowser:
    return RobotBrowser(house.app)


@dataclass
class Woken:
    """A paired phone that has subscribed."""

    robot: RobotPhone
    push: Phone


@pytest.fixture
def woken(house: House, service: PushService) -> Callable[..., Woken]:
    """Pairs a phone and subscribes it, at a path of its own."""

    def pair(name: str = "anna", path: str = "/wake/one", label: str = "Pixel 9") -> Woken:
        robot, push = house.phone(name, label), service.phone(path)
        succeeds(calls(house, "PUT", "/push-subscription", push.subscription, phone=robot), 204)
        return Woken(robot, push)

    return pair


@pytest.fixture
def works(house: House) -> Callable[[], None]:
    """Lets the queue do what is due, and writes the steps."""

    def works() -> None:
        house.parts.push.tick()  # type: ignore[attr-defined]
        house.parts.trace.flush()

    return works
