"""The browser at one node, its phone at the other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from astrow2fa.core.permissions import Permission
from astrow2fa.services import accounts
from tests.support.live import LiveBrowser, LiveLooker, LivePhone
from tests.support.nodes import Nodes
from tests.support.tied import comes_true

Waits = Callable[..., LiveBrowser]
Listens = Callable[..., LivePhone]


@pytest.mark.parametrize(("browsers", "phones"), [(0, 1), (None, None)], ids=["past nginx", "through nginx"])
def test_ok_lets_the_browser_in(
    name: str, waits: Waits, listens: Listens, browsers: int, phones: int
) -> None:
    # Given the phone listens before anything is asked
    phone = listens(name, phones)
    browser = waits(name, browsers)
    shown = browser.hears()
    asked = phone.is_asked()
    # When
    said = phone.approves(asked["confirmation"], number=shown["number"])
    # Then
    assert said == {"ok": True, "state": "approved"}
    assert browser.hears()["state"] == "approved"
    assert browser.collects().status_code == 303
    assert browser.signed_in


def test_how_long_it_took_is_told_at_the_browsers_node(
    nodes: Nodes, name: str, waits: Waits, listens: Listens
) -> None:
    # Given
    before = [timed(nodes, 0), timed(nodes, 1)]
    browser, phone = waits(name, 0), listens(name, 1)
    # When
    phone.approves(phone.is_asked()["confirmation"], number=browser.hears()["number"])
    browser.hears()
    # Then
    comes_true(lambda: timed(nodes, 0) > before[0])
    assert timed(nodes, 1) == before[1]


def timed(nodes: Nodes, node: int) -> float:
    """How many answers given at other nodes this one's metrics know the time of."""
    line = 'astrow2fa_answer_to_browser_seconds_count{answered="elsewhere"} '
    text = requests.get(f"{nodes.at(node)}/metrics", timeout=10).text
    return float(text.partition(line)[2].partition("\n")[0])


def test_cancel_reaches_the_browser(name: str, waits: Waits, listens: Listens) -> None:
    phone = listens(name)
    browser = waits(name)
    browser.hears()

    phone.denies(phone.is_asked()["confirmation"], reason="not_me")

    heard = browser.hears()
    assert (heard["state"], heard["reason"]) == ("denied", "not_me")
    assert not browser.signed_in


def test_what_was_approved_at_one_node_is_collected_at_the_other(
    nodes: Nodes, name: str, waits: Waits, listens: Listens
) -> None:
    # Given
    browser, phone = waits(name, 0), listens(name, 1)
    phone.approves(phone.is_asked()["confirmation"], number=browser.hears()["number"])
    assert browser.hears()["state"] == "approved"
    # When
    browser.url = nodes.at(1)
    collected = browser.collects()
    # Then, and it is signed in at both
    assert collected.status_code == 303
    assert browser.signed_in
    browser.url = nodes.at(0)
    assert browser.signed_in


def test_a_browser_that_comes_back_to_the_other_node_is_told_how_it_stands(
    nodes: Nodes, name: str, waits: Waits, listens: Listens
) -> None:
    # Given
    browser, phone = waits(name, 0), listens(name, 0)
    number = browser.hears()["number"]
    browser.hangs_up()
    phone.approves(phone.is_asked()["confirmation"], number=number)
    # When
    browser.url = nodes.at(1)
    browser.connects()
    # Then
    assert browser.hears()["state"] == "approved"


def test_a_second_sign_in_at_the_other_node_makes_the_number_required_at_the_first(
    nodes: Nodes, name: str, waits: Waits, listens: Listens
) -> None:
    # Given no number is asked of anybody who is alone
    nodes.operator.set("number_matching", "off")
    phone = listens(name, 0)
    first = waits(name, 0)
    assert first.hears()["number"] is None
    bare = phone.is_asked()["confirmation"]
    # When
    second = waits(name, 1)
    # Then both have one, and the bare OK is worth nothing any more
    assert first.hears()["number"] is not None
    assert second.hears()["number"] is not None
    assert phone.approves(bare) == {"ok": False, "code": "number_required"}
    nodes.operator.set("number_matching", "new_browsers")


def test_the_operator_reaches_browsers_at_every_node(nodes: Nodes, name: str, waits: Waits) -> None:
    # Given
    browsers = [waits(name, 0), waits(name, 1)]
    # When
    accounts.disable(nodes.operator.parts, name)
    # Then
    for browser in browsers:
        states = [browser.hears()["state"]]
        while states[-1] == "pending":
            states.append(browser.hears()["state"])
        assert states[-1] == "cancelled"


def test_an_administrator_sees_a_sign_in_that_waits_at_another_node(
    nodes: Nodes, name: str, waits: Waits, listens: Listens, sockets: list[LiveBrowser | LivePhone]
) -> None:
    # Given an administrator who looks at one node
    nodes.operator.may(name, Permission.VIEW_LOG)
    looker, phone = LiveLooker(nodes.at(0), nodes.url), listens(name)
    looker.signs_in(name)
    waiting = LiveBrowser(nodes.at(0), nodes.url)
    waiting.http = looker.http
    sockets.append(waiting.connects())
    phone.approves(phone.is_asked()["confirmation"], number=waiting.hears()["number"])
    looker.collects()
    sockets.append(looker.connects())
    # When a browser waits at the other, and leaves
    browser = waits(name, 1)
    looker.hears_until(lambda event: name in [one["user"] for one in event["waiting"]])
    browser.cancels()
    # Then
    looker.hears_until(lambda event: "withdrawn" in [one["outcome"] for one in event["left"]])
