"""Guessing pairing codes."""

from __future__ import annotations

import re
from collections.abc import Callable

from astrow2fa.services import pairing
from tests.support.api import NEW_PHONE, calls, problem, succeeds
from tests.support.house import PASSWORD, House

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def body(house: House, **more: object) -> dict[str, object]:
    return {**NEW_PHONE, "public_key": dict(house.parts.signatures.new_key().public), **more}


def test_codes_are_long_and_never_the_same(house: House) -> None:
    issued = [pairing.issue_code(house.parts, house.id_of("anna"), "operator") for _ in range(20)]
    invitations = [pairing.invite(house.parts, house.id_of("anna"), "operator").link for _ in range(5)]
    # 40 bits typed, with name and password; 128 bits and more in links
    assert all(re.fullmatch(f"[{CROCKFORD}]{{4}}-[{CROCKFORD}]{{4}}", one.typed) for one in issued)
    assert all(len(one.link) >= 22 for one in issued)
    assert all(len(link) >= 19 for link in invitations)
    assert len({one.typed for one in issued}) == 20
    assert len({one.link for one in issued} | set(invitations)) == 25


def test_typed_codes_are_void_after_five_wrong_ones_from_wherever_they_come(house: House) -> None:
    code = pairing.issue_code(house.parts, house.id_of("anna"), "operator")
    for number in range(5):
        guess = body(house, code=f"0000-000{number}", username="anna", password=PASSWORD)
        problem(calls(house, "POST", "/pair", guess, address=f"192.0.2.{number}"), 401, "bad_code")
    right = body(house, code=code.typed, username="anna", password=PASSWORD)
    problem(calls(house, "POST", "/pair", right), 401, "bad_code")


def test_somebody_elses_wrong_guesses_do_not_void_mine(house: House) -> None:
    code = pairing.issue_code(house.parts, house.id_of("anna"), "operator")
    for _ in range(6):
        guess = body(house, code="0000-0000", username="bob", password=PASSWORD)
        problem(calls(house, "POST", "/pair", guess), 401, "bad_code")
    succeeds(calls(house, "POST", "/pair", body(house, code=code.link)), 201)


def test_guesses_are_limited_by_address_and_by_account(build: Callable[..., House]) -> None:
    house = build(ASTROW2FA_LIMITS="pair.address=5/minute,pair.account=8/hour")
    for number in range(5):
        problem(calls(house, "POST", "/pair", body(house, code=f"{number:027d}")), 401, "bad_code")
    problem(calls(house, "POST", "/pair", body(house, code="x" * 27)), 429, "limited")
    for number in range(8):
        guess = body(house, code="0000-0000", username="anna", password="wrong")
        address = f"198.51.100.{number}"
        problem(calls(house, "POST", "/pair", guess, address=address), 401, "bad_code")
    problem(calls(house, "POST", "/pair", guess, address="203.0.113.1"), 429, "limited")


def test_a_code_of_one_user_does_not_pair_with_the_password_of_another(house: House) -> None:
    code = pairing.issue_code(house.parts, house.id_of("anna"), "operator")
    guess = body(house, code=code.typed, username="charlie", password=PASSWORD)
    problem(calls(house, "POST", "/pair", guess), 401, "bad_code")
    assert house.rows("phones") == []


def test_the_database_does_not_give_codes_away(house: House) -> None:
    code = pairing.issue_code(house.parts, house.id_of("anna"), "operator")
    kept = repr(house.rows("pairing_codes"))
    for text in (code.typed, code.typed.replace("-", ""), code.link):
        assert text not in kept
