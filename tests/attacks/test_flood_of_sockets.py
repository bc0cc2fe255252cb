"""Sockets that prove nothing: half-open connections, sockets that join no namespace, requests past a limit."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import requests
from flask import request, request_started
from websocket import WebSocket, WebSocketException, create_connection

from astrow2fa.core.policy import Mode
from astrow2fa.web.doorman import KNOWN_A_SECOND
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.live import LiveHouse
from tests.support.unchanged import nothing_changes

SLOW = 1000
PATIENCE = 30


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHouse]:
    house = LiveHouse(tmp_path_factory.mktemp("flood"), Mode.OFF)
    yield house
    house.close()


def test_a_thousand_half_open_connections_do_not_stop_a_sign_in(live: LiveHouse) -> None:
    # Given a thousand clients that begin a request and say no more
    address = urlsplit(live.url)
    slow = [socket.create_connection((address.hostname, address.port or 80)) for _ in range(SLOW)]
    try:
        for one in slow:
            one.sendall(b"POST /login HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        # Then somebody else signs in
        browser = live.browser()
        assert browser.signs_in("anna").headers["Location"] == "/"
        assert browser.signed_in
        browser.http.close()
    finally:
        for one in slow:
            one.close()


def ends(opened: WebSocket) -> bool:
    """Whether the server hangs up, however politely its pings are answered."""
    opened.settimeout(PATIENCE)
    try:
        while True:
            if not opened.recv():
                return True
    except TimeoutError:
        return False
    except (WebSocketException, OSError):
        return True


def test_sockets_that_join_nothing_are_closed_in_seconds(live: LiveHouse) -> None:
    # Given sockets that say nothing, prove nothing, or ask for what there is not; and one that polls
    url = live.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    opened = []
    for sent in (None, '40/mobile,{"assertion":"x"}', "40/nowhere,", "40/login,"):
        opened.append(create_connection(url, origin=live.url, timeout=PATIENCE))
        if sent is not None:
            opened[-1].send(sent)
    poll = live.url + "/socket.io/?EIO=4&transport=polling"
    with requests.Session() as polling:
        sid = polling.get(poll, timeout=PATIENCE).text.split('"sid":"')[1].split('"')[0]
        # Then the server hangs up on all of them
        polling.get(f"{poll}&sid={sid}", timeout=PATIENCE)
        assert polling.get(f"{poll}&sid={sid}", timeout=PATIENCE).status_code == 400
    for one in opened:
        assert ends(one)
        one.shutdown()


@contextmanager
def let_in(house: House) -> Iterator[list[str]]:
    """The paths for which the application itself is asked."""
    paths: list[str] = []

    def asked(_: object, **__: object) -> None:
        paths.append(request.path)

    with request_started.connected_to(asked, house.app):
        yield paths


def test_a_made_up_cookie_lets_a_flood_in_drop_by_drop(build: Callable[..., House]) -> None:
    # Given an address that has used up its tries, and recognised browsers at it that have not
    house = build(ASTROW2FA_LIMITS="login.address=2/minute")
    flood = RobotBrowser(house.app).takes("x" * 43, "astrow2fa-browser")
    flood.get("/login")
    token = flood.csrf()
    for _ in range(3):
        flood.sends("/login", csrf_token=token, username="nobody", password="wrong")
    # When something comes with a cookie that might be theirs, a hundred times in a second
    with let_in(house) as asked:
        answers = [flood.sends("/login", csrf_token=token, username="a", password="b") for _ in range(100)]
    # Then
    assert {answer.status_code for answer in answers} == {429}
    assert len(asked) == KNOWN_A_SECOND
    # And the next second has as many
    house.clock.advance(1)
    with let_in(house) as asked:
        flood.sends("/login", csrf_token=token, username="a", password="b")
    assert asked == ["/login"]


def test_past_its_limit_an_address_is_answered_at_the_door(build: Callable[..., House]) -> None:
    # Given an address that has used up its tries
    house = build(ASTROW2FA_LIMITS="login.address=2/minute,pair.address=2/minute")
    browser = RobotBrowser(house.app)
    browser.get("/login")
    token = browser.csrf()
    fields = {"csrf_token": token, "username": "nobody", "password": "wrong"}
    assert [browser.sends("/login", **fields).status_code for _ in range(3)] == [401, 401, 429]
    # When it goes on, even with the right password
    with nothing_changes(house), let_in(house) as asked:
        refused = browser.sends("/login", csrf_token=token, username="anna", password=PASSWORD)
    # Then the application is not asked
    assert asked == []
    # Then a page says so, with all the headers of a page and no cookie
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert "default-src 'none'" in refused.headers["Content-Security-Policy"]
    assert refused.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in refused.headers
    assert refused.mimetype == "text/html"
    # And others, and other doors, are not concerned
    assert RobotBrowser(house.app, "198.51.100.3").signs_in("anna").status_code == 303
    assert browser.get("/login").status_code == 200
    # Then it is let in again when the time is over
    house.clock.advance(61)
    assert browser.sends("/login", csrf_token=token, username="anna", password=PASSWORD).status_code == 303
