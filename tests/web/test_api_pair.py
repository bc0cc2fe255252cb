"""POST /pair and POST /invitations."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from astrow2fa.services import accounts, pairing
from tests.support.api import NEW_PHONE, calls, problem, succeeds
from tests.support.house import PASSWORD, House
from tests.support.unchanged import nothing_changes

TEN_MINUTES = 600


def key(house: House) -> dict[str, str]:
    return dict(house.parts.signatures.new_key().public)


def issued(house: House, name: str = "anna") -> pairing.Issued:
    return pairing.issue_code(house.parts, house.id_of(name), "operator")


def pairs(house: House, right: object, **more: object) -> TestResponse:
    """Pairs with this code, or with what else is said; None leaves a member out."""
    body = {**NEW_PHONE, "code": right, "public_key": key(house), **more}
    return calls(house, "POST", "/pair", {name: value for name, value in body.items() if value is not None})


def types(house: House, code: str, name: str = "anna", password: str = PASSWORD) -> TestResponse:
    return pairs(house, code, username=name, password=password)


def test_by_the_link(house: House) -> None:
    # When
    answer = succeeds(pairs(house, issued(house).link), 201)
    # Then
    assert set(answer) == {"device_id", "user", "server_key", "push_key"}
    assert answer["user"] == {"username": "anna", "display_name": "Anna Ansen", "mobile": ["ess"]}
    server_key = answer["server_key"]
    assert set(server_key) == {"kty", "crv", "x", "y", "kid"}
    members = {name: server_key[name] for name in ("crv", "kty", "x", "y")}
    digest = hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == server_key["kid"]
    assert len(base64.urlsafe_b64decode(answer["push_key"] + "=")) == 65
    [row] = house.rows("phones")
    assert (row["id"], row["name"], row["source"]) == (answer["device_id"], "Pixel 9", "operator")


@pytest.mark.parametrize("spelling", ["{}", " {} ", "-{}-"])
def test_by_the_typed_code(house: House, spelling: str) -> None:
    succeeds(types(house, spelling.format(issued(house).typed)), 201)


def test_a_typed_code_is_read_as_it_was_meant(house: House) -> None:
    code = issued(house).typed.replace("-", " ").lower().replace("0", "o").replace("1", "l")

    succeeds(types(house, code, " ANNA "), 201)


def test_it_works_once_and_voids_its_twin(house: House) -> None:
    both = issued(house)
    succeeds(pairs(house, both.link), 201)

    with nothing_changes(house):
        problem(pairs(house, both.link), 401, "bad_code")
        problem(types(house, both.typed), 401, "bad_code")


def test_it_works_for_ten_minutes(house: House) -> None:
    late, in_time = issued(house), issued(house)
    house.clock.advance(TEN_MINUTES - 1)
    succeeds(pairs(house, in_time.link), 201)
    other = issued(house)
    house.clock.advance(TEN_MINUTES)

    with nothing_changes(house, "tries"):
        problem(pairs(house, other.link), 401, "bad_code")
        problem(types(house, other.typed), 401, "bad_code")
        problem(pairs(house, late.link), 401, "bad_code")


def test_wrong_code_name_or_password_get_one_answer(house: House) -> None:
    code = issued(house)
    with nothing_changes(house, "tries"):
        answers = [
            types(house, "0000-0000"),
            types(house, code.typed, "nobody"),
            types(house, code.typed, "anna", "wrong"),
            types(house, code.typed, "bob"),
            pairs(house, "x" * 27),
            types(house, code.link),
            pairs(house, code.typed),
        ]
    for answer in answers:
        problem(answer, 401, "bad_code")
    assert len({answer.text for answer in answers}) == 1


def test_a_typed_code_has_five_tries(house: House) -> None:
    # Given a code of which four tries were wrong
    code = issued(house)
    for _ in range(4):
        problem(types(house, "0000-0000"), 401, "bad_code")
    succeeds(types(house, code.typed), 201)
    # Given another one, of which five were
    code = issued(house)
    for _ in range(5):
        problem(types(house, "0000-0000"), 401, "bad_code")
    # Then
    problem(types(house, code.typed), 401, "bad_code")


WRONG: list[dict[str, object]] = [
    {"code": None},
    {"code": ""},
    {"code": 12345678},
    {"code": "x" * 65},
    {"code": ["x"]},
    {"public_key": None},
    {"public_key": "x"},
    {"public_key": {}},
    {"public_key": {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"}},
    {"public_key": {"kty": "RSA", "n": "AA", "e": "AQAB"}},
    {"public_key": {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43}},
    {"name": None},
    {"name": ""},
    {"name": "   "},
    {"name": 7},
    {"name": "x" * 65},
    {"name": "a\nb"},
    {"name": "a\0b"},
    {"name": "\ud800"},
    {"platform": None},
    {"platform": {}},
    {"storage": None},
    {"storage": "forever"},
    {"storage": ["persisted"]},
    {"username": "anna"},
    {"password": PASSWORD},
    {"username": 7, "password": PASSWORD},
    {"username": "anna", "password": 7},
    {"username": "anna\0", "password": PASSWORD},
    {"username": "", "password": ""},
]


def test_what_is_malformed_uses_up_nothing(house: House) -> None:
    # Given a right code
    code = issued(house)
    for wrong in WRONG:
        with nothing_changes(house):
            problem(pairs(house, code.link, **wrong), 400, "malformed")
    # Then it still works
    succeeds(pairs(house, code.link), 201)


def test_a_private_key_is_malformed(house: House) -> None:
    code = issued(house)
    with nothing_changes(house):
        problem(pairs(house, code.link, public_key={**key(house), "d": "A" * 43}), 400, "malformed")


def test_without_permission_403_comes_only_after_a_right_code_which_stays_usable(house: House) -> None:
    # Given a code, and its user disabled since
    code = issued(house)
    accounts.disable(house.parts, "anna")
    # Then
    with nothing_changes(house, "tries"):
        problem(pairs(house, code.link), 403, "not_permitted")
        problem(types(house, code.typed), 403, "not_permitted")
        problem(types(house, "0000-0000"), 401, "bad_code")
    accounts.enable(house.parts, "anna")
    succeeds(pairs(house, code.link), 201)


def test_without_a_licence_it_is_403_and_who_had_a_phone_may_replace_it(
    build: Callable[..., House],
) -> None:
    # Given a licence that ends in five minutes, and one user who has had a phone
    house = build()
    house.phone("bob")
    house.clock.advance(365 * 86_400 - 300)
    anna, bob = issued(house), issued(house, "bob")
    house.clock.advance(300)
    # Then
    with nothing_changes(house):
        problem(pairs(house, anna.link), 403, "not_licensed")
    succeeds(pairs(house, bob.link), 201)


def test_too_many_tries_are_429(build: Callable[..., House]) -> None:
    house = build(ASTROW2FA_LIMITS="pair.address=3/minute")
    code = issued(house)
    for _ in range(3):
        problem(pairs(house, "x" * 27), 401, "bad_code")

    with nothing_changes(house):
        response = pairs(house, code.link)

    found = problem(response, 429, "limited")
    assert int(response.headers["Retry-After"]) == found["retry_after"] > 0


def test_an_invitation_becomes_a_typed_code_once(house: House) -> None:
    # Given
    link = pairing.invite(house.parts, house.id_of("anna"), "operator").link
    body = {"code": link, "username": "anna", "password": PASSWORD}
    # When
    answer = succeeds(calls(house, "POST", "/invitations", body))
    # Then it pairs, and the invitation is used up
    assert set(answer) == {"code"}
    succeeds(types(house, answer["code"]), 201)
    with nothing_changes(house):
        problem(calls(house, "POST", "/invitations", body), 401, "bad_code")


def test_an_invitation_does_not_pair_by_itself(house: House) -> None:
    link = pairing.invite(house.parts, house.id_of("anna"), "operator").link

    with nothing_changes(house, "tries"):
        problem(pairs(house, link), 401, "bad_code")
        problem(types(house, link), 401, "bad_code")


def test_an_invitation_needs_its_users_name_and_password(house: House) -> None:
    link = pairing.invite(house.parts, house.id_of("anna"), "operator").link
    with nothing_changes(house):
        for code, name, password in (
            (link, "anna", "wrong"),
            (link, "bob", PASSWORD),
            (link, "nobody", PASSWORD),
            ("x" * 22, "anna", PASSWORD),
            (issued.__name__, "anna", PASSWORD),
        ):
            body = {"code": code, "username": name, "password": password}
            problem(calls(house, "POST", "/invitations", body), 401, "bad_code")
        for wrong in ({}, {"code": link}, {"code": link, "username": "anna"}, {"code": 1, "username": 2}):
            problem(calls(house, "POST", "/invitations", wrong), 400, "malformed")


def test_an_invitation_lives_seven_days(house: House) -> None:
    link = pairing.invite(house.parts, house.id_of("anna"), "operator").link
    body = {"code": link, "username": "anna", "password": PASSWORD}
    house.clock.advance(7 * 86_400)

    with nothing_changes(house):
        problem(calls(house, "POST", "/invitations", body), 401, "bad_code")
