"""Sockets that prove nothing: half-open connections, sockets that join no namespace, requests past a limit."""

from __future__ import annotations

import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from flask import request, request_started
from websocket import WebSocket, WebSocketException, create_connection

from astrow2fa.core.policy import Mode
from tests.support.acts import signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.live import LiveHouse
from tests.support.unchanged import nothing_changes

SLOW = 1000
PATIENCE = 30
MOST = 2048
A_SOCKET_MIB = 0.05
"""Ten times what one takes."""


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


def opens(live: LiveHouse, count: int) -> None:
    """Opens that many sockets that join nothing, over one connection."""
    address, heard = urlsplit(live.url), b""
    request = b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection((address.hostname, address.port or 80), PATIENCE) as line:
        for _ in range(count):
            line.sendall(request)
            while b'"sid":"' not in heard:
                heard += line.recv(65536)
            heard = b""


def resident(live: LiveHouse) -> float:
    """MiB that the server has in memory."""
    pages = Path(f"/proc/{live.server.pid}/statm").read_text().split()[1]
    return int(pages) * resource.getpagesize() / 2**20


def test_memory_is_bounded_however_many_are_opened(live: LiveHouse) -> None:
    # Given a server with as many of them as there may be
    before = resident(live)
    opens(live, MOST)
    full = resident(live)
    assert full - before < MOST * A_SOCKET_MIB
    # When more than twice as many follow
    opens(live, 5000)
    # Then they have taken the place of the first
    assert resident(live) - full < 5000 * A_SOCKET_MIB / 4


@contextmanager
def let_in(house: House) -> Iterator[list[str]]:
    """The paths for which the application itself is asked."""
    paths: list[str] = []

    def asked(_: object, **__: object) -> None:
        paths.append(request.path)

    with request_started.connected_to(asked, house.app):
        yield paths


def test_a_made_up_cookie_does_not_open_the_door(build: Callable[..., House]) -> None:
    # Given an address that has used up its tries, and recognised browsers at it that have not
    house = build(ASTROW2FA_LIMITS="login.address=2/minute")
    flood = RobotBrowser(house.app).takes("x" * 43, "astrow2fa-browser")
    flood.get("/login")
    token = flood.csrf()
    for _ in range(3):
        flood.sends("/login", csrf_token=token, username="nobody", password="wrong")
    # When something comes with a cookie that might be theirs
    with let_in(house) as asked:
        answer = flood.sends("/login", csrf_token=token, username="a", password="b")
    # Then
    assert answer.status_code == 429
    assert asked == []


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


def test_strangers_do_not_shut_the_door_for_a_recognised_browser_beside_them(
    build: Callable[..., House],
) -> None:
    # Given Anna's browser, recognised, and strangers behind the same address who have used up its tries
    house = build(ASTROW2FA_LIMITS="login.address=2/minute").policy(Mode.ALWAYS)
    phone, own, stranger = house.phone("anna"), RobotBrowser(house.app), RobotBrowser(house.app)
    signs_in_with(house, own, phone, "anna").get("/")
    own.post("/logout")
    stranger.get("/login")
    fields = {"csrf_token": stranger.csrf(), "username": "anna", "password": "wrong"}
    codes = [stranger.sends("/login", **fields).status_code for _ in range(3)]
    assert codes[-1] == 429
    # When, Then they are refused at the door, and she signs in
    with let_in(house) as asked:
        assert stranger.sends("/login", **fields).status_code == 429
    assert asked == []
    assert own.signs_in("anna").location == "/login/waiting"
    # When, Then her own tries are counted, too, and that closes the door for nobody else
    house.clock.advance(61)
    assert [own.signs_in("anna", "wrong").status_code for _ in range(3)] == [401, 401, 429]
    assert stranger.sends("/login", **fields).status_code == 401


def test_sockets_are_counted_when_they_are_opened(tmp_path: Path) -> None:
    # Given a server where an address may connect three times a minute
    live = LiveHouse(tmp_path, Mode.OFF, ASTROW2FA_LIMITS="socket.address=3/minute")
    opening = live.url + "/socket.io/?EIO=4&transport=polling"
    try:
        # When it opens sockets that join nothing
        answers = [requests.get(opening, timeout=PATIENCE) for _ in range(7)]
        # Then twice as many are let in, for those that behave; they need no more than one for each connect
        assert [answer.status_code for answer in answers] == [200] * 6 + [429]
        assert int(answers[-1].headers["Retry-After"]) > 0
        # Then one that is open goes on
        sid = answers[0].text.split('"sid":"')[1].split('"')[0]
        assert requests.post(f"{opening}&sid={sid}", "40/login,", timeout=PATIENCE).text == "OK"
        # Then the door is open again when the time is over
        live.server.advance(61)
        assert requests.get(opening, timeout=PATIENCE).status_code == 200
    finally:
        live.close()
