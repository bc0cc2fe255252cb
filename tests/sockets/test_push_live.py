"""A real server wakes phones while it serves, and takes up after a crash what was never delivered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.support.live import PATIENCE, LiveHouse
from tests.support.phone import RobotPhone
from tests.support.push import Phone, PushService


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    with PushService() as service:
        yield service


@pytest.fixture(scope="module", params=["eventlet", "gevent"])
def loop_house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, service: PushService
) -> Iterator[LiveHouse]:
    folder: Path = tmp_path_factory.mktemp(f"push-{request.param}")
    house = LiveHouse(folder, ASTROW2FA_PUSH_HOSTS=service.host, ASTROW2FA_ASYNC_MODE=request.param)
    yield house
    house.close()


def subscribe(house: LiveHouse, phone: RobotPhone, push: Phone) -> None:
    path = "/mobile/api/v1/push-subscription"
    request = requests.Request("PUT", house.url + path, json=push.subscription).prepare()
    body = request.body
    assert isinstance(body, bytes)
    request.headers["Authorization"] = f"Bearer {phone.proof('PUT', path, body)}"
    with requests.Session() as session:
        assert session.send(request, timeout=PATIENCE).status_code == 204


def test_a_phone_is_woken_and_told_when_it_is_over(loop_house: LiveHouse, service: PushService) -> None:
    # Given
    name = loop_house.newcomer()
    push = service.phone(f"/wake/{name}")
    subscribe(loop_house, loop_house.phone(name), push)
    browser = loop_house.browser()
    # When
    browser.signs_in(name)
    asking = push.reads(service.next())
    browser.cancels()
    closing = push.reads(service.next())
    # Then
    assert (asking["kind"], closing["kind"]) == ("confirmation", "closed")
    assert asking["id"] == closing["id"]


def test_what_a_crash_left_undelivered_is_delivered_by_the_next(
    loop_house: LiveHouse, service: PushService
) -> None:
    # Given a service that is in trouble until the server has died
    name = loop_house.newcomer()
    push = service.phone(f"/wake/{name}")
    subscribe(loop_house, loop_house.phone(name), push)
    service.answers[f"/wake/{name}"] = (503, {"Retry-After": "100"})
    loop_house.browser().signs_in(name)
    asking = push.reads(service.next())
    # When
    loop_house.server.kill()
    del service.answers[f"/wake/{name}"]
    loop_house.server.start()
    # Then
    assert push.reads(service.next()) == asking
