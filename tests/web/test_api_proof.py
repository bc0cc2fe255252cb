"""Proofs: every authenticated call of the phone API is signed for this very call, in time, and once."""

from __future__ import annotations

import hashlib
import json

import pytest

from astrow2fa.services import accounts, phones
from tests.support.api import API, calls, problem, succeeds
from tests.support.house import House
from tests.support.phone import CONNECT, DECISION, RobotPhone, b64
from tests.support.unchanged import nothing_changes

PATH = API + "/me"


@pytest.fixture(scope="module")
def phone(shared_house: House) -> RobotPhone:
    return shared_house.phone("anna")


def test_a_right_proof_is_let_in(house: House) -> None:
    succeeds(calls(house, "GET", "/me", phone=house.phone("anna")))


@pytest.mark.parametrize(
    ("claims", "code", "status"),
    [
        ({"aud": "https://evil.example"}, "bad_signature", 401),
        ({"aud": None}, "bad_signature", 401),
        ({"aud": ["http://localhost:5000"]}, "bad_signature", 401),
        ({"htm": "POST"}, "bad_signature", 401),
        ({"htm": "get"}, "bad_signature", 401),
        ({"htm": None}, "bad_signature", 401),
        ({"htu": API + "/confirmations"}, "bad_signature", 401),
        ({"htu": PATH + "/"}, "bad_signature", 401),
        ({"htu": None}, "bad_signature", 401),
        ({"jti": None}, "malformed", 400),
        ({"jti": ""}, "malformed", 400),
        ({"jti": ["x"]}, "malformed", 400),
        ({"jti": "x" * 129}, "malformed", 400),
        ({"iat": None}, "malformed", 400),
        ({"iat": "1900000000"}, "malformed", 400),
        ({"iat": False}, "malformed", 400),
    ],
)
def test_a_wrong_claim_is_refused(
    shared_house: House, phone: RobotPhone, claims: dict[str, object], code: str, status: int
) -> None:
    proof = phone.proof("GET", PATH, **claims)

    with nothing_changes(shared_house):
        problem(calls(shared_house, "GET", "/me", proof=proof), status, code)


@pytest.mark.parametrize("proof", ["", "x", "a.b.c", "a.b.c.d", "..", "x" * 20_000, "ä.b.c", "e30.e30.e30"])
def test_what_is_no_proof_is_malformed(shared_house: House, proof: str) -> None:
    headers = {"Authorization": f"Bearer {proof}".encode().decode("latin-1")}

    response = shared_house.app.test_client().get(PATH, headers=headers)

    problem(response, 400, "malformed")


@pytest.mark.parametrize("header", ["", "Basic YW5uYTpwYXNz", "bearer", "Token x"])
def test_another_scheme_is_401(shared_house: House, header: str) -> None:
    response = shared_house.app.test_client().get(PATH, headers={"Authorization": header})

    problem(response, 401, "bad_signature")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_other_tokens_are_no_proofs(house: House) -> None:
    phone = house.phone("anna")
    claims = {"aud": house.parts.public_url, "iat": int(house.clock.now()), "jti": "1"}
    for typ in (CONNECT, DECISION, "JWT", "astrow2fa-licence+jwt"):
        proof = phone.sign(typ, htm="GET", htu=PATH, **claims)
        problem(calls(house, "GET", "/me", proof=proof), 400, "malformed")


def test_it_counts_once(house: House) -> None:
    phone = house.phone("anna")
    proof = phone.proof("GET", PATH)
    succeeds(calls(house, "GET", "/me", proof=proof))

    problem(calls(house, "GET", "/me", proof=proof), 401, "replayed")

    house.clock.advance(60)
    problem(calls(house, "GET", "/me", proof=proof), 401, "replayed")


@pytest.mark.parametrize("seconds", [-61, 61])
def test_outside_its_time_it_is_told_the_servers(house: House, seconds: int) -> None:
    # Given a phone whose clock is wrong
    phone = house.phone("anna")
    now = int(house.clock.now())
    # When
    found = problem(
        calls(house, "GET", "/me", proof=phone.proof("GET", PATH, iat=now + seconds)), 401, "stale"
    )
    # Then
    assert found["server_time"] == now
    succeeds(calls(house, "GET", "/me", proof=phone.proof("GET", PATH, iat=found["server_time"])))


@pytest.mark.parametrize("seconds", [-60, 60])
def test_within_a_minute_it_counts(house: House, seconds: int) -> None:
    phone = house.phone("anna")
    proof = phone.proof("GET", PATH, iat=int(house.clock.now()) + seconds)

    succeeds(calls(house, "GET", "/me", proof=proof))


def test_a_body_is_part_of_what_is_signed(house: House) -> None:
    # Given a proof over one body
    phone = house.phone("anna")
    body = json.dumps({"current_password": "x", "new_password": "y"}).encode()
    path = API + "/password"
    # When another one is sent, or none was signed
    with nothing_changes(house):
        for proof in (
            phone.proof("POST", path, body + b" "),
            phone.proof("POST", path),
            phone.proof("POST", path, body, bsha=b64(b"x")),
            phone.proof("POST", path, body, bsha=7),
        ):
            problem(calls(house, "POST", "/password", raw=body, proof=proof), 401, "bad_signature")


def test_a_signed_body_that_is_not_there_is_missed(house: House) -> None:
    phone = house.phone("anna")
    with nothing_changes(house):
        proof = phone.proof("GET", PATH, bsha=b64(hashlib.sha256(b"lost").digest()))
        problem(calls(house, "GET", "/me", proof=proof), 401, "bad_signature")
    # The hash of nothing is right for no body
    proof = phone.proof("GET", PATH, bsha=b64(hashlib.sha256(b"").digest()))
    succeeds(calls(house, "GET", "/me", proof=proof))


def test_a_claim_of_the_wrong_shape_comes_before_one_of_a_wrong_value(house: House) -> None:
    proof = house.phone("anna").proof("GET", PATH, aud="https://evil.example", iat="now")
    with nothing_changes(house):
        problem(calls(house, "GET", "/me", proof=proof), 400, "malformed")


def test_a_revoked_phone_is_403(house: House) -> None:
    phone = house.phone("anna")
    phones.revoke(house.parts, house.id_of("anna"), phone.id)

    problem(calls(house, "GET", "/me", phone=phone), 403, "device_revoked")


def test_the_phone_of_a_disabled_user_is_403(house: House) -> None:
    phone = house.phone("anna")
    accounts.disable(house.parts, "anna")

    problem(calls(house, "GET", "/me", phone=phone), 403, "not_permitted")


def test_a_phone_that_never_was_is_401(house: House) -> None:
    phone = house.phone("anna")
    phone._key = type(phone._key)("nobody", phone._key.public, phone._key.private)

    problem(calls(house, "GET", "/me", phone=phone), 401, "bad_signature")
