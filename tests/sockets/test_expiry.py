"""Time runs out: the browser hears it, and what comes later does not count."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.live import LiveBrowser, LiveHouse, LivePhone
from tests.support.phone import payload_of
from tests.support.tied import comes_true
from tests.support.unchanged import nothing_changes

Waiting = Callable[[str], LiveBrowser]
Listening = Callable[..., LivePhone]


def test_nobody_answers(live: LiveHouse, name: str, waiting: Waiting, listening: Listening) -> None:
    # Given a browser that waits, and a phone that is asked
    phone = listening(name)
    browser = waiting(name)
    number = browser.hears()["number"]
    request = phone.is_asked()["confirmation"]
    # When two minutes pass
    live.server.advance(120)
    # Then both are told
    heard = browser.hears()
    assert (heard["state"], heard["reason"], heard["expires_in"]) == ("expired", "timeout", 0)
    assert phone.hears_closed() == {"id": payload_of(request)["jti"], "state": "expired"}
    # Then an answer does not count any more
    with nothing_changes(live.operator):
        issued = payload_of(request)["exp"]
        assert phone.approves(request, number=number, iat=issued) == {"ok": False, "code": "expired"}
        assert phone.denies(request, iat=issued) == {"ok": False, "code": "expired"}
    browser.collects()
    assert not browser.signed_in


def test_the_browser_does_not_collect(
    live: LiveHouse, name: str, waiting: Waiting, listening: Listening
) -> None:
    # Given an approval
    phone = listening(name)
    browser = waiting(name)
    number = browser.hears()["number"]
    request = phone.is_asked()["confirmation"]
    phone.approves(request, number=number)
    assert browser.hears()["expires_in"] <= 30
    # When half a minute passes
    live.server.advance(30)
    # Then
    heard = browser.hears()
    assert (heard["state"], heard["reason"]) == ("expired", "timeout")
    assert phone.approves(request, number=number) == {"ok": False, "code": "expired"}
    browser.collects()
    assert not browser.signed_in


def test_it_expires_for_a_browser_that_was_away(live: LiveHouse, name: str, waiting: Waiting) -> None:
    # Given a browser whose connection is lost
    browser = waiting(name)
    assert browser.hears()["state"] == "pending"
    browser.hangs_up()
    # When the time is over
    live.server.advance(120)
    # Then it hears so when it is back
    assert browser.connects().hears()["state"] == "expired"


def test_the_expiry_is_written_to_the_log_even_if_nobody_looks(live: LiveHouse, name: str) -> None:
    # Given a browser that went away, and another that stays to tell the time
    live.browser().signs_in(name)
    user = live.operator.id_of(name)
    asked = [row["id"] for row in live.operator.rows("confirmations") if row["user_id"] == user]
    assert len(asked) == 1
    witness = live.browser()
    live.server.advance(60)
    witness.signs_in(live.newcomer())
    witness.connects()
    assert witness.hears()["state"] == "pending"
    # When the server has swept (it does so every few seconds)
    live.server.advance(120)
    assert witness.hears()["state"] == "expired"
    witness.hangs_up()
    # Then
    comes_true(lambda: ("expired", asked[0]) in _states(live))
    expired = [row for row in live.operator.rows("log") if row["tag"] == "server:confirmation:expired"]
    assert asked[0] in {row["confirmation_id"] for row in expired}


def _states(live: LiveHouse) -> set[tuple[object, object]]:
    return {(row["state"], row["id"]) for row in live.operator.rows("confirmations")}
