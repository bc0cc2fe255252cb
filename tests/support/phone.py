"""A phone for tests: a real key, real signatures, and every way to sign something wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from astrow2fa.adapters.signatures import JoseSignatures
from astrow2fa.core.confirmation import Confirmation
from astrow2fa.ports.outside import SigningKey

DECISION = "astrow2fa-decision+jwt"
PROOF = "astrow2fa-proof+jwt"
CONNECT = "astrow2fa-connect+jwt"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def payload_of(jws: str) -> dict[str, Any]:
    """What a JWS says, unverified."""
    body = jws.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))


class RobotPhone:
    """Signs decisions, proofs and assertions; `more` overrides or adds claims, None removes one."""

    def __init__(
        self,
        signatures: JoseSignatures,
        key: SigningKey,
        device_id: str,
        audience: str,
        now: Callable[[], float],
    ) -> None:
        self.id = device_id
        self.public = key.public
        self._signatures = signatures
        self._key = replace(key, kid=device_id)
        self._audience = audience
        self._now = now

    def sign(self, typ: str, **claims: object) -> str:
        kept = {name: value for name, value in claims.items() if value is not None}
        return self._signatures.sign(typ, kept, self._key)

    def decision(
        self, asked: Confirmation | str, decision: str = "approve", *, typ: str = DECISION, **more: object
    ) -> str:
        """The decision over this confirmation, or over its request as it was delivered."""
        request = asked if isinstance(asked, str) else asked.request
        claims: dict[str, object] = {
            "aud": self._audience,
            "iat": int(self._now()),
            "jti": payload_of(request)["jti"],
            "decision": decision,
            "confirmation_sha256": b64(hashlib.sha256(request.encode()).digest()),
        }
        return self.sign(typ, **{**claims, **more})

    def proof(self, method: str, path: str, body: bytes = b"", **more: object) -> str:
        claims: dict[str, object] = {
            "aud": self._audience,
            "htm": method,
            "htu": path,
            "iat": int(self._now()),
            "jti": secrets.token_urlsafe(16),
        }
        if body:
            claims["bsha"] = b64(hashlib.sha256(body).digest())
        return self.sign(PROOF, **{**claims, **more})

    def assertion(self, **more: object) -> str:
        claims: dict[str, object] = {
            "aud": self._audience,
            "iat": int(self._now()),
            "jti": secrets.token_urlsafe(16),
        }
        return self.sign(CONNECT, **{**claims, **more})
