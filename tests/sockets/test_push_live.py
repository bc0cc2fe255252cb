"""A real server wakes phones while it serves, and takes up after a crash what was never delivered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.live import PATIENCE, LiveBrowser, LiveHouse
from tests.support.phone import RobotPhone, payload_of
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


def called(house: LiveHouse, phone: RobotPhone, method: str, path: str, body: dict[str, Any]) -> None:
    """One proven call that goes well and answers nothing."""
    path = "/mobile/api/v1" + path
    request = requests.Request(method, house.url + path, json=body).prepare()
    sent = request.body
    assert isinstance(sent, bytes)
    request.headers["Authorization"] = f"Bearer {phone.proof(method, path, sent)}"
    with requests.Session() as session:
        assert session.send(request, timeout=PATIENCE).status_code == 204


def subscribe(house: LiveHouse, phone: RobotPhone, push: Phone) -> None:
    called(house, phone, "PUT", "/push-subscription", push.subscription)


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


def test_the_waiting_browser_of_the_user_hears_that_the_phone_has_it(loop_house: LiveHouse) -> None:
    # Given a browser that this user has signed in with before
    name = loop_house.newcomer()
    robot = loop_house.phone(name)
    phone = loop_house.listening(robot).connects()
    browser = loop_house.browser()
    browser.signs_in(name)
    number = browser.connects().hears()["number"]
    phone.approves(phone.is_asked()["confirmation"], number=number)
    browser.collects()
    browser.post("/logout", "/")
    again = LiveBrowser(loop_house.url)
    again.http.cookies.update(browser.http.cookies)
    again.signs_in(name)
    assert "reached" not in again.connects().hears()
    # When its phone says that it shows the next request
    confirmation_id = payload_of(phone.is_asked()["confirmation"])["jti"]
    called(loop_house, robot, "POST", f"/confirmations/{confirmation_id}/seen", {"what": "shown"})
    # Then
    heard = again.hears()
    assert (heard["state"], heard["reached"]) == ("pending", True)
    browser.hangs_up()
    again.hangs_up()
    phone.hangs_up()
