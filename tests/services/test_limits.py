"""The named limits, as tight as they can be: what counts, what does not, and what is never limited."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from astrow2fa.core.confirmation import State
from astrow2fa.core.errors import BadSignature, Limited, WrongPassword
from astrow2fa.core.policy import Mode
from astrow2fa.services.answer import answer
from astrow2fa.services.login import Admitted, Refused, Waiting
from astrow2fa.services.passwords import change_password
from tests.services.acting import Desk, approves, denies, refused
from tests.support.house import House, environment

LOOSE = environment(Path())["ASTROW2FA_LIMITS"]


@pytest.fixture
def tight(template: Path, tmp_path: Path) -> House:
    """One sign-in attempt, one OK and one password a year."""
    shutil.copytree(template, tmp_path / "instance")
    limits = LOOSE
    for name in ("login.account", "answer.phone", "password.account"):
        limits = limits.replace(f"{name}=100000/minute", f"{name}=1/year")
    return House(tmp_path, ASTROW2FA_LIMITS=limits)


def test_attempts_on_an_account_are_never_limited_before_it_would_be_locked(tight: House) -> None:
    # Given the setting allows four
    desk = Desk(tight)
    for _ in range(4):
        assert desk.types("bob", "wrong") == Refused()
    # When, Then
    with refused(tight, Limited) as limited:
        desk.types("bob", "wrong")
    assert limited.value.retry_after >= 1
    # And in every spelling it is the same account
    with refused(tight, Limited):
        desk.types(" BOB ", "wrong")
    # But not for anybody else
    assert isinstance(desk.types("anna"), Admitted)


def test_a_name_that_does_not_exist_is_limited_alike(tight: House) -> None:
    desk = Desk(tight)
    for _ in range(4):
        assert desk.types("nobody", "wrong") == Refused()

    with refused(tight, Limited):
        desk.types("nobody", "wrong")


def test_what_ended_in_a_sign_in_does_not_count(tight: House) -> None:
    # Given
    phone = tight.phone("anna")
    for _ in range(6):
        assert isinstance(Desk(tight).types("anna"), Admitted)
    # When the policy is on, a collected one does not count either
    tight.policy(Mode.ALWAYS)
    desk = Desk(tight)
    desk.comes_in("anna", phone)
    # Then four more may wait, and the next may not
    for _ in range(4):
        assert isinstance(desk.types("anna"), Waiting)
    with refused(tight, Limited):
        desk.types("anna")


def test_an_ok_is_limited_and_a_cancel_never_is(tight: House) -> None:
    # Given
    phone = tight.phone("anna")
    tight.policy(Mode.ALWAYS)
    first, second = Desk(tight).waits("anna"), Desk(tight).waits("anna")
    approves(tight, phone, first)
    # When, Then
    with refused(tight, Limited):
        approves(tight, phone, second)
    for asked in (second, first):
        assert denies(tight, phone, asked) is State.DENIED


def test_only_answers_that_are_signed_right_count(tight: House) -> None:
    # Given somebody sends rubbish in the phone's name
    phone = tight.phone("anna")
    tight.policy(Mode.ALWAYS)
    asked = Desk(tight).waits("anna")
    jws = phone.decision(asked, number=asked.number)
    for _ in range(3):
        with refused(tight, BadSignature):
            answer(tight.parts, jws[:-10], "203.0.113.9")
    # When, Then
    assert answer(tight.parts, jws, "192.0.2.50") is State.APPROVED


def test_passwords_that_are_tried_in_a_session_are_limited(tight: House) -> None:
    with pytest.raises(WrongPassword):
        change_password(tight.parts, tight.id_of("anna"), "wrong", "another Horse-8 cart")

    with refused(tight, Limited):
        change_password(tight.parts, tight.id_of("anna"), "wrong", "another Horse-8 cart")
