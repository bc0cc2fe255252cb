"""Evidence: the request and the decision, checked with nothing but two texts and two public keys."""

from __future__ import annotations

import pytest

from astrow2fa.adapters.signatures import Es256, JoseSignatures
from astrow2fa.core.errors import UnknownConfirmation
from astrow2fa.core.facts import Tag
from astrow2fa.ports.outside import Jwk
from astrow2fa.services import evidence
from astrow2fa.services.asking import TYP as REQUEST
from astrow2fa.services.evidence import Shown, check
from tests.services.acting import Desk, again, approves, denies
from tests.support.house import House
from tests.support.phone import RobotPhone


@pytest.fixture
def answered(strict_house: House, phone: RobotPhone, desk: Desk) -> Shown:
    """A sign-in that Anna's phone confirmed."""
    asked = desk.comes_in("anna", phone)
    return evidence.show(strict_house.parts, asked.id, "operator")


def phone_key(shown: Shown) -> Jwk:
    assert shown.phone_key is not None
    return shown.phone_key


def test_what_was_confirmed_holds_offline(answered: Shown) -> None:
    # When a third party checks it, who has the texts and the public keys
    assert answered.evidence.decision is not None
    assert answered.server_key is not None
    checked = check(
        Es256(), answered.request, answered.evidence.decision, answered.server_key, phone_key(answered)
    )
    # Then
    assert checked.holds
    assert checked.request["username"] == "anna"
    assert checked.decision["decision"] == "approve"
    assert answered.checked.holds


def test_that_somebody_looked_is_recorded(strict_house: House, answered: Shown) -> None:
    row = strict_house.rows("log")[-1]

    assert (row["tag"], row["actor"]) == (Tag.EVIDENCE_SHOWN, "operator")
    assert answered.evidence.confirmation_id in str(row["details"])


def test_a_refusal_is_evidence_too(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    asked = desk.waits("anna")
    denies(strict_house, phone, asked, reason="not_me")

    shown = evidence.show(strict_house.parts, asked.id, "operator")

    assert shown.checked.holds
    assert (shown.checked.decision["decision"], shown.checked.decision["reason"]) == ("deny", "not_me")


def test_of_two_versions_the_one_that_was_answered_is_shown(
    strict_house: House, phone: RobotPhone, desk: Desk, other_desk: Desk
) -> None:
    # Given a known browser's request, which was signed anew because somebody else came
    desk.comes_in("anna", phone)
    asked = desk.waits("anna")
    other_desk.waits("anna")
    assert again(strict_house, asked).request != asked.request
    # When the phone refuses the first version
    denies(strict_house, phone, asked)
    # Then
    shown = evidence.show(strict_house.parts, asked.id, "operator")
    assert shown.request == asked.request
    assert shown.checked.holds


def test_what_nobody_answered_is_a_request_alone(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    shown = evidence.show(strict_house.parts, desk.waits("anna").id, "operator")

    assert shown.evidence.decision is None
    assert shown.checked.holds


def test_what_is_not_there_is_not_shown_or_recorded(strict_house: House) -> None:
    before = strict_house.log()

    with pytest.raises(UnknownConfirmation):
        evidence.show(strict_house.parts, "nothing", "operator")

    assert strict_house.log() == before


def test_a_decision_about_another_request_does_not_hold(
    strict_house: House, phone: RobotPhone, desk: Desk, other_desk: Desk, answered: Shown
) -> None:
    other = other_desk.waits("anna")
    approves(strict_house, phone, other)
    shown = evidence.show(strict_house.parts, other.id, "operator")
    assert answered.server_key is not None

    checked = check(
        Es256(), answered.request, shown.evidence.decision, answered.server_key, phone_key(answered)
    )

    assert [fault.split(":")[0] for fault in checked.faults] == [
        "The decision is about another request",
        "The decision names another confirmation.",
    ]


@pytest.mark.parametrize("whose", ["server", "phone"])
def test_with_another_key_it_does_not_hold(answered: Shown, whose: str) -> None:
    stranger = JoseSignatures(b"a secret of somebody else's").new_key().public
    assert answered.server_key is not None
    server = stranger if whose == "server" else answered.server_key
    theirs = stranger if whose == "phone" else phone_key(answered)

    checked = check(Es256(), answered.request, answered.evidence.decision, server, theirs)

    assert len(checked.faults) == 1
    assert "is not signed by this key" in checked.faults[0]


def test_a_request_that_was_exchanged_in_the_database_does_not_hold(
    strict_house: House, answered: Shown
) -> None:
    # Given somebody who even holds the server's key
    claims = {**answered.checked.request, "username": "bob"}
    forged = strict_house.parts.signatures.sign(REQUEST, claims, strict_house.parts.server_key)
    with strict_house.parts.store.write() as work:
        work._connection.exec_driver_sql(  # type: ignore[attr-defined]
            "UPDATE confirmations SET request = ?, earlier_request = NULL WHERE id = ?",
            (forged, answered.evidence.confirmation_id),
        )
    # When, Then the phone's signature is over another text
    shown = evidence.show(strict_house.parts, answered.evidence.confirmation_id, "operator")
    assert not shown.checked.holds
    assert "another request" in shown.checked.faults[0]
