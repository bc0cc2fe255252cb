"""The server's own keys: made once, sealed in the database, the same on every node."""

from __future__ import annotations

import base64
from enum import StrEnum

from astrow2fa.ports import Parts
from astrow2fa.ports.outside import Jwk, Signatures, SigningKey
from astrow2fa.ports.store import Store
from astrow2fa.services.claims import Caller

SERVER_KEYS = "astrow2fa-server-keys+jwt"


class Purpose(StrEnum):
    """What a key is for; none serves for another."""

    REQUESTS = "requests"
    PUSH = "push"
    DEMO_ISSUER = "demo_issuer"


def ensure(store: Store, signatures: Signatures, purpose: Purpose) -> SigningKey:
    """The key of this purpose, made if there is none. Raises ValueError when the secret key does not open it."""
    with store.read() as work:
        sealed = work.keys.sealed(purpose)
    if not sealed:
        with store.write() as work:
            sealed = work.keys.sealed(purpose)  # Another process may have been first.
            if not sealed:
                key = signatures.new_key()
                sealed = [signatures.seal(key)]
                work.keys.add(purpose, key.kid, sealed[0], int(work.now))
    return signatures.open(sealed[0])


def application_server_key(public: Jwk) -> str:
    """A public key as Web Push wants it (RFC 8292 §3.2): base64url of the uncompressed point."""
    point = b"\4" + b"".join(base64.urlsafe_b64decode(public[c] + "=") for c in ("x", "y"))
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def server_keys_token(parts: Parts, caller: Caller) -> str:
    """All public keys that sign requests, signed by the one this phone has pinned."""
    with parts.store.read() as work:
        keys = [parts.signatures.open(sealed) for sealed in work.keys.sealed(Purpose.REQUESTS)]
        now = int(work.now)
    pinned = next((key for key in keys if key.kid == caller.phone.server_kid), parts.server_key)
    claims = {
        "iss": parts.public_url,
        "sub": caller.phone.id,
        "iat": now,
        "keys": [{**key.public, "kid": key.kid} for key in keys],
    }
    return parts.signatures.sign(SERVER_KEYS, claims, pinned)
