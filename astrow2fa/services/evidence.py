"""Evidence: what was asked and what was answered, each signed by who said it, and whether the two belong together.

`check` needs nothing of this product's database, and no secret: two texts and two public keys.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from astrow2fa.core.errors import BadSignature, Malformed, UnknownConfirmation
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.ports import Parts
from astrow2fa.ports.history import Evidence
from astrow2fa.ports.outside import Header, Jwk
from astrow2fa.services import keys
from astrow2fa.services.answer import CLOCK_SECONDS
from astrow2fa.services.answer import TYP as DECISION
from astrow2fa.services.asking import TYP as REQUEST
from astrow2fa.services.tokens import sha256_b64


class Verifies(Protocol):
    """Checking signatures, which takes no secret: part of ports.outside.Signatures."""

    def peek(self, jws: object, typ: str) -> Header: ...

    def verify(self, jws: str, typ: str, public: Jwk) -> dict[str, object]: ...

    def thumbprint(self, public: Jwk) -> str: ...


@dataclass(frozen=True, slots=True)
class Checked:
    """What the two texts say. `faults` are sentences; where there is none, everything holds."""

    request: Mapping[str, object]
    decision: Mapping[str, object]
    faults: Sequence[str] = field(default=())

    @property
    def holds(self) -> bool:
        return not self.faults


def check(
    signatures: Verifies, request: str, decision: str | None, server_key: Jwk, phone_key: Jwk | None
) -> Checked:
    """Whether the server asked this and the phone answered exactly that; offline.

    Without a decision only the request is checked. What is signed is read also where a signature does not hold.
    """
    faults: list[str] = []
    asked = _claims(signatures, request, REQUEST, server_key, "The request", faults)
    if asked and signatures.peek(request, REQUEST).kid != signatures.thumbprint(server_key):
        faults.append("The request names another key than the one it is signed by.")
    if decision is None or phone_key is None:
        return Checked(asked, {}, faults)
    said = _claims(signatures, decision, DECISION, phone_key, "The decision", faults)
    if asked and said:
        faults += _apart(asked, said, sha256_b64(request))
    return Checked(asked, said, faults)


def _claims(
    signatures: Verifies, jws: str, typ: str, public: Jwk, what: str, faults: list[str]
) -> Mapping[str, object]:
    try:
        return signatures.verify(jws, typ, public)
    except (BadSignature, Malformed) as error:
        faults.append(f"{what} is not signed by this key: {error}.")
        return {}


def _apart(asked: Mapping[str, object], said: Mapping[str, object], sha256: str) -> list[str]:
    """What keeps a request and a decision from belonging together."""
    faults = []
    if said.get("confirmation_sha256") != sha256:
        faults.append("The decision is about another request: the hash in it is not that of this one.")
    if said.get("jti") != asked.get("jti"):
        faults.append("The decision names another confirmation.")
    if said.get("aud") != asked.get("iss"):
        faults.append("The decision is for another server.")
    if said.get("decision") not in ("approve", "deny"):
        faults.append("The decision says neither yes nor no.")
    at, begin, end = (claims.get(name) for claims, name in ((said, "iat"), (asked, "iat"), (asked, "exp")))
    if (
        not isinstance(at, int | float)
        or not isinstance(begin, int)
        or not isinstance(end, int)
        or not begin - CLOCK_SECONDS <= at <= end + CLOCK_SECONDS
    ):
        faults.append("The decision was made outside the time of the request.")
    return faults


@dataclass(frozen=True, slots=True)
class Shown:
    """The evidence of one confirmation, with the public keys that a third party needs, and what came of checking it.

    `request` is the version that was answered, or the last one.
    """

    evidence: Evidence
    request: str
    server_key: Jwk | None
    phone_key: Jwk | None
    checked: Checked


def show(parts: Parts, confirmation_id: str, actor: str) -> Shown:
    """The evidence of this confirmation, checked; that somebody looked is recorded. Raises UnknownConfirmation."""
    with parts.store.read() as work:
        evidence = work.evidence.of(confirmation_id)
    if evidence is None:
        raise UnknownConfirmation(confirmation_id)
    with parts.store.write() as work:
        # Not as the row's own confirmation: to those who wait, that would read as news of it.
        details = {"confirmation": confirmation_id}
        work.log.record(Fact(Tag.EVIDENCE_SHOWN, user_id=evidence.user_id, actor=actor, details=details))
    server = keys.public_keys(parts, keys.Purpose.REQUESTS)
    phone_key: Jwk | None = json.loads(evidence.phone_key) if evidence.phone_key else None
    request = _answered(parts, evidence)
    server_key = server.get(_kid(parts, request))
    if server_key is None:
        fault = "The request names a key that this server does not have."
        return Shown(evidence, request, None, phone_key, Checked({}, {}, [fault]))
    checked = check(parts.signatures, request, evidence.decision, server_key, phone_key)
    return Shown(evidence, request, server_key, phone_key, checked)


def _answered(parts: Parts, evidence: Evidence) -> str:
    """The version of the request that the decision is about."""
    if evidence.decision is not None and evidence.phone_key is not None:
        try:
            said = parts.signatures.verify(evidence.decision, DECISION, json.loads(evidence.phone_key))
        except (BadSignature, Malformed):
            return evidence.requests[0]
        for request in evidence.requests:
            if sha256_b64(request) == said.get("confirmation_sha256"):
                return request
    return evidence.requests[0]


def _kid(parts: Parts, request: str) -> str:
    try:
        return parts.signatures.peek(request, REQUEST).kid
    except (BadSignature, Malformed):
        return ""
