"""Namespace /admin, the overview: how it stands at once, each change of its figures, each alert, to nobody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from astrow2fa.core.permissions import Permission
from tests.support.live import LiveBrowser, LiveHouse, LiveLooker, LiveOverview, LivePhone

Waiting = Callable[[str], LiveBrowser]
Listening = Callable[..., LivePhone]
Comes = Callable[..., LiveLooker]
FIGURES = ("waiting", "asked", "approved", "refused", "expired")


def alerts_of(event: dict[str, Any], who: str) -> list[tuple[str, int, str]]:
    return [(one["kind"], one["times"], one["link"]) for one in event["alerts"] if one["who"] == who]


def test_its_figures_follow_a_sign_in(
    name: str, comes: Comes, waiting: Waiting, listening: Listening
) -> None:
    # Given somebody with the overview open
    looker = comes(name, Permission.VIEW_LOG, kind=LiveOverview).connects()
    before = looker.hears()
    assert set(before) == {*FIGURES, "more", "alerts"}
    phone = listening(name)
    # When a browser waits
    browser = waiting(name)
    # Then it is counted, without anything of it
    heard = looker.hears_until(lambda event: event["waiting"] == before["waiting"] + 1)
    assert heard["asked"] == before["asked"] + 1
    number, request = browser.hears()["number"], phone.is_asked()["confirmation"]
    assert request not in json.dumps(heard)
    # When it is refused
    phone.denies(request, number=number)
    # Then
    heard = looker.hears_until(lambda event: event["refused"] == before["refused"] + 1)
    assert (heard["waiting"], heard["approved"]) == (before["waiting"], before["approved"])


def test_an_alert_comes_by_itself_with_the_way_to_it(
    name: str, comes: Comes, waiting: Waiting, listening: Listening
) -> None:
    # Given
    looker = comes(name, Permission.VIEW_LOG, kind=LiveOverview).connects()
    assert alerts_of(looker.hears(), name) == []
    phone = listening(name)
    # When three sign-ins are refused
    for _ in range(3):
        waiting(name)
        phone.denies(phone.is_asked()["confirmation"])
    # Then
    heard = looker.hears_until(lambda event: alerts_of(event, name) != [])
    assert ("refused", 3, f"/system/sign-ins?user={name}&outcome=denied") in alerts_of(heard, name)


def test_who_was_away_hears_how_it_stands_now(name: str, comes: Comes, waiting: Waiting) -> None:
    # Given somebody who looked, and was away while a browser began to wait
    looker = comes(name, Permission.VIEW_LOG, kind=LiveOverview).connects()
    before = looker.hears()
    looker.hangs_up()
    browser = waiting(name)
    browser.hears()
    # When the page is back
    looker.heard.queue.clear()
    looker.connects()
    # Then the first it hears is right
    assert looker.hears()["waiting"] == before["waiting"] + 1


def test_who_looks_at_the_sign_ins_hears_nothing_of_it_and_it_hears_nothing_of_them(
    live: LiveHouse, name: str, comes: Comes, waiting: Waiting
) -> None:
    # Given one at each page, each listening for everything
    other = live.newcomer()
    overview = comes(name, Permission.VIEW_LOG, kind=LiveOverview).connects()
    sign_ins = comes(other, Permission.VIEW_LOG).connects()
    heard: list[str] = []
    assert overview.socket is not None
    assert sign_ins.socket is not None
    before = overview.hears()
    overview.socket.on("sign_ins", lambda _: heard.append("sign_ins"), namespace="/admin")
    sign_ins.socket.on("overview", lambda _: heard.append("overview"), namespace="/admin")
    # When both have been told of a change
    third = live.newcomer()
    waiting(third)
    sign_ins.hears_until(lambda event: third in [one["user"] for one in event["waiting"]])
    overview.hears_until(lambda event: event["asked"] > before["asked"])
    # Then each of its own page only
    assert heard == []


def test_who_loses_the_permission_is_sent_away_from_it(live: LiveHouse, name: str, comes: Comes) -> None:
    looker = comes(name, Permission.VIEW_LOG, kind=LiveOverview).connects()
    looker.hears()

    live.operator.may(name)

    assert looker.is_cut_off()
    assert looker.is_refused() == {"message": "not_permitted"}
