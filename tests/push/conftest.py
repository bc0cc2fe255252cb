"""A house whose phones are woken by a push service of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from astrow2fa.adapters.push.queue import PushQueue
from astrow2fa.core.confirmation import Confirmation
from astrow2fa.core.policy import Mode
from tests.support.acts import asked
from tests.support.api import calls, succeeds
from tests.support.authority import Authority
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.houses import build, template
from tests.support.phone import RobotPhone
from tests.support.push import Phone, Pushed, PushService

__all__ = ["build", "template"]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Whom the stand-ins' certificates are from."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def service() -> Iterator[PushService]:
    with PushService() as service:
        yield service


@pytest.fixture(autouse=True)
def unannounced(monkeypatch: pytest.MonkeyPatch) -> None:
    """A phone that is paired is not told to the others, whom a test wakes for something else; see test_paired.py."""
    monkeypatch.setattr(PushQueue, "paired", lambda *_: None)


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


@dataclass
class Street:
    """A house, somebody at a browser, and the push service that all phones have."""

    house: House
    browser: RobotBrowser
    service: PushService

    def phone(self, name: str = "anna", path: str = "/wake/one", label: str = "Pixel 9") -> Woken:
        """Pairs a phone and subscribes it, at a path of its own."""
        robot, push = self.house.phone(name, label), self.service.phone(path)
        succeeds(calls(self.house, "PUT", "/push-subscription", push.subscription, phone=robot), 204)
        return Woken(robot, push)

    def works(self) -> None:
        """The queue does what is due, and the steps are written."""
        self.house.parts.push.tick()  # type: ignore[attr-defined]
        self.house.parts.trace.flush()

    def passes(self, seconds: float) -> list[Pushed]:
        """Time goes by, and then the queue works; what came of it."""
        self.house.clock.advance(seconds)
        self.works()
        return self.service.all

    def asks(self, name: str = "anna") -> list[Pushed]:
        """Somebody signs in, and the queue works; what the service got."""
        self.browser.signs_in(name)
        self.works()
        return self.service.all

    def withdraws(self) -> list[Pushed]:
        """Cancel in the browser."""
        self.browser.get("/login/waiting")
        self.browser.post("/login/cancel")
        self.works()
        return self.service.all

    @property
    def asked(self) -> Confirmation:
        """What Anna was asked last."""
        return asked(self.house, "anna")

    def answers(self, status: int, path: str = "/wake/one", **headers: str) -> None:
        """What the service answers from now on; `_` stands for `-` in names of headers."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.service.answers[path] = (status, named)


@pytest.fixture
def street(house: House, browser: RobotBrowser, service: PushService) -> Street:
    return Street(house, browser, service)


@pytest.fixture
def woken(street: Street) -> Callable[..., Woken]:
    return street.phone


@pytest.fixture
def works(street: Street) -> Callable[[], None]:
    return street.works
