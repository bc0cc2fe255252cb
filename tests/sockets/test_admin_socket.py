"""Namespace /admin: who may hear of the sign-ins that wait, what they hear, and until when."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from astrow2fa.core.permissions import Permission
from astrow2fa.services import accounts, sessions
from tests.support.live import LiveBrowser, LiveHouse, LiveLooker, LivePhone

Waiting = Callable[[str], LiveBrowser]
Listening = Callable[..., LivePhone]
Comes = Callable[..., LiveLooker]
FIELDS = {"id", "at", "user", "outcome", "browser", "os", "ip", "place"}


def users_in(event: dict[str, Any]) -> list[str]:
    return [one["user"] for one in event["waiting"]]


def test_a_sign_in_appears_and_leaves_with_what_became_of_it(
    live: LiveHouse, name: str, comes: Comes, waiting: Waiting, listening: Listening
) -> None:
    # Given somebody who looks
    looker = comes(name, Permission.VIEW_LOG).connects()
    other = live.newcomer()
    phone = listening(other)
    # When a browser waits
    browser = waiting(other)
    # Then it is told, with nothing but what the page shows
    heard = looker.hears_until(lambda event: other in users_in(event))
    [row] = [one for one in heard["waiting"] if one["user"] == other]
    assert set(row) == FIELDS
    number = browser.hears()["number"]
    request = phone.is_asked()["confirmation"]
    assert number not in json.dumps(heard)
    assert request not in json.dumps(heard)
    # When the phone refuses it
    phone.denies(request)
    # Then it waits no more, and why
    heard = looker.hears_until(lambda event: other not in users_in(event))
    assert {"id": row["id"], "outcome": "denied"} in heard["left"]


def test_who_comes_later_hears_how_it_stands(
    live: LiveHouse, name: str, comes: Comes, waiting: Waiting
) -> None:
    looker = comes(name, Permission.VIEW_LOG)
    other = live.newcomer()
    waiting(other)

    assert other in users_in(looker.connects().hears())


def test_one_that_was_approved_is_followed_until_it_is_collected(
    live: LiveHouse, name: str, comes: Comes, waiting: Waiting, listening: Listening
) -> None:
    looker = comes(name, Permission.VIEW_LOG).connects()
    other = live.newcomer()
    phone = listening(other)
    browser = waiting(other)
    looker.hears_until(lambda event: other in users_in(event))

    phone.approves(phone.is_asked()["confirmation"], number=browser.hears()["number"])
    looker.hears_until(lambda event: "approved" in [one["outcome"] for one in event["left"]])
    browser.collects()

    looker.hears_until(lambda event: "signed_in" in [one["outcome"] for one in event["left"]])


@pytest.mark.parametrize("permissions", [(), (Permission.VIEW_USERS, Permission.EDIT_USERS)])
def test_who_may_not_view_the_log_is_refused(
    name: str, comes: Comes, permissions: tuple[Permission, ...]
) -> None:
    assert comes(name, *permissions).is_refused() == {"message": "not_permitted"}


def test_a_browser_that_only_waits_is_refused(live: LiveHouse, name: str) -> None:
    # Given an administrator's password, without the phone
    live.operator.may(name, Permission.VIEW_LOG)
    looker = LiveLooker(live.url)
    looker.signs_in(name)

    assert looker.is_refused() == {"message": "not_permitted"}


@pytest.mark.parametrize("cookie", [None, "astrow2fa=" + "x" * 43, "astrow2fa=a b; ;;=", "a=b"])
def test_without_a_session_it_is_refused(live: LiveHouse, cookie: str | None) -> None:
    assert LiveLooker(live.url).is_refused(Cookie=cookie) == {"message": "not_permitted"}


def test_a_foreign_page_is_refused_with_the_administrators_cookie(name: str, comes: Comes) -> None:
    looker = comes(name, Permission.VIEW_LOG)

    for origin in ("https://evil.example", "null", None):
        looker.is_refused(Origin=origin)
    assert looker.is_refused(["polling"], Sec_Fetch_Site="cross-site") == {"message": "bad_origin"}


def test_who_loses_the_permission_is_sent_away(live: LiveHouse, name: str, comes: Comes) -> None:
    looker = comes(name, Permission.VIEW_LOG).connects()
    looker.hears()

    live.operator.may(name, Permission.VIEW_USERS)

    assert looker.is_cut_off()
    assert looker.is_refused() == {"message": "not_permitted"}


def test_whose_session_ends_is_sent_away(live: LiveHouse, name: str, comes: Comes) -> None:
    looker = comes(name, Permission.VIEW_LOG).connects()
    looker.hears()

    sessions.end_others(live.parts, live.operator.id_of(name), None)

    assert looker.is_cut_off()
    assert looker.is_refused() == {"message": "not_permitted"}


def test_who_is_suspended_is_sent_away(live: LiveHouse, name: str, comes: Comes) -> None:
    looker = comes(name, Permission.VIEW_LOG).connects()
    looker.hears()

    accounts.disable(live.parts, name)

    assert looker.is_cut_off()


def test_what_is_sent_counts_for_nothing(live: LiveHouse, name: str, comes: Comes, waiting: Waiting) -> None:
    looker = comes(name, Permission.VIEW_LOG).connects()
    browser = waiting(live.newcomer())
    first = browser.hears()

    assert looker.socket is not None
    for event in ("sign_ins", "approve", "deny", "join", "message"):
        looker.socket.emit(event, {"id": "x", "room": "x"}, namespace="/admin")

    browser.hangs_up()
    assert browser.connects().hears()["state"] == first["state"] == "pending"
