"""The published test vectors, answered by the services: decisions, proofs and connect assertions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from astrow2fa.core.accounts import Phone
from astrow2fa.core.confirmation import Act, Confirmation, Purpose, State
from astrow2fa.core.errors import Refusal
from astrow2fa.services import accounts
from astrow2fa.services.answer import answer
from astrow2fa.services.claims import CONNECT, PROOF, authenticate
from astrow2fa.services.tokens import sha256_b64
from tests.services.acting import confirmation_of, nothing_changes
from tests.support.house import PASSWORD, House
from tests.vectors import read

VECTORS = read()
ASKED = VECTORS["asked_at"]


@pytest.fixture
def their_house(tmp_path: Path) -> House:
    """The server of the vectors, at its address, with its one user and the two phones."""
    house = House(tmp_path, ASTROW2FA_PUBLIC_URL=VECTORS["public_url"])
    house.clock.time = ASKED
    user_id = accounts.create(house.parts, accounts.NewUser("ada", PASSWORD, mobile=("ess",)))
    for name in ("phone", "other_phone"):
        key = VECTORS["keys"][name]
        phone = Phone(
            id=key["kid"],
            user_id=user_id,
            name=name,
            platform="",
            storage="persisted",
            public_key=json.dumps(key["public"]),
            server_kid=VECTORS["keys"]["server"]["kid"],
            source="operator",
            paired_at=ASKED,
            seen_at=ASKED,
            revoked_at=None,
            wrong_numbers=0,
            wrong_passwords=0,
        )
        with house.parts.store.write() as work:
            work.phones.add(phone)
    return house


def asked(house: House, name: str) -> Confirmation:
    """The confirmation of that name as a row that is pending."""
    vector = VECTORS["confirmations"][name]
    claims, browser = vector["claims"], vector["claims"]["browser"]
    earlier = VECTORS["confirmations"]["first_version"] if name == "later_version" else None
    confirmation = Confirmation(
        id=vector["id"],
        user_id=house.id_of("ada"),
        session_id="session",
        purpose=Purpose(claims["purpose"]),
        state=State.PENDING,
        deadline=claims["exp"],
        asked_at=claims["iat"],
        until=claims["exp"],
        reason=None,
        number=vector["number"],
        number_required=claims["number_required"],
        request=vector["jws"],
        request_sha256=vector["sha256"],
        earlier_sha256=earlier["sha256"] if earlier else None,
        recognised=browser["known"],
        known=browser["known"],
        phones=2,
        decided_by=None,
        address=browser["ip"],
        place=browser["place"],
        browser=browser["name"],
        os=browser["os"],
        next="/",
    )
    with house.parts.store.write() as work:
        work.confirmations.add(confirmation)
    return confirmation


WAYS = [(v, way) for v in VECTORS["decisions"] for way in ("event", "path_id") if v[way] is not None]


@pytest.mark.parametrize(("vector", "way"), WAYS, ids=[f"{v['name']} by {way}" for v, way in WAYS])
def test_a_decision(their_house: House, vector: dict[str, Any], way: str) -> None:
    # Given
    confirmation = asked(their_house, vector["confirmation"])
    their_house.clock.time = vector["now"]
    act = Act(vector["event"]) if way == "event" else None
    path = vector["path_id"] if way == "path_id" else None
    # When
    code = state = None
    try:
        state = answer(their_house.parts, vector["jws"], "192.0.2.50", act=act, confirmation_id=path)
    except Refusal as refusal:
        code = refusal.code
    # Then
    assert code == vector["code"]
    now = confirmation_of(their_house, confirmation.id).state
    assert now == (vector["state"] or "pending")
    if code is None:
        assert state == vector["state"]
    # And the same once more is done, or still refused
    with nothing_changes(their_house):
        if code is None:
            assert answer(their_house.parts, vector["jws"], "192.0.2.50") is now
        else:
            with pytest.raises(Refusal):
                answer(their_house.parts, vector["jws"], "192.0.2.50", act=act, confirmation_id=path)


def outcome(house: House, jws: str, typ: str, expected: dict[str, object]) -> str | None:
    try:
        authenticate(house.parts, jws, typ, expected)
    except Refusal as refusal:
        return refusal.code
    return None


def test_the_proofs_in_their_order(their_house: House) -> None:
    for vector in VECTORS["proofs"]:
        expected = {"htm": vector["method"], "htu": vector["path"]}
        if vector["body"] is not None:
            expected["bsha"] = sha256_b64(vector["body"])
        their_house.clock.time = vector["now"]

        assert outcome(their_house, vector["proof"], PROOF, expected) == vector["code"], vector["name"]


def test_the_connect_assertions_in_their_order(their_house: House) -> None:
    for vector in VECTORS["connects"]:
        their_house.clock.time = vector["now"]

        assert outcome(their_house, vector["assertion"], CONNECT, {}) == vector["code"], vector["name"]
