"""Who calls: proofs and connect assertions, in time, for this very call, and once."""

from __future__ import annotations

import pytest

from astrow2fa.core.errors import (
    BadSignature,
    DeviceRevoked,
    Malformed,
    NotPermitted,
    Refusal,
    Replayed,
    Stale,
)
from astrow2fa.services import accounts
from astrow2fa.services.claims import CONNECT, PROOF, Caller, authenticate
from astrow2fa.services.phones import revoke
from astrow2fa.services.tokens import sha256_b64
from astrow2fa.services.upkeep import forget
from tests.services.acting import refused
from tests.support.house import House
from tests.support.phone import RobotPhone

ME = {"htm": "GET", "htu": "/mobile/api/v1/me"}
BODY = '{"current_password":"a","new_password":"b"}'


def calls(house: House, jws: object, expected: dict[str, object] | None = None, typ: str = PROOF) -> Caller:
    return authenticate(house.parts, jws, typ, ME if expected is None else expected)


def test_a_proof_says_which_phone_and_whose_it_is(strict_house: House, phone: RobotPhone) -> None:
    caller = calls(strict_house, phone.proof("GET", "/mobile/api/v1/me"))

    assert (caller.phone.id, caller.account.name) == (phone.id, "anna")
    [row] = strict_house.rows("used_proofs")
    assert row["kid"] == phone.id


def test_it_counts_once(strict_house: House, phone: RobotPhone) -> None:
    # Given
    jws = phone.proof("GET", "/mobile/api/v1/me")
    calls(strict_house, jws)
    # When, Then, also at its very end, when what no longer counts has been forgotten
    for seconds in (0, 30, 30):
        strict_house.clock.advance(seconds)
        forget(strict_house.parts)
        with refused(strict_house, Replayed):
            calls(strict_house, jws)


def test_its_id_counts_once_whatever_else_it_says(strict_house: House, phone: RobotPhone) -> None:
    calls(strict_house, phone.proof("GET", "/mobile/api/v1/me", jti="once"))

    with refused(strict_house, Replayed):
        calls(strict_house, phone.assertion(jti="once"), {}, CONNECT)


def test_two_phones_may_use_the_same_id(strict_house: House, phone: RobotPhone) -> None:
    other = strict_house.phone("anna", "iPhone")

    for robot in (phone, other):
        assert calls(strict_house, robot.assertion(jti="once"), {}, CONNECT).phone.id == robot.id


@pytest.mark.parametrize("off", [-60, 60])
def test_it_is_valid_a_minute_on_either_side(strict_house: House, phone: RobotPhone, off: int) -> None:
    now = int(strict_house.clock.now())

    assert calls(strict_house, phone.proof("GET", "/mobile/api/v1/me", iat=now + off))


@pytest.mark.parametrize("off", [-61, 61, -60.5, 60.5])
def test_and_no_longer(strict_house: House, phone: RobotPhone, off: float) -> None:
    now = int(strict_house.clock.now())

    with refused(strict_house, Stale):
        calls(strict_house, phone.proof("GET", "/mobile/api/v1/me", iat=now + off))


@pytest.mark.parametrize(
    ("claims", "refusal"),
    [
        ({"htm": "POST"}, BadSignature),
        ({"htm": "get"}, BadSignature),
        ({"htm": None}, BadSignature),
        ({"htu": "/mobile/api/v1/device"}, BadSignature),
        ({"htu": "http://localhost:5000/mobile/api/v1/me"}, BadSignature),
        ({"htu": "/mobile/api/v1/me?x=1"}, BadSignature),
        ({"aud": "http://localhost:5001"}, BadSignature),
        ({"aud": None}, BadSignature),
        ({"jti": None}, Malformed),
        ({"jti": ""}, Malformed),
        ({"jti": "x" * 129}, Malformed),
        ({"jti": 1}, Malformed),
        ({"iat": None}, Malformed),
        ({"iat": "now"}, Malformed),
        ({"iat": True}, Malformed),
    ],
)
def test_a_claim_that_is_not_right(
    strict_house: House, phone: RobotPhone, claims: dict[str, object], refusal: type[Refusal]
) -> None:
    with refused(strict_house, refusal):
        calls(strict_house, phone.proof("GET", "/mobile/api/v1/me", **claims))


@pytest.mark.parametrize("bsha", [None, "", "A" * 43, sha256_b64(BODY + " ")])
def test_with_a_body_goes_its_hash(strict_house: House, phone: RobotPhone, bsha: str | None) -> None:
    # Given
    path = "/mobile/api/v1/password"
    expected: dict[str, object] = {"htm": "POST", "htu": path, "bsha": sha256_b64(BODY)}
    assert calls(strict_house, phone.proof("POST", path, BODY.encode()), expected)
    # When, Then
    with refused(strict_house, BadSignature):
        calls(strict_house, phone.proof("POST", path, BODY.encode(), bsha=bsha), expected)


def test_a_token_for_one_thing_is_none_for_another(strict_house: House, phone: RobotPhone) -> None:
    with refused(strict_house, Malformed):
        calls(strict_house, phone.assertion())
    with refused(strict_house, Malformed):
        calls(strict_house, phone.proof("GET", "/mobile/api/v1/me"), {}, CONNECT)


def test_a_revoked_phone_is_told_so(strict_house: House, phone: RobotPhone) -> None:
    revoke(strict_house.parts, strict_house.id_of("anna"), phone.id)

    with refused(strict_house, DeviceRevoked, but=("used_proofs",)):
        calls(strict_house, phone.assertion(), {}, CONNECT)


def test_so_is_the_phone_of_a_disabled_user(strict_house: House, phone: RobotPhone) -> None:
    accounts.disable(strict_house.parts, "anna")

    with refused(strict_house, NotPermitted, but=("used_proofs",)):
        calls(strict_house, phone.assertion(), {}, CONNECT)


def test_a_locked_users_phone_goes_on(strict_house: House, phone: RobotPhone) -> None:
    with strict_house.parts.store.write() as work:
        work.accounts.set_locked(strict_house.id_of("anna"), 1)

    assert calls(strict_house, phone.assertion(), {}, CONNECT)


def test_a_sign_of_life_is_written_once_a_minute(strict_house: House, phone: RobotPhone) -> None:
    # Given
    paired = strict_house.rows("phones")[0]["seen_at"]
    # When, Then
    strict_house.clock.advance(59)
    calls(strict_house, phone.assertion(), {}, CONNECT)
    assert strict_house.rows("phones")[0]["seen_at"] == paired
    strict_house.clock.advance(1)
    calls(strict_house, phone.assertion(), {}, CONNECT)
    assert strict_house.rows("phones")[0]["seen_at"] == strict_house.clock.now()


def test_what_can_no_longer_be_used_is_forgotten(strict_house: House, phone: RobotPhone) -> None:
    # Given
    calls(strict_house, phone.assertion(), {}, CONNECT)
    # When, Then
    strict_house.clock.advance(60)
    forget(strict_house.parts)
    assert len(strict_house.rows("used_proofs")) == 1
    strict_house.clock.advance(61)
    forget(strict_house.parts)
    assert strict_house.rows("used_proofs") == []
