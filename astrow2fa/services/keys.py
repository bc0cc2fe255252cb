"""The server's own keys: sealed in the database, the same on every node, each followed by another when rotated.

A new key signs from the moment it is made. The one before it is kept for `KEPT_SECONDS` after that, so that every
phone that comes by in this time can be told of the new one by the key it believes; then its private half is dropped.
The public half stays, because what it has signed stays on record.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from astrow2fa.core.facts import Fact, Tag
from astrow2fa.ports import Parts
from astrow2fa.ports.outside import Jwk, Signatures, SigningKey
from astrow2fa.ports.store import Store, StoredKey, Work
from astrow2fa.services.claims import Caller

SERVER_KEYS = "astrow2fa-server-keys+jwt"
KEPT_SECONDS = 90 * 86_400
"""Much longer than the longest-lived link that names a key: an invitation, 7 days."""


class Purpose(StrEnum):
    """What a key is for; none serves for another."""

    REQUESTS = "requests"
    PUSH = "push"
    DEMO_ISSUER = "demo_issuer"
    CHECKPOINTS = "checkpoints"


ROTATING = {
    "request-signing": Purpose.REQUESTS,
    "vapid": Purpose.PUSH,
    "checkpoints": Purpose.CHECKPOINTS,
}
"""Those that an operator can rotate, by the name that he types."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half of one of these keys."""

    kid: str
    jwk: Jwk


class StoredKeyring:
    """Implements ports.outside.Keyring. Raises ValueError when the secret key does not open one of them."""

    def __init__(self, store: Store, signatures: Signatures) -> None:
        self._store, self._signatures = store, signatures
        self.take_up()

    def take_up(self) -> None:
        self.server_key = ensure(self._store, self._signatures, Purpose.REQUESTS)
        self.push_key = application_server_key(ensure(self._store, self._signatures, Purpose.PUSH).public)


def ensure(store: Store, signatures: Signatures, purpose: Purpose) -> SigningKey:
    """The key of this purpose, made if there is none. Raises ValueError when the secret key does not open it."""
    with store.read() as work:
        sealed = work.keys.sealed(purpose)
    if not sealed:
        with store.write() as work:
            sealed = work.keys.sealed(purpose)  # Another process may have been first.
            if not sealed:
                sealed = [_add(work, signatures, purpose)[1]]
    return signatures.open(sealed[0])


def _add(work: Work, signatures: Signatures, purpose: Purpose) -> tuple[SigningKey, str]:
    key = signatures.new_key()
    sealed = signatures.seal(key)
    work.keys.add(purpose, key.kid, sealed, int(work.now))
    return key, sealed


def rotate(parts: Parts, purpose: Purpose, *, actor: str) -> PublicKey:
    """Makes the next key of this purpose, which signs from now on, here and (by the log) in every other process."""
    with parts.store.write() as work:
        key, _ = _add(work, parts.signatures, purpose)
        work.log.record(Fact(Tag.KEY_ROTATED, actor=actor, details={"purpose": purpose, "kid": key.kid}))
    parts.keyring.take_up()
    return PublicKey(key.kid, key.public)


def drop_retired(parts: Parts, work: Work) -> None:
    """Drops the private halves of keys whose successor was made long enough ago."""
    for key, sealed in to_drop(work):
        try:
            public = parts.signatures.open(sealed).public
        except ValueError:
            continue  # Start-up has said so; what cannot be read is not thrown away.
        work.keys.drop(key.kid, json.dumps(dict(public), sort_keys=True))
        work.log.record(Fact(Tag.KEY_DROPPED, details={"purpose": key.purpose, "kid": key.kid}))


def to_drop(work: Work) -> Iterator[tuple[StoredKey, str]]:
    """Those keys, and their private halves as they are sealed."""
    for key, retired_at in with_retirement(work.keys.all()):
        if key.sealed is not None and retired_at is not None and work.now >= retired_at + KEPT_SECONDS:
            yield key, key.sealed


def with_retirement(newest_first: list[StoredKey]) -> Iterator[tuple[StoredKey, int | None]]:
    """Each key with the time at which another took its place, or None while it signs."""
    successor_made: dict[str, int] = {}
    for key in newest_first:
        yield key, successor_made.get(key.purpose)
        successor_made[key.purpose] = key.made_at


def listed(parts: Parts) -> list[tuple[StoredKey, int | None]]:
    """Every key there ever was, newest first, with the time at which another took its place."""
    with parts.store.read() as work:
        return list(with_retirement(work.keys.all()))


def public_keys(parts: Parts, purpose: Purpose) -> dict[str, Jwk]:
    """The public halves of all keys of this purpose by their id, dropped ones too: for what they signed long ago."""
    with parts.store.read() as work:
        of_purpose = [key for key in work.keys.all() if key.purpose == purpose]
    found: dict[str, Jwk] = {}
    for key in of_purpose:
        found[key.kid] = (
            parts.signatures.open(key.sealed).public if key.sealed else json.loads(key.public or "{}")
        )
    return found


def seal_anew(store: Store, signatures: Signatures) -> int:
    """Seals every key under the current secret key that is not yet, in one transaction; how many that were.

    Raises ValueError when one of them opens under none of the secret keys, and then nothing was changed.
    """
    with store.read() as work:
        stored = [key.sealed for key in work.keys.all() if key.sealed is not None]
    if all(signatures.sealed_now(sealed) for sealed in stored):
        return 0
    with store.write() as work:
        older = [
            (k.kid, k.sealed) for k in work.keys.all() if k.sealed and not signatures.sealed_now(k.sealed)
        ]
        for kid, sealed in older:
            work.keys.reseal(kid, signatures.seal(signatures.open(sealed)))
        if older:
            work.log.record(Fact(Tag.KEYS_SEALED_ANEW, details={"keys": len(older)}))
    return len(older)


def application_server_key(public: Jwk) -> str:
    """A public key as Web Push wants it (RFC 8292 §3.2): base64url of the uncompressed point."""
    point = b"\4" + b"".join(base64.urlsafe_b64decode(public[c] + "=") for c in ("x", "y"))
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def push_signer(store: Store, signatures: Signatures, push_key: str) -> SigningKey:
    """The key that a phone subscribed with, or today's when that one is no longer kept: it is refused then, and the
    phone subscribes anew.
    """
    with store.read() as work:
        kept = [signatures.open(sealed) for sealed in work.keys.sealed(Purpose.PUSH)]
    return next((key for key in kept if application_server_key(key.public) == push_key), kept[0])


def pinned_by(parts: Parts, work: Work, kid: str | None) -> PublicKey:
    """The request-signing key that a pairing link names, while it is kept; else the one of today."""
    for key in _kept(parts, work):
        if key.kid == kid:
            return PublicKey(key.kid, key.public)
    return PublicKey(parts.server_key.kid, parts.server_key.public)


def server_keys_token(parts: Parts, caller: Caller) -> str:
    """All public keys that sign requests, signed by one that this phone believes.

    That is the one it has pinned when it paired, as long as it is kept, and then the newest of the list it got last.
    An answer that was lost on its way does no harm: while the older key is kept, the phone is told again by it.
    """
    with parts.store.write() as work:
        kept = {key.kid: key for key in _kept(parts, work)}
        newest = next(iter(kept))
        told = work.phones.told_kid(caller.phone.id)
        signer = kept.get(caller.phone.server_kid) or kept.get(told or "")
        if signer is not None and (signer.kid, newest) != (caller.phone.server_kid, told):
            work.phones.tell_keys(caller.phone.id, signer.kid, newest)
        now = int(work.now)
    claims = {
        "iss": parts.public_url,
        "sub": caller.phone.id,
        "iat": now,
        "keys": [{**key.public, "kid": key.kid} for key in kept.values()],
    }
    # Nothing that a phone away for longer believes is left: it will refuse this list and has to be paired anew.
    return parts.signatures.sign(SERVER_KEYS, claims, signer or kept[newest])


def _kept(parts: Parts, work: Work) -> list[SigningKey]:
    """Newest first."""
    return [parts.signatures.open(sealed) for sealed in work.keys.sealed(Purpose.REQUESTS)]
