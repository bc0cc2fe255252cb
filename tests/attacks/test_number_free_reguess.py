"""Guessing the number again for nothing: in the same confirmation, by a new one, after a restart, all at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from astrow2fa.core.confirmation import Confirmation, Reason, State
from astrow2fa.core.errors import AlreadySettled, Refusal, WrongNumber
from astrow2fa.services.answer import answer
from tests.support.acts import PHONES_ADDRESS, asked, says_ok
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.phone import RobotPhone


@pytest.fixture
def phone(strict_house: House) -> RobotPhone:
    """In the thief's hand; he does not see the screen."""
    return strict_house.phone("anna")


def wrong_for(confirmation: Confirmation, off: int = 1) -> str:
    return f"{(int(confirmation.number or 0) + off) % 10**6:06d}"


def guesses(house: House, phone: RobotPhone, confirmation: Confirmation, off: int = 1) -> None:
    with pytest.raises(WrongNumber):
        answer(house.parts, phone.decision(confirmation, number=wrong_for(confirmation, off)), PHONES_ADDRESS)


def wrong_numbers(house: House) -> int:
    [row] = house.rows("phones")
    return int(str(row["wrong_numbers"]))


def test_a_new_confirmation_does_not_reset_the_count(
    strict_house: House, browser: RobotBrowser, phone: RobotPhone
) -> None:
    for count in range(1, 4):
        browser.signs_in("anna")
        guesses(strict_house, phone, asked(strict_house, "anna"))
        assert wrong_numbers(strict_house) == count


def test_the_count_survives_a_restart(
    strict_house: House, browser: RobotBrowser, phone: RobotPhone, build: Callable[..., House]
) -> None:
    # Given nine
    for _ in range(9):
        browser.signs_in("anna")
        guesses(strict_house, phone, asked(strict_house, "anna"))
    # When another process takes over, and there is one more
    again = build(ASTROW2FA_DATABASE_URL=strict_house.config.database_url)
    RobotBrowser(again.app).signs_in("anna")
    guesses(again, phone, asked(again, "anna"))
    # Then
    assert again.rows("phones")[0]["revoked_why"] == "wrong_numbers"


def test_many_guesses_at_the_same_moment_are_one_guess(
    strict_house: House, browser: RobotBrowser, phone: RobotPhone
) -> None:
    # Given
    browser.signs_in("anna")
    one = asked(strict_house, "anna")
    signed = [phone.decision(one, number=wrong_for(one, off)) for off in range(1, 9)]
    signed.insert(4, phone.decision(one, number=one.number))
    barrier = Barrier(len(signed))

    def sends(jws: str) -> object:
        barrier.wait(10)
        try:
            return answer(strict_house.parts, jws, PHONES_ADDRESS)
        except Refusal as refusal:
            return type(refusal)

    # When
    with ThreadPoolExecutor(len(signed)) as pool:
        ends = list(pool.map(sends, signed))
    # Then one of them counted, whichever it was: after the right one the others repeat what already stands
    right_was_first = [State.APPROVED] * len(signed)
    wrong_was_first = [WrongNumber, *[AlreadySettled] * (len(signed) - 1)]
    assert sorted(map(str, ends)) in (sorted(map(str, right_was_first)), sorted(map(str, wrong_was_first)))
    assert wrong_numbers(strict_house) == (0 if State.APPROVED in ends else 1)


def test_the_tenth_takes_back_what_the_phone_had_approved(
    strict_house: House, browser: RobotBrowser, phone: RobotPhone
) -> None:
    # Given an OK that nobody has collected yet
    accomplice = browser.another()
    accomplice.signs_in("anna")
    approved = asked(strict_house, "anna")
    says_ok(strict_house, phone, approved)
    # When ten wrong numbers follow
    for _ in range(10):
        browser.signs_in("anna")
        guesses(strict_house, phone, asked(strict_house, "anna"))
    # Then
    with strict_house.parts.store.read() as work:
        taken_back = work.confirmations.get(approved.id)
    assert taken_back is not None
    assert (taken_back.state, taken_back.reason) == (State.CANCELLED, Reason.PHONE_REVOKED)
    accomplice.collects()
    assert not accomplice.signed_in
