"""The password step: in, refused, or waiting."""

from __future__ import annotations

import json

import pytest

from astrow2fa.core.confirmation import COLLECT_SECONDS, Purpose, Reason, State
from astrow2fa.core.facts import Tag
from astrow2fa.services import accounts
from astrow2fa.services.collect import Nothing
from astrow2fa.services.login import Admitted, Refused, Waiting
from tests.services.acting import Desk, again, approves, confirmation_of, everything, last, session_row
from tests.support.house import PASSWORD, House
from tests.support.phone import RobotPhone, payload_of


def test_with_the_policy_off_the_password_lets_the_browser_in(house: House, desk: Desk) -> None:
    # When
    result = desk.types("anna", target="/my-info/security")
    # Then
    assert isinstance(result, Admitted)
    assert result.target == "/my-info/security"
    assert desk.signed_in
    assert session_row(house, desk.session)["factors"] == "pwd"
    assert house.rows("confirmations") == []
    assert house.rows("recognised") == []
    assert house.log()[-1] == Tag.SIGNED_IN


def test_with_the_policy_always_it_waits_and_nothing_is_open(strict_house: House, desk: Desk) -> None:
    # When
    result = desk.types("anna")
    # Then
    assert isinstance(result, Waiting)
    held = desk.held()
    assert held is not None
    assert not held.signed_in
    asked = confirmation_of(strict_house, result.confirmation_id)
    assert (asked.state, asked.purpose, asked.phones) == (State.PENDING, Purpose.SIGN_IN, 0)
    assert asked.deadline == asked.until == asked.asked_at + 120
    assert strict_house.log()[-2:] == [Tag.CONFIRMATION_ASKED, Tag.PASSWORD_ACCEPTED]


def test_what_is_signed_is_what_was_asked(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    # When
    asked = desk.waits("Anna")
    # Then
    claims = payload_of(asked.request)
    assert claims == {
        "iss": strict_house.parts.public_url,
        "jti": asked.id,
        "iat": asked.asked_at,
        "exp": asked.deadline,
        "sub": str(strict_house.id_of("anna")),
        "username": "anna",
        "app": "Astrow Web",
        "purpose": "sign_in",
        "browser": {"ip": "192.0.2.10", "place": "", "name": "Chrome 156", "os": "Linux", "known": False},
        "number_required": True,
    }
    assert asked.number not in asked.request
    assert asked.phones == 1


@pytest.mark.parametrize("name", ["anna", "ANNA", " anna ", "\uff21nna"])
def test_a_name_is_found_in_every_spelling_that_means_the_same(house: House, desk: Desk, name: str) -> None:
    assert isinstance(desk.types(name), Admitted)


@pytest.mark.parametrize(
    ("name", "password", "reason"),
    [
        ("nobody", PASSWORD, "unknown_name"),
        ("", PASSWORD, "unknown_name"),
        ("anna\0", PASSWORD, "unknown_name"),
        ("anna", "wrong", "wrong_password"),
        ("anna", "", "wrong_password"),
        ("anna", PASSWORD + " ", "wrong_password"),
        ("anna", PASSWORD.upper(), "wrong_password"),
    ],
)
def test_a_wrong_name_or_password_is_refused_and_the_log_says_which(
    strict_house: House, desk: Desk, name: str, password: str, reason: str
) -> None:
    # Given
    but = ("log", "users")
    before = everything(strict_house, but)
    # When, Then
    assert desk.types(name, password) == Refused()
    assert everything(strict_house, but) == before
    row = last(strict_house)
    assert row["tag"] == Tag.PASSWORD_REFUSED
    assert json.loads(str(row["details"])) == {"reason": reason}
    assert row["user_id"] == (strict_house.id_of("anna") if name == "anna" else None)


def test_a_disabled_user_is_refused_in_the_same_words(strict_house: House, desk: Desk) -> None:
    # Given
    accounts.disable(strict_house.parts, "anna")
    before = everything(strict_house, ("log",))
    # When, Then
    assert desk.types("anna") == Refused()
    assert everything(strict_house, ("log",)) == before
    assert json.loads(str(last(strict_house)["details"])) == {"reason": "disabled"}


def test_no_session_token_survives_the_password_step(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given a browser that was signed in
    desk.comes_in("anna", phone)
    before = desk.session
    # When it signs in once more
    desk.waits("anna")
    # Then the token it came with is dead
    old = Desk(strict_house)
    old.session = before
    assert desk.session != before
    assert old.held() is None


def test_with_the_policy_off_it_does_not_either(house: House, desk: Desk) -> None:
    # Given
    desk.types("anna")
    before = desk.session
    # When
    desk.types("bob")
    # Then
    old = Desk(house)
    old.session = before
    assert desk.signed_in
    assert old.held() is None


def test_a_wrong_password_does_not_end_a_session(house: House, desk: Desk) -> None:
    # Given
    desk.types("anna")
    # When
    assert desk.types("anna", "wrong") == Refused()
    # Then
    assert desk.signed_in


@pytest.mark.parametrize("then", ["anna", "bob"])
def test_the_older_waiting_confirmation_of_this_browser_is_replaced(
    strict_house: House, desk: Desk, then: str
) -> None:
    # Given
    older = desk.waits("anna")
    token = desk.session
    # When
    newer = desk.waits(then)
    # Then
    replaced = again(strict_house, older)
    assert (replaced.state, replaced.reason) == (State.CANCELLED, Reason.REPLACED)
    assert newer.state is State.PENDING
    assert session_row(strict_house, token)["end_reason"] == "replaced"


def test_an_approved_one_that_was_not_collected_is_replaced_too(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    older, first = desk.waits("anna"), Desk(strict_house)
    first.session = desk.session
    approves(strict_house, phone, older)
    # When
    desk.waits("anna")
    # Then it lets nobody in any more
    assert again(strict_house, older).state is State.CANCELLED
    assert first.collects() == Nothing()
    assert not desk.signed_in


def test_one_that_has_ended_stays_as_it_ended(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    # Given
    older = desk.waits("anna")
    approves(strict_house, phone, older)
    strict_house.clock.advance(COLLECT_SECONDS)
    # When
    desk.waits("anna")
    # Then
    assert again(strict_house, older).state_at(strict_house.clock.now()) is State.EXPIRED


def test_an_unsafe_target_leads_home(house: House, desk: Desk) -> None:
    result = desk.types("anna", target="//evil.example")

    assert isinstance(result, Admitted)
    assert result.target == "/"
