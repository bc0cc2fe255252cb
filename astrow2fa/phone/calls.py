"""HTTP calls to the phone API, signed by the phone. Redirects are not followed: the signature is for one path."""

from __future__ import annotations

import hashlib
import http.client
import json
import secrets
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import urlsplit

from astrow2fa.adapters.compact import encode
from astrow2fa.adapters.signatures import Es256
from astrow2fa.phone.errors import Refused, Unreachable
from astrow2fa.ports.outside import SigningKey

BASE = "/mobile/api/v1"
PATIENCE_SECONDS = 15
MOST_BYTES = 1024 * 1024
PROOF = "astrow2fa-proof+jwt"
JSON = "application/json"
JOSE = "application/jose"

Result = TypeVar("Result")


class Clock:
    """The server's time as far as the phone can tell: its own, corrected by every `server_time` that is told."""

    def __init__(self, wrong_by: float = 0) -> None:
        self._wrong_by = wrong_by
        self.correction = 0.0

    def own(self) -> float:
        return time.time() + self._wrong_by

    def now(self) -> float:
        return self.own() + self.correction

    def correct(self, server_time: object) -> bool:
        """Whether `server_time` was one."""
        if isinstance(server_time, bool) or not isinstance(server_time, int | float):
            return False
        self.correction = server_time - self.own()
        return True

    def retried(self, attempt: Callable[[], Result]) -> Result:
        """`attempt`, and once more after a `stale` that told the time."""
        try:
            return attempt()
        except Refused as refused:
            if refused.code != "stale" or not self.correct(refused.server_time):
                raise
        return attempt()


class Signer:
    """Signs for one phone: adds the audience and the time, and an id where a token counts only once."""

    def __init__(self, url: str, device_id: str, key: SigningKey, clock: Clock) -> None:
        self.url = url
        # The phone's tokens name the device, not the key's thumbprint.
        self._key = SigningKey(device_id, key.public, key.private)
        self._clock = clock
        self._signatures = Es256()

    def sign(self, typ: str, claims: Mapping[str, object]) -> str:
        return self._signatures.sign(
            typ, {"aud": self.url, "iat": int(self._clock.now()), **claims}, self._key
        )

    def once(self, typ: str, claims: Mapping[str, object]) -> str:
        return self.sign(typ, {"jti": secrets.token_urlsafe(16), **claims})


class Http:
    """One server, a fresh connection for each call. `url` has been through `link.origin`."""

    def __init__(self, url: str) -> None:
        self._url = url

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | str | None = None,
        signer: Signer | None = None,
    ) -> dict[str, object]:
        """The JSON object that is answered, {} for no content, {"text": …} for anything else that is not refused.

        `path` is below /mobile/api/v1. A body that is a text is a JWS. Raises Refused and Unreachable.
        """
        raw, headers = _body(body)
        if signer is not None:
            headers["Authorization"] = f"Bearer {_proof(signer, method, BASE + path, raw)}"
        connection = self._connection()
        try:
            connection.request(method, BASE + path, body=raw, headers=headers)
            response = connection.getresponse()
            answer = _answer(response.headers.get_content_type(), response.read(MOST_BYTES))
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(
                f"{self._url} cannot be reached: {str(error) or type(error).__name__}"
            ) from error
        finally:
            connection.close()
        if HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
            return answer
        code = answer.get("code")
        if not isinstance(code, str):
            raise Unreachable(
                f"{self._url}{BASE}{path} answered {response.status}, which is not this protocol."
            )
        answer.setdefault("retry_after", response.headers.get("Retry-After"))
        raise Refused(code, answer, response.status)

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self._url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        return kind(parts.hostname or "", parts.port, timeout=PATIENCE_SECONDS)


def _body(body: Mapping[str, object] | str | None) -> tuple[bytes | None, dict[str, str]]:
    if body is None:
        return None, {}
    if isinstance(body, str):
        return body.encode(), {"Content-Type": JOSE}
    return json.dumps(body).encode("ascii"), {"Content-Type": JSON}


def _proof(signer: Signer, method: str, path: str, raw: bytes | None) -> str:
    claims = {"htm": method, "htu": path}
    if raw is not None:
        claims["bsha"] = encode(hashlib.sha256(raw).digest())
    return signer.once(PROOF, claims)


def _answer(kind: str, content: bytes) -> dict[str, object]:
    if not kind.endswith("json"):
        return {"text": content.decode("utf-8", "replace")} if content else {}
    try:
        answer = json.loads(content)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
