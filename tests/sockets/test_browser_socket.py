"""Namespace /login: state at connect and at every change, for every tab, on both transports."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.live import LiveBrowser, LiveHouse, LivePhone
from tests.support.loops import EVERY_LOOP

pytestmark = EVERY_LOOP

Waiting = Callable[[str], LiveBrowser]
Listening = Callable[..., LivePhone]
POLLING = ["polling"]


def test_who_was_away_gets_the_state_as_it_is_now(name: str, waiting: Waiting, listening: Listening) -> None:
    # Given a browser whose connection is lost
    phone = listening(name)
    browser = waiting(name)
    number = browser.hears()["number"]
    browser.hangs_up()
    # When the phone answers meanwhile
    phone.denies(phone.is_asked()["confirmation"], reason="changed_mind")
    # Then it hears the answer when it is back, and nothing older
    browser.connects()
    heard = browser.hears()
    assert (heard["state"], heard["reason"]) == ("denied", "changed_mind")
    assert number


def test_a_reload_hears_pending_again_with_the_same_number(name: str, waiting: Waiting) -> None:
    browser = waiting(name)
    first = browser.hears()
    browser.hangs_up()

    again = browser.connects().hears()

    assert (again["state"], again["number"]) == ("pending", first["number"])


def test_every_tab_hears_it(
    live: LiveHouse, name: str, waiting: Waiting, listening: Listening, sockets: list[LiveBrowser]
) -> None:
    # Given three tabs of one browser
    phone = listening(name)
    browser = waiting(name)
    tabs = [browser]
    for _ in range(2):
        tab = live.browser()
        tab.http.cookies = browser.http.cookies
        sockets.append(tab.connects())
        tabs.append(tab)
    number = {tab.hears()["number"] for tab in tabs}.pop()
    # When the phone says OK
    phone.approves(phone.is_asked()["confirmation"], number=number)
    # Then all hear it, and that one of them collected
    assert [tab.hears()["state"] for tab in tabs] == ["approved"] * 3
    tabs[1].collects()
    assert [tab.hears()["state"] for tab in tabs] == ["collected"] * 3


def test_a_tab_that_comes_back_after_the_collect_hears_that(
    name: str, waiting: Waiting, listening: Listening
) -> None:
    # Given a browser that has collected
    phone = listening(name)
    browser = waiting(name)
    number = browser.hears()["number"]
    phone.approves(phone.is_asked()["confirmation"], number=number)
    assert browser.hears()["state"] == "approved"
    browser.hangs_up()
    browser.collects()
    # When a tab of it, which has the new cookie by now, connects again
    browser.connects()
    # Then
    assert browser.hears()["state"] == "collected"


def test_the_fallback_without_websocket_hears_the_same(
    live: LiveHouse, name: str, listening: Listening, sockets: list[LiveBrowser]
) -> None:
    # Given a browser that polls: same-origin GETs carry no Origin, but say where they come from
    phone = listening(name)
    browser = live.browser()
    browser.signs_in(name)
    sockets.append(browser.connects(POLLING, Sec_Fetch_Site="same-origin"))
    number = browser.hears()["number"]
    # When
    phone.approves(phone.is_asked()["confirmation"], number=number)
    # Then
    assert browser.hears()["state"] == "approved"


@pytest.mark.parametrize("site", [None, "cross-site", "same-site", "none", "Same-Origin"])
def test_polling_from_elsewhere_is_refused(live: LiveHouse, name: str, site: str | None) -> None:
    browser = live.browser()
    browser.signs_in(name)

    assert browser.is_refused(POLLING, Sec_Fetch_Site=site) == {"message": "bad_origin"}


def test_a_websocket_without_origin_is_refused(live: LiveHouse, name: str) -> None:
    browser = live.browser()
    browser.signs_in(name)

    said = browser.is_refused(Origin=None, Sec_Fetch_Site="same-origin")

    assert said == {"message": "bad_origin"}


@pytest.mark.parametrize("transports", [None, POLLING])
def test_a_foreign_origin_is_refused(live: LiveHouse, name: str, transports: list[str] | None) -> None:
    browser = live.browser()
    browser.signs_in(name)
    port = live.url.rpartition(":")[2]
    for origin in (
        "https://evil.example",
        "null",
        f"{live.url}.evil.example",
        f"http://127.0.0.1:{port}",
        f"https://localhost:{port}",
        "http://localhost:1",
    ):
        browser.is_refused(transports, Origin=origin)


def test_without_a_cookie_there_is_nothing_to_wait_for(live: LiveHouse) -> None:
    assert live.browser().is_refused(Cookie=None) == {"message": "no_confirmation"}


@pytest.mark.parametrize(
    "cookie",
    ["astrow2fa=", "astrow2fa=" + "x" * 43, "astrow2fa=a b; ;;=", "astrow2fa=" + "x" * 4000, "\x7f=", "a=b"],
)
def test_a_cookie_that_is_none_of_ours_is_refused(live: LiveHouse, cookie: str) -> None:
    assert live.browser().is_refused(Cookie=cookie) == {"message": "no_confirmation"}


def test_the_token_of_the_login_page_is_refused(live: LiveHouse) -> None:
    browser = live.browser()
    browser.csrf("/login")

    assert browser.is_refused() == {"message": "no_confirmation"}


def test_a_token_that_died_by_the_collect_is_refused(
    live: LiveHouse, name: str, waiting: Waiting, listening: Listening
) -> None:
    # Given the cookie of before the collect
    phone = listening(name)
    browser = waiting(name)
    old = browser.cookies()
    phone.approves(phone.is_asked()["confirmation"], number=browser.hears()["number"])
    browser.hears()
    browser.collects()
    # Then
    assert live.browser().is_refused(Cookie=old) == {"message": "no_confirmation"}


def test_what_the_client_says_of_itself_counts_for_nothing(
    live: LiveHouse, name: str, waiting: Waiting, listening: Listening
) -> None:
    # Given somebody's confirmation, and a browser that waits for its own
    phone = listening(name)
    victim = waiting(name)
    victim.hears()
    stranger = waiting(live.newcomer())
    stranger.hears()
    # When it sends whatever it likes
    assert stranger.socket is not None
    for event in ("state", "join", "approve", "collect", "message"):
        stranger.socket.emit(event, {"id": "x", "room": "x", "state": "approved"}, namespace="/login")
    phone.denies(phone.is_asked()["confirmation"])
    # Then it is the victim who hears of the victim's, and the stranger's stays pending
    assert victim.hears()["state"] == "denied"
    stranger.hangs_up()
    assert stranger.connects().hears()["state"] == "pending"
    assert stranger.heard.empty()
