"""What a phone makes to be woken (Web Push, RFC 8291), and what it reads of a push: that there is something to see."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass

import http_ece
from joserfc.jwk import ECKey

from astrow2fa.adapters.compact import decode, encode
from astrow2fa.phone.errors import Untrusted

AUTH_BYTES = 16
UNCOMPRESSED = b"\x04"
VERSION = 1
KNOWN = frozenset({"confirmation", "closed", "silence", "paired", "test"})


@dataclass(frozen=True, slots=True)
class WakeUp:
    """`kind` is one of KNOWN: whatever else arrives counts as `confirmation`, which means fetch and look."""

    kind: str
    id: str | None


class PushKeys:
    """Made on the phone for one subscription; only they open what is pushed."""

    def __init__(self) -> None:
        self._key = ECKey.generate_key("P-256")
        self._auth = secrets.token_bytes(AUTH_BYTES)

    def subscription(self, endpoint: str) -> dict[str, object]:
        """A W3C PushSubscription as JSON, for PUT /push-subscription."""
        jwk = self._key.as_dict(private=False)
        point = UNCOMPRESSED + decode(str(jwk["x"])) + decode(str(jwk["y"]))
        keys = {"p256dh": encode(point), "auth": encode(self._auth)}
        return {"endpoint": endpoint, "expirationTime": None, "keys": keys}

    def read(self, body: bytes) -> WakeUp:
        """Decrypts one message. Raises Untrusted for what is not for these keys, or is no JSON object."""
        try:
            plain = http_ece.decrypt(
                body, private_key=self._key.private_key, auth_secret=self._auth, version="aes128gcm"
            )
            said = json.loads(plain)
        # Of a body that somebody else made up the library raises what its parts raise: struct.error, IndexError, …
        except Exception as error:
            raise Untrusted("A push arrived that is not for this phone.") from error
        if not isinstance(said, dict):
            raise Untrusted("A push arrived that is none of this protocol.")
        kind, id_ = said.get("kind"), said.get("id")
        known = said.get("v") == VERSION and kind in KNOWN
        return WakeUp(str(kind) if known else "confirmation", id_ if isinstance(id_, str) else None)
