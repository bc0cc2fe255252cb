"""A confirmation as a phone sees it: believed only when the server's pinned key signed it, for this user, in time."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from astrow2fa.adapters.compact import encode
from astrow2fa.adapters.signatures import Es256
from astrow2fa.core.errors import Refusal
from astrow2fa.phone.errors import Untrusted
from astrow2fa.phone.identity import Identity

CONFIRMATION = "astrow2fa-confirmation+jwt"
DECISION = "astrow2fa-decision+jwt"
PURPOSES = frozenset({"sign_in", "confirm", "pair"})
# How much a phone's clock may be off before it has been corrected (it is, by the first proof that is stale).
CLOCK_SECONDS = 60

Choice: TypeAlias = Literal["approve", "deny"]
Reason: TypeAlias = Literal["not_me", "changed_mind"]

_signatures = Es256()


@dataclass(frozen=True, slots=True)
class Request:
    """One question. Times are Unix seconds of the server; `sha256` goes into the decision, over exactly `jws`."""

    id: str
    jws: str
    sha256: str
    username: str
    app: str
    purpose: str
    asked_at: float
    expires_at: float
    ip: str
    place: str
    browser: str
    os: str
    known: bool
    number_required: bool
    quiet: bool
    others_pending: int


def read_request(envelope: object, identity: Identity, now: float) -> Request:
    """The request in what the server delivered: {"confirmation": JWS, "quiet", "others_pending"}. Raises Untrusted."""
    if not isinstance(envelope, Mapping):
        raise Untrusted("The server delivered something that is no request.")
    jws = envelope.get("confirmation")
    claims = verified(jws, CONFIRMATION, identity)
    if claims.get("iss") != identity.url:
        raise Untrusted("A request of another server was delivered.")
    asked_at, expires_at = _number(claims, "iat"), _number(claims, "exp")
    if not asked_at - CLOCK_SECONDS <= now < expires_at:
        raise Untrusted("A request was delivered whose time is over, or has not come.")
    browser = claims.get("browser")
    if not isinstance(browser, Mapping) or claims.get("purpose") not in PURPOSES:
        raise Untrusted("A request was delivered that this phone does not understand.")
    if claims.get("username") != identity.username:
        raise Untrusted("A request for another user was delivered.")
    others = envelope.get("others_pending")
    return Request(
        id=_text(claims, "jti"),
        jws=cast(str, jws),
        sha256=encode(hashlib.sha256(cast(str, jws).encode("ascii")).digest()),
        username=_text(claims, "username"),
        app=_text(claims, "app"),
        purpose=_text(claims, "purpose"),
        asked_at=asked_at,
        expires_at=expires_at,
        ip=_text(browser, "ip"),
        place=_text(browser, "place", empty=True),
        browser=_text(browser, "name", empty=True),
        os=_text(browser, "os", empty=True),
        known=_flag(browser, "known"),
        number_required=_flag(claims, "number_required"),
        quiet=envelope.get("quiet") is True,
        others_pending=others if isinstance(others, int) else 0,
    )


def decision_claims(
    request: Request, choice: Choice, *, number: str | None = None, reason: Reason | None = None
) -> dict[str, object]:
    """What is signed for an answer: for exactly this version of this request."""
    claims: dict[str, object] = {"jti": request.id, "decision": choice, "confirmation_sha256": request.sha256}
    if number is not None:
        claims["number"] = number
    if reason is not None:
        claims["reason"] = reason
    return claims


def verified(jws: object, typ: str, identity: Identity) -> dict[str, object]:
    """The claims of something the server signed with a key that is pinned. Raises Untrusted."""
    try:
        kid = _signatures.peek(jws, typ).kid
        for key in identity.server_keys:
            if _signatures.thumbprint(key) == kid:
                return _signatures.verify(cast(str, jws), typ, key)
    except Refusal as refusal:
        raise Untrusted(f"The server's signature does not hold ({refusal}).") from refusal
    raise UnknownKey("Signed by a key that this phone does not know.")


class UnknownKey(Untrusted):
    """Perhaps the server has a new key: GET /server-keys tells, signed by the one that is pinned."""


def _text(claims: Mapping[str, object], name: str, *, empty: bool = False) -> str:
    value = claims.get(name)
    if value is None and empty:
        return ""
    if not isinstance(value, str) or not (value or empty):
        raise Untrusted(f"A request was delivered without a proper {name}.")
    return value


def _number(claims: Mapping[str, object], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Untrusted(f"A request was delivered without a proper {name}.")
    return value


def _flag(claims: Mapping[str, object], name: str) -> bool:
    value = claims.get(name)
    if not isinstance(value, bool):
        raise Untrusted(f"A request was delivered without a proper {name}.")
    return value
