"""Decisions that no phone of the user signed, or signed for something else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from tests.support.acts import asked
from tests.support.api import decides, problem
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.phone import DECISION, RobotPhone, b64, payload_of
from tests.support.unchanged import nothing_changes


def written(header: dict[str, object], payload: str, key: bytes = b"") -> str:
    """A JWS with this header; signed with HMAC if there is a key, else with nothing."""
    signed = f"{b64(json.dumps(header).encode())}.{payload}"
    signature = hmac.new(key, signed.encode(), hashlib.sha256).digest() if key else b""
    return f"{signed}.{b64(signature)}"


@pytest.fixture
def phone(strict_house: House, browser: RobotBrowser) -> RobotPhone:
    """Anna's; her browser waits."""
    paired = strict_house.phone("anna")
    browser.signs_in("anna")
    return paired


def test_without_a_signature(strict_house: House, phone: RobotPhone) -> None:
    one = asked(strict_house, "anna")
    payload = phone.decision(one, number=one.number).split(".")[1]
    with nothing_changes(strict_house):
        for alg in ("none", "None", "NONE", "", None, "HS256", "ES384", "RS256", "es256", ["ES256"]):
            forged = written({"alg": alg, "typ": DECISION, "kid": phone.id}, payload)
            problem(decides(strict_house, one.id, forged), 401, "bad_signature")


def test_signed_with_the_public_key_as_a_shared_secret(strict_house: House, phone: RobotPhone) -> None:
    one = asked(strict_house, "anna")
    payload = phone.decision(one, number=one.number).split(".")[1]
    public = json.dumps(dict(phone.public)).encode()
    for alg in ("HS256", "ES256"):
        forged = written({"alg": alg, "typ": DECISION, "kid": phone.id}, payload, public)
        with nothing_changes(strict_house):
            problem(decides(strict_house, one.id, forged), 401, "bad_signature")


def test_by_another_phone_under_this_ones_name(strict_house: House, phone: RobotPhone) -> None:
    one = asked(strict_house, "anna")
    other = strict_house.phone("charlie")
    forger = RobotPhone(other._signatures, other._key, phone.id, strict_house.parts.public_url, other._now)
    with nothing_changes(strict_house):
        for decision in ("approve", "deny"):
            forged = forger.decision(one, decision, number=one.number)
            problem(decides(strict_house, one.id, forged), 401, "bad_signature")


def test_with_a_key_of_its_own_in_the_header(strict_house: House, phone: RobotPhone) -> None:
    one = asked(strict_house, "anna")
    key = strict_house.parts.signatures.new_key()
    honest = phone.decision(one, number=one.number)
    for more in (
        {"jwk": dict(key.public)},
        {"jku": "https://evil.example/keys"},
        {"x5u": "x"},
        {"crit": ["b64"]},
    ):
        header = {"alg": "ES256", "typ": DECISION, "kid": phone.id, **more}
        forged = ".".join([b64(json.dumps(header).encode()), *honest.split(".")[1:]])
        with nothing_changes(strict_house):
            problem(decides(strict_house, one.id, forged), 401, "bad_signature")


@pytest.mark.parametrize("kid", ["nobody", "' OR 1=1 --", "../../etc/passwd", "%", "\u0000", "ä"])
def test_under_a_name_that_no_phone_has(strict_house: House, phone: RobotPhone, kid: str) -> None:
    one = asked(strict_house, "anna")
    forger = RobotPhone(phone._signatures, phone._key, kid, strict_house.parts.public_url, phone._now)
    with nothing_changes(strict_house):
        response = decides(strict_house, one.id, forger.decision(one, number=one.number))
    assert response.status_code in (400, 401)


def test_a_deny_turned_into_an_approve(strict_house: House, phone: RobotPhone) -> None:
    # Given a deny, whose payload is changed and whose signature is kept
    one = asked(strict_house, "anna")
    head, body, signature = phone.decision(one, "deny").split(".")
    claims = {**payload_of(f"{head}.{body}.{signature}"), "decision": "approve", "number": one.number}
    forged = f"{head}.{b64(json.dumps(claims).encode())}.{signature}"
    with nothing_changes(strict_house):
        problem(decides(strict_house, one.id, forged), 401, "bad_signature")


def test_the_signature_in_other_spellings(strict_house: House, phone: RobotPhone) -> None:
    one = asked(strict_house, "anna")
    head, body, signature = phone.decision(one, number=one.number).split(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    with nothing_changes(strict_house):
        for other in (b"", b"\0" * 64, raw[:-1], raw + b"\0", raw[32:] + raw[:32], b"\x30" + raw):
            problem(decides(strict_house, one.id, f"{head}.{body}.{b64(other)}"), 401, "bad_signature")
        problem(decides(strict_house, one.id, f"{head}.{body}.{signature}=="), 400, "malformed")


def test_the_phones_other_tokens_are_no_decisions(strict_house: House, phone: RobotPhone) -> None:
    one = asked(strict_house, "anna")
    with nothing_changes(strict_house):
        for token in (phone.assertion(), phone.proof("POST", "/x"), one.request):
            problem(decides(strict_house, one.id, token), 400, "malformed")


def test_the_decision_over_another_request_is_refused(strict_house: House, browser: RobotBrowser) -> None:
    # Given two requests of one user
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    first = asked(strict_house, "anna")
    browser.signs_in("anna")
    second = asked(strict_house, "anna")
    # When what was shown is not what is answered
    shown = b64(hashlib.sha256(first.request.encode()).digest())
    forged = phone.decision(second, number=second.number, confirmation_sha256=shown)
    # Then
    with nothing_changes(strict_house):
        problem(decides(strict_house, second.id, forged), 400, "malformed")


def test_the_decision_for_another_server_is_refused(strict_house: House, phone: RobotPhone) -> None:
    one = asked(strict_house, "anna")
    for audience in ("https://evil.example", strict_house.parts.public_url + "/", "", None):
        with nothing_changes(strict_house):
            forged = phone.decision(one, number=one.number, aud=audience)
            problem(decides(strict_house, one.id, forged), 401, "bad_signature")
