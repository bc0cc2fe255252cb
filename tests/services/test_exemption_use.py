"""A right exemption code at the waiting screen, and what the session that comes of it is."""

from __future__ import annotations

import json

import pytest

from astrow2fa.core.confirmation import Purpose, Reason, State
from astrow2fa.core.errors import AlreadySettled, NotPermitted, WrongPassword
from astrow2fa.core.policy import Mode
from astrow2fa.services import disown, fresh, phones
from astrow2fa.services.answer import answer
from astrow2fa.services.claims import CONNECT, Caller, authenticate
from astrow2fa.services.exemptions import Already, Exempted, issue, use
from astrow2fa.services.login import Waiting
from tests.services.acting import (
    PHONE_ADDRESS,
    Desk,
    again,
    last,
    nothing_changes,
    refused,
    session_row,
)
from tests.support.house import PASSWORD, House
from tests.support.phone import RobotPhone

WHY = "lost the phone"


def types_code(desk: Desk, code: str) -> Exempted:
    """A right code: the desk's browser takes the new cookies."""
    assert desk.session is not None
    result = use(desk.house.parts, desk.session, desk.cookie, code, desk.client)
    assert isinstance(result, Exempted)
    desk.session = result.admission.session_token
    desk.cookie = result.admission.browser_token or desk.cookie
    return result


def caller(house: House, phone: RobotPhone) -> Caller:
    return authenticate(house.parts, phone.assertion(), CONNECT, {})


def exempted(desk: Desk, name: str = "anna") -> Exempted:
    desk.waits(name)
    return types_code(desk, issue(desk.house.parts, name, WHY).code)


def test_the_sign_in_goes_on_without_a_phone(strict_house: House, desk: Desk) -> None:
    # Given
    asked = desk.waits("anna", target="/my-info/security")
    before = desk.session
    code = issue(strict_house.parts, "anna", WHY).code
    # When
    result = types_code(desk, code)
    # Then
    assert (result.target, result.password_expired) == ("/my-info/security", False)
    assert desk.signed_in
    now = again(strict_house, asked)
    assert (now.state, now.reason, now.number) == (State.CANCELLED, Reason.EXEMPTED, None)
    assert desk.session != before
    assert session_row(strict_house, before)["end_reason"] == "succeeded"
    [row] = strict_house.rows("exemptions")
    assert row["used_at"] == int(strict_house.clock.now())


@pytest.mark.parametrize(
    "spell", [str.lower, lambda c: c.replace("-", ""), lambda c: f"  {c} ".replace("-", " ")]
)
def test_it_may_be_typed_in_any_spelling(strict_house: House, desk: Desk, spell) -> None:  # type: ignore[no-untyped-def]
    desk.waits("anna")

    types_code(desk, spell(issue(strict_house.parts, "anna", WHY).code))

    assert desk.signed_in


def test_the_session_says_how_it_came_about(strict_house: House, desk: Desk) -> None:
    exempted(desk)

    assert session_row(strict_house, desk.session)["factors"] == "pwd exempt"
    row = last(strict_house)
    assert row["tag"] == "browser:session:started"
    assert json.loads(str(row["details"]))["amr"] == ["pwd", "exempt"]


def test_the_log_has_who_and_why(strict_house: House, desk: Desk) -> None:
    exempted(desk)

    [row] = [row for row in strict_house.rows("log") if row["tag"] == "browser:exemption:used"]
    details = json.loads(str(row["details"]))
    assert (details["issued_by"], details["reason"]) == ("operator", WHY)
    assert row["address"] == desk.client.address
    assert row["confirmation_id"]


def test_the_phones_are_told_that_it_is_over(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    asked = desk.waits("anna")
    types_code(desk, issue(strict_house.parts, "anna", WHY).code)

    assert phones.pending(strict_house.parts, strict_house.id_of("anna")) == []
    mine = phones.overview(strict_house.parts, strict_house.id_of("anna"))
    assert mine is not None
    assert [(c.id, c.reason) for c in mine.sign_ins] == [(asked.id, Reason.EXEMPTED)]


def test_an_ok_that_comes_afterwards_changes_nothing(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    asked = desk.waits("anna")
    signed = phone.decision(asked, number=asked.number)
    types_code(desk, issue(strict_house.parts, "anna", WHY).code)

    with refused(strict_house, AlreadySettled):
        answer(strict_house.parts, signed, PHONE_ADDRESS)
    assert desk.signed_in


def test_not_me_on_the_phone_ends_it_also_afterwards(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    asked = desk.waits("anna")
    types_code(desk, issue(strict_house.parts, "anna", WHY).code)

    disown.sign_in(strict_house.parts, strict_house.id_of("anna"), asked.id, device_id=phone.id)

    assert not desk.signed_in


def test_a_stranger_browser_stays_one(strict_house: House, desk: Desk) -> None:
    exempted(desk)

    assert strict_house.rows("recognised") == []
    assert strict_house.log().count("server:browser:recognised") == 0


def test_a_browser_that_was_made_unknown_is_not_known_again(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given a browser that was known, until a sign-in was refused
    desk.comes_in("anna", phone)
    with strict_house.parts.store.write() as work:
        work.browsers.make_unknown(strict_house.id_of("anna"))
    [before] = strict_house.rows("recognised")
    # When
    strict_house.clock.advance(10)
    exempted(desk)
    # Then
    [row] = strict_house.rows("recognised")
    assert (row["known"], row["confirmed_at"]) == (before["known"], before["confirmed_at"])
    assert not row["known"]


def test_what_random_is_owed_stays_owed(house: House, desk: Desk) -> None:
    # Given Random, a known browser, and something owed
    phone = house.policy(Mode.ALWAYS).phone("anna")
    desk.comes_in("anna", phone)
    house.policy(Mode.RANDOM).set("random_percent", "10")
    with house.parts.store.write() as work:
        work.accounts.owe(house.id_of("anna"))
    # When
    exempted(desk)
    # Then
    [anna] = [row for row in house.rows("users") if row["name"] == "anna"]
    assert anna["owes"]
    assert anna["unasked"] == 1
    assert isinstance(desk.types("anna"), Waiting), "the next one is asked again"


def test_it_is_never_fresh(strict_house: House, desk: Desk) -> None:
    exempted(desk)
    held = desk.held()

    assert held is not None
    assert session_row(strict_house, desk.session)["fresh_at"] is None
    assert not held.fresh
    for purpose in (Purpose.CONFIRM, Purpose.PAIR):
        assert fresh.needed(held, [], purpose) is fresh.Need.ANEW


def test_nor_after_the_policy_was_switched_off(strict_house: House, desk: Desk) -> None:
    exempted(desk)
    strict_house.policy(Mode.OFF)
    held = desk.held()

    assert held is not None
    assert fresh.needed(held, [], Purpose.PAIR) is fresh.Need.ANEW
    with refused(strict_house, WrongPassword):
        fresh.check_password(strict_house.parts, held, PASSWORD)


def test_nor_by_a_phones_ok(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    exempted(desk)
    held = desk.held()

    assert held is not None
    with refused(strict_house, NotPermitted):
        fresh.ask_phone(strict_house.parts, held, Purpose.PAIR, "/", desk.cookie, desk.client)


def test_an_expired_password_is_changed_next(strict_house: House, desk: Desk) -> None:
    strict_house.set("use_password_policy", "yes").set("password_expires_days", "1")
    strict_house.clock.advance(2 * 86_400)

    assert exempted(desk).password_expired


def test_a_locked_account_that_waits_already_goes_on(strict_house: House, desk: Desk) -> None:
    desk.waits("anna")
    with strict_house.parts.store.write() as work:
        work.accounts.set_locked(strict_house.id_of("anna"), int(work.now))

    types_code(desk, issue(strict_house.parts, "anna", WHY).code)

    assert desk.signed_in


def test_the_same_form_sent_twice_lets_in_once(strict_house: House, desk: Desk) -> None:
    desk.waits("anna")
    code = issue(strict_house.parts, "anna", WHY).code
    before = desk.session
    assert before is not None
    types_code(desk, code)

    with nothing_changes(strict_house):
        assert isinstance(use(strict_house.parts, before, desk.cookie, code, desk.client), Already)


def test_it_is_good_for_one_sign_in_and_the_next_is_asked(strict_house: House, desk: Desk) -> None:
    exempted(desk)

    assert isinstance(desk.types("anna"), Waiting)
