"""Reading what a phone signed: claims of the right type, proofs, connect assertions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from astrow2fa.core.accounts import Account, Phone
from astrow2fa.core.errors import (
    BadSignature,
    DeviceRevoked,
    Malformed,
    NotPermitted,
    Replayed,
    Stale,
)
from astrow2fa.ports import Parts

CLOCK_SECONDS = 60
PROOF = "astrow2fa-proof+jwt"
CONNECT = "astrow2fa-connect+jwt"


@dataclass(frozen=True, slots=True)
class Caller:
    """The phone that signed, and whose it is."""

    phone: Phone
    account: Account


def text(claims: Mapping[str, object], name: str, *, longest: int) -> str:
    """A claim that has to be text of 1 to `longest` characters. Raises Malformed."""
    value = claims.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        raise Malformed(name)
    return value


def whole(claims: Mapping[str, object], name: str) -> float:
    """A claim that has to be a time in seconds. Raises Malformed."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**40:
        raise Malformed(name)
    return value


def public_key_of(parts: Parts, jws: object, typ: str) -> tuple[dict[str, object], str, str]:
    """The claims, the phone's id and the text of a JWS signed by a phone that was once paired.

    Whether the phone still may is asked later, inside the unit that acts on it.
    """
    device_id, claims = parts.signatures.read(jws, typ, parts.store.public_key_of)
    return claims, device_id, str(jws)


def authenticate(
    parts: Parts,
    jws: object,
    typ: str,
    expected: Mapping[str, object],
    *,
    may: Mapping[str, object] | None = None,
) -> Caller:
    """Who calls, by a proof or a connect assertion: signed, in time, for this very call, and not seen before.

    `expected` are the claims that must be exactly so, `may` those that must be so if they are there (a body that was
    signed and got lost on the way). Raises Malformed, BadSignature, Stale, Replayed,
    DeviceRevoked, NotPermitted.
    """
    claims, device_id, _ = public_key_of(parts, jws, typ)
    # Its shape first: what a phone has to mend in itself is not said to be a matter of keys.
    jti = text(claims, "jti", longest=128)
    issued_at = whole(claims, "iat")
    optional = {name: value for name, value in (may or {}).items() if name in claims}
    for name, value in {"aud": parts.public_url, **expected, **optional}.items():
        if claims.get(name) != value:
            raise BadSignature(name)
    with parts.store.write(alone=False) as work:
        if abs(work.now - issued_at) > CLOCK_SECONDS:
            raise Stale("iat")
        if not work.phones.use_proof(device_id, jti, int(issued_at) + 2 * CLOCK_SECONDS):
            raise Replayed(jti)
        phone = work.phones.get(device_id)
        account = work.accounts.get(phone.user_id) if phone else None
        if phone is None or account is None:
            raise BadSignature("kid")
        if phone.revoked_at is None and account.enabled and work.now >= phone.seen_at + CLOCK_SECONDS:
            work.phones.seen(device_id, int(work.now))
    if phone.revoked_at is not None:
        raise DeviceRevoked(device_id)
    if not account.enabled or not account.mobile:
        raise NotPermitted(device_id)
    return Caller(phone, account)
