"""The waiting browser takes its approval: once, in time, and only while what it rests on still stands."""

from __future__ import annotations

import pytest

from astrow2fa.core.confirmation import COLLECT_SECONDS, Reason, State
from astrow2fa.core.facts import Tag
from astrow2fa.services import accounts
from astrow2fa.services.collect import Already, Collected, Nothing, NotYet, collect
from astrow2fa.services.phones import revoke
from astrow2fa.services.sessions import end
from astrow2fa.services.upkeep import expire_overdue
from tests.services.acting import Desk, again, approves, denies, everything, nothing_changes, session_row
from tests.support.databases import BOTH
from tests.support.house import CHROME, House
from tests.support.phone import RobotPhone

pytestmark = BOTH


def second_tab(desk: Desk) -> Desk:
    """Another tab of the same browser, with the cookies as they are now."""
    tab = Desk(desk.house)
    tab.session, tab.cookie = desk.session, desk.cookie
    return tab


def test_once_approved_the_browser_is_in(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    # Given
    asked = desk.waits("anna", target="/my-info/security")
    waiting = desk.session
    approves(strict_house, phone, asked)
    # When
    result = desk.collects()
    # Then
    assert isinstance(result, Collected)
    assert (result.target, result.password_expired) == ("/my-info/security", False)
    assert desk.signed_in
    assert again(strict_house, asked).state is State.COLLECTED
    row = session_row(strict_house, desk.session)
    assert (row["factors"], row["confirmation_id"]) == ("pwd phone", asked.id)
    held = desk.held()
    assert held is not None
    assert held.fresh
    # And the token that waited is dead
    assert session_row(strict_house, waiting)["end_reason"] == "succeeded"
    assert strict_house.log()[-3:] == [Tag.CONFIRMATION_COLLECTED, Tag.BROWSER_RECOGNISED, Tag.SIGNED_IN]


def test_the_second_tab_is_simply_sent_on(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    # Given
    approves(strict_house, phone, desk.waits("anna"))
    tab = second_tab(desk)
    desk.collects()
    # When, Then
    with nothing_changes(strict_house):
        assert tab.collects() == Already()
    assert desk.signed_in
    assert not tab.signed_in


def test_the_browser_that_is_in_collects_nothing_more(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    desk.comes_in("anna", phone)

    with nothing_changes(strict_house):
        assert desk.collects() == Nothing()


def test_when_the_session_that_came_of_it_is_over_the_old_token_finds_nothing(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    approves(strict_house, phone, desk.waits("anna"))
    tab = second_tab(desk)
    desk.collects()
    end(strict_house.parts, strict_house.id_of("anna"), str(session_row(strict_house, desk.session)["id"]))
    # When, Then
    assert tab.collects() == Nothing()


@pytest.mark.parametrize("state", ["pending", "denied", "cancelled", "expired"])
def test_what_is_not_approved_is_not_collected(
    strict_house: House, phone: RobotPhone, desk: Desk, state: str
) -> None:
    # Given
    asked = desk.waits("anna")
    if state == "denied":
        denies(strict_house, phone, asked)
    elif state == "expired":
        strict_house.clock.advance(120)
    elif state == "cancelled":
        desk.cancels()
    # When, Then
    with nothing_changes(strict_house):
        assert desk.collects() == (Nothing() if state == "cancelled" else NotYet())
    assert not desk.signed_in


@pytest.mark.parametrize("noticed", [False, True])
def test_from_its_thirtieth_second_on_an_approval_lets_nobody_in(
    strict_house: House, phone: RobotPhone, desk: Desk, noticed: bool
) -> None:
    # Given
    asked = desk.waits("anna")
    approves(strict_house, phone, asked)
    # When
    strict_house.clock.advance(COLLECT_SECONDS)
    if noticed:
        expire_overdue(strict_house.parts)
    # Then
    with nothing_changes(strict_house):
        assert desk.collects() == NotYet()
    now = again(strict_house, asked)
    assert now.state_at(strict_house.clock.now()) is State.EXPIRED
    assert now.reason_at(strict_house.clock.now()) is Reason.TIMEOUT


def test_just_before_it_does(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    approves(strict_house, phone, desk.waits("anna"))
    strict_house.clock.advance(COLLECT_SECONDS - 0.01)

    assert isinstance(desk.collects(), Collected)


def test_an_approval_admits_its_own_browser_only(
    strict_house: House, phone: RobotPhone, desk: Desk, other_desk: Desk
) -> None:
    # Given the user waits, and somebody else waits for the same account
    own, _ = desk.waits("anna"), other_desk.waits("anna")
    # When
    approves(strict_house, phone, own)
    # Then
    assert other_desk.collects() == NotYet()
    assert isinstance(desk.collects(), Collected)
    assert not other_desk.signed_in


@pytest.mark.parametrize("token", ["", "A" * 43, "é", "x" * 10_000])
def test_a_token_that_was_never_given_out_collects_nothing(strict_house: House, token: str) -> None:
    with nothing_changes(strict_house):
        assert collect(strict_house.parts, token, None, CHROME) == Nothing()


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        ("revoked", Reason.PHONE_REVOKED),
        ("disabled", Reason.ACCOUNT_DISABLED),
        ("password", Reason.PASSWORD_CHANGED),
    ],
)
def test_what_the_approval_rested_on_has_gone(
    strict_house: House, phone: RobotPhone, desk: Desk, spoil: str, reason: Reason
) -> None:
    # Given
    asked = desk.waits("anna")
    approves(strict_house, phone, asked)
    # When
    if spoil == "revoked":
        revoke(strict_house.parts, strict_house.id_of("anna"), phone.id)
    elif spoil == "disabled":
        accounts.disable(strict_house.parts, "anna")
    else:
        accounts.reset_password(strict_house.parts, "anna", "another Horse-8 cart")
    # Then
    now = again(strict_house, asked)
    assert (now.state, now.reason) == (State.CANCELLED, reason)
    with nothing_changes(strict_house):
        assert desk.collects() in (NotYet(), Nothing())
    assert not desk.signed_in


SPOILS = {
    "UPDATE phones SET revoked_at = 1": Reason.PHONE_REVOKED,
    "UPDATE users SET enabled = FALSE WHERE name = 'anna'": Reason.ACCOUNT_DISABLED,
    "UPDATE users SET password_changed_at = 1900000001 WHERE name = 'anna'": Reason.PASSWORD_CHANGED,
    "DELETE FROM user_mobile": Reason.PHONE_REVOKED,
}


@pytest.mark.parametrize("statement", SPOILS)
def test_it_is_all_read_again_at_the_collect_itself(
    strict_house: House, phone: RobotPhone, desk: Desk, statement: str
) -> None:
    # Given something was changed that withdrew nothing by itself
    asked = desk.waits("anna")
    strict_house.clock.advance(1)
    approves(strict_house, phone, asked)
    with strict_house.parts.store.write() as work:
        work._connection.exec_driver_sql(statement)  # type: ignore[attr-defined]
    sessions = everything(strict_house)["sessions"]
    # When, Then
    assert desk.collects() == NotYet()
    now = again(strict_house, asked)
    assert (now.state, now.reason) == (State.CANCELLED, SPOILS[statement])
    assert everything(strict_house)["sessions"] == sessions


def test_another_phone_that_was_revoked_spoils_nothing(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    other = strict_house.phone("anna", "iPhone")
    approves(strict_house, phone, desk.waits("anna"))
    revoke(strict_house.parts, strict_house.id_of("anna"), other.id)

    assert isinstance(desk.collects(), Collected)


def test_an_expired_password_is_told_with_the_collect(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    strict_house.set("use_password_policy", "yes").set("password_expires_days", "1")
    strict_house.clock.advance(86_400)
    approves(strict_house, phone, desk.waits("anna"))
    # When
    result = desk.collects()
    # Then
    assert isinstance(result, Collected)
    assert result.password_expired
    held = desk.held()
    assert held is not None
    assert held.password_expired
