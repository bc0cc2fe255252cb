"""JSON that two readers read differently, inside what a phone signs."""

from __future__ import annotations

import json

import pytest
from joserfc.jws import JWSRegistry

from astrow2fa.adapters.signatures import JoseSignatures
from astrow2fa.core.confirmation import Confirmation
from tests.support.acts import asked
from tests.support.api import decides, problem
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.phone import DECISION, RobotPhone, b64, payload_of
from tests.support.unchanged import nothing_changes

ES256 = JWSRegistry(algorithms=["ES256"]).get_alg("ES256")


@pytest.fixture(scope="module")
def scene(shared_house: House) -> tuple[House, RobotPhone, Confirmation]:
    """A phone and what it is asked. Nothing here is accepted, so it stays so."""
    phone = shared_house.phone("anna")
    RobotBrowser(shared_house.app).signs_in("anna")
    return shared_house, phone, asked(shared_house, "anna")


def signed(phone: RobotPhone, payload: bytes, header: bytes | None = None) -> str:
    """A JWS over these very bytes, with a signature that holds."""
    head = header or json.dumps({"alg": "ES256", "typ": DECISION, "kid": phone.id}).encode()
    text = f"{b64(head)}.{b64(payload)}"
    signature = ES256.sign(text.encode(), phone._key.private)  # type: ignore[arg-type]
    return f"{text}.{b64(signature)}"


def test_the_robot_signs_rightly(strict_house: House, browser: RobotBrowser) -> None:
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    one = asked(strict_house, "anna")
    claims = payload_of(phone.decision(one, number=one.number))
    assert decides(strict_house, one.id, signed(phone, json.dumps(claims).encode())).status_code == 200
    assert isinstance(phone._signatures, JoseSignatures)


Scene = tuple[House, RobotPhone, Confirmation]
TRICKS = [
    ('"decision": "approve"', '"decision": "deny", "decision": "approve"'),
    ('"decision": "approve"', '"decision": "approve", "x": NaN'),
    ('"decision": "approve"', '"decision": "approve", "x": Infinity'),
    ('"decision": "approve"', '"decision": "approve", "x": 1e999'),
    ('"decision": "approve"', '"decision": "approve", "x": ' + "9" * 5000),
    ('"decision": "approve"', '"decision": "approve", "x": ' + "[" * 200 + "]" * 200),
    ('"decision": "approve"', '"decision": "approve", "x": "\\ud800"'),
    ('"decision": "approve"', '"decision": "approve", "x": "\\u0000"'),
    ('"decision": "approve"', '"decision": "approve",'),
    ('"decision": "approve"', "\"decision\": 'approve'"),
    ('"decision": "approve"', '"decision": ["approve"]'),
    ('"decision": "approve"', '"decision": "APPROVE"'),
    ('"decision": "approve"', '"decision": "approve "'),
    ('"decision": "approve"', '"Decision": "approve"'),
    ('"decision": "approve"', '"decision": true'),
    ('"decision": "approve"', '"decision": "approve", "iat": -1e300'),
]


@pytest.mark.parametrize(("before", "after"), TRICKS, ids=[after[:40] for _, after in TRICKS])
def test_a_signed_payload_that_is_not_plain(scene: Scene, before: str, after: str) -> None:
    house, phone, one = scene
    text = json.dumps(payload_of(phone.decision(one, number=one.number)))
    assert before in text
    with nothing_changes(house):
        trick = signed(phone, text.replace(before, after).encode())
        problem(decides(house, one.id, trick), 400, "malformed")


@pytest.mark.parametrize(
    "header",
    [
        b'{"alg":"ES256","typ":"%s","kid":"%s","kid":"x"}',
        b'{"alg":"none","alg":"ES256","typ":"%s","kid":"%s"}',
        b'["ES256","%s","%s"]',
        b'{"alg":"ES256","typ":["%s"],"kid":"%s"}',
        b'{"alg":"ES256","typ":"%s","kid":["%s"]}',
        b'{"alg":"ES256","TYP":"%s","kid":"%s"}',
        b'\xef\xbb\xbf{"alg":"ES256","typ":"%s","kid":"%s"}',
    ],
)
def test_a_signed_header_that_is_not_plain(scene: Scene, header: bytes) -> None:
    house, phone, one = scene
    payload = json.dumps(payload_of(phone.decision(one, number=one.number))).encode()
    with nothing_changes(house):
        trick = signed(phone, payload, header % (DECISION.encode(), phone.id.encode()))
        problem(decides(house, one.id, trick), 400, "malformed")
