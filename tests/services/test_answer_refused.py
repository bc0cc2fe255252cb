"""Answers that do not count: who may not answer, and what is not a decision over this request."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from astrow2fa.core.confirmation import Act
from astrow2fa.core.errors import (
    BadSignature,
    DeviceRevoked,
    Malformed,
    NotPermitted,
    Refusal,
    Stale,
    UnknownConfirmation,
)
from astrow2fa.services import accounts
from astrow2fa.services.answer import answer
from astrow2fa.services.phones import revoke
from tests.services.acting import Desk, approves, denies, refused
from tests.support.house import House
from tests.support.phone import PROOF, RobotPhone

BOTH = pytest.mark.parametrize("act", [approves, denies])
Answers = Callable[..., object]


def sends(house: House, jws: object) -> None:
    answer(house.parts, jws, "192.0.2.50")


@BOTH
def test_somebody_elses_phone_learns_nothing(strict_house: House, desk: Desk, act: Answers) -> None:
    # Given a stranger with a phone of his own
    phone = strict_house.phone("charlie")
    asked = desk.waits("anna")
    # When, Then it is as if there were none
    with refused(strict_house, UnknownConfirmation):
        act(strict_house, phone, asked)
    for decision in ("approve", "deny"):
        with refused(strict_house, UnknownConfirmation):
            sends(strict_house, phone.decision(asked, decision, jti="A" * 27))


@BOTH
def test_a_revoked_phone_does_not_count(
    strict_house: House, phone: RobotPhone, desk: Desk, act: Answers
) -> None:
    # Given
    asked = desk.waits("anna")
    revoke(strict_house.parts, strict_house.id_of("anna"), phone.id)
    # When, Then
    with refused(strict_house, DeviceRevoked):
        act(strict_house, phone, asked)


@BOTH
def test_a_disabled_user_may_not_answer(
    strict_house: House, phone: RobotPhone, desk: Desk, act: Answers
) -> None:
    # Given
    asked = desk.waits("anna")
    accounts.disable(strict_house.parts, "anna")
    # When, Then
    with refused(strict_house, NotPermitted):
        act(strict_house, phone, asked)


@BOTH
def test_nor_a_user_whose_mobile_permission_was_taken_away(
    strict_house: House, phone: RobotPhone, desk: Desk, act: Answers
) -> None:
    # Given
    asked = desk.waits("anna")
    with strict_house.parts.store.write() as work:
        work._connection.exec_driver_sql("DELETE FROM user_mobile")  # type: ignore[attr-defined]
    # When, Then
    with refused(strict_house, NotPermitted):
        act(strict_house, phone, asked)


@pytest.mark.parametrize(("offset", "right"), [(-61, False), (-60, True), (180, True), (181, False)])
def test_its_time_may_be_a_minute_off_on_either_side(
    strict_house: House, phone: RobotPhone, desk: Desk, offset: int, right: bool
) -> None:
    # Given
    asked = desk.waits("anna")
    iat = asked.asked_at + offset
    # When, Then
    if right:
        approves(strict_house, phone, asked, iat=iat)
    else:
        for act in (approves, denies):
            with refused(strict_house, Stale):
                act(strict_house, phone, asked, iat=iat)


@pytest.mark.parametrize(
    ("claims", "refusal"),
    [
        ({"aud": "https://login.example.org"}, BadSignature),
        ({"aud": None}, BadSignature),
        ({"aud": ["http://localhost:5000"]}, BadSignature),
        ({"typ": PROOF}, Malformed),
        ({"jti": None}, Malformed),
        ({"jti": ""}, Malformed),
        ({"jti": 7}, Malformed),
        ({"jti": "A" * 65}, Malformed),
        ({"iat": None}, Malformed),
        ({"iat": "1900000000"}, Malformed),
        ({"iat": True}, Malformed),
        ({"iat": -1}, Malformed),
        ({"iat": 2**40}, Malformed),
        ({"iat": 0}, Stale),
        ({"decision": None}, Malformed),
        ({"decision": "Approve"}, Malformed),
        ({"decision": "collect"}, Malformed),
        ({"decision": ["approve"]}, Malformed),
        ({"number": 482913}, Malformed),
        ({"number": "48291"}, Malformed),
        ({"number": "4829130"}, Malformed),
        ({"number": "٤٨٢٩١٣"}, Malformed),
        ({"number": "482913\n"}, Malformed),
        ({"reason": "timeout"}, Malformed),
        ({"reason": "wrong_number"}, Malformed),
        ({"reason": ["not_me"]}, Malformed),
        ({"confirmation_sha256": None}, Malformed),
        ({"confirmation_sha256": ""}, Malformed),
        ({"confirmation_sha256": "A" * 43}, Malformed),
    ],
)
@pytest.mark.parametrize("decision", ["approve", "deny"])
def test_a_claim_that_is_not_right(
    strict_house: House,
    phone: RobotPhone,
    desk: Desk,
    decision: str,
    claims: dict[str, object],
    refusal: type[Refusal],
) -> None:
    # Given
    asked = desk.waits("anna")
    jws = phone.decision(asked, **{"decision": decision, "number": asked.number, **claims})  # type: ignore[arg-type]
    # When, Then
    with refused(strict_house, refusal):
        sends(strict_house, jws)


@pytest.mark.parametrize("decision", ["approve", "deny"])
def test_what_was_shown_is_what_is_signed(
    strict_house: House, phone: RobotPhone, desk: Desk, other_desk: Desk, decision: str
) -> None:
    # Given two requests
    own, strange = desk.waits("anna"), other_desk.waits("anna")
    # When the hash is of the one and the id of the other, Then
    with refused(strict_house, Malformed):
        sends(strict_house, phone.decision(own, decision, jti=strange.id, number=strange.number))


@pytest.mark.parametrize(("act", "decision"), [(Act.APPROVE, "deny"), (Act.DENY, "approve")])
def test_the_event_has_to_be_the_decision(
    strict_house: House, phone: RobotPhone, desk: Desk, act: Act, decision: str
) -> None:
    asked = desk.waits("anna")

    with refused(strict_house, Malformed):
        answer(
            strict_house.parts, phone.decision(asked, decision, number=asked.number), "192.0.2.50", act=act
        )


@pytest.mark.parametrize("decision", ["approve", "deny"])
def test_the_path_has_to_be_the_confirmations(
    strict_house: House, phone: RobotPhone, desk: Desk, other_desk: Desk, decision: str
) -> None:
    asked, other = desk.waits("anna"), other_desk.waits("anna")

    with refused(strict_house, Malformed):
        answer(
            strict_house.parts,
            phone.decision(asked, decision, number=asked.number),
            "192.0.2.50",
            confirmation_id=other.id,
        )


@pytest.mark.parametrize(
    "junk", [None, 7, "", "x", "a.b.c", "....", [], {}, b"a.b.c", "é.é.é", "A" * 20_000, True]
)
def test_anything_else_is_malformed(strict_house: House, desk: Desk, junk: object) -> None:
    desk.waits("anna")

    with refused(strict_house, Malformed):
        sends(strict_house, junk)


def test_a_phone_that_was_never_paired_signs_for_nobody(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given a key of its own under the id of Anna's phone, and under one that nobody has
    signatures = strict_house.parts.signatures
    asked = desk.waits("anna")
    for kid in (phone.id, "A" * 22):
        thief = RobotPhone(
            signatures,  # type: ignore[arg-type]
            signatures.new_key(),
            kid,
            strict_house.parts.public_url,
            strict_house.clock.now,
        )
        # When, Then
        with refused(strict_house, BadSignature):
            sends(strict_house, thief.decision(asked, number=asked.number))


def test_a_signature_over_something_else_is_bad(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    # Given a Cancel's signature under an OK's claims
    asked = desk.waits("anna")
    ok = phone.decision(asked, number=asked.number).split(".")
    cancel = phone.decision(asked, "deny").split(".")
    # When, Then
    with refused(strict_house, BadSignature):
        sends(strict_house, ".".join([ok[0], ok[1], cancel[2]]))
