"""A push service within this machine, for development and tests: what a phone's system or a distributor has elsewhere.

It takes what RFC 8030 asks for, looks at the server's name to it (VAPID, RFC 8292), and keeps no more than what its
one phone has not read yet. A server sends here only when it is started with the value of `allow`.
"""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
from types import TracebackType
from typing import Self, cast

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from astrow2fa.adapters.compact import decode, encode
from astrow2fa.core.errors import Refusal

HOST = "127.0.0.1"
USUAL_PORT = 5090
LARGEST_BODY = 4096
"""What RFC 8030 §7.2 lets nobody go below, and most services do not go beyond."""
LONGEST_TOKEN_SECONDS = 24 * 3600
POINT_BYTES = 65
DRIP_SECONDS = 5.0


def allow(port: int) -> str:
    """What ASTROW2FA_PUSH_HOSTS has to hold."""
    return f"{HOST}:{port}=private"


class PushService(TCPServer):
    """Listens from when it is made; answers while somebody waits in `next`. Raises OSError when the port is taken."""

    allow_reuse_address = True

    def __init__(self, port: int = 0) -> None:
        super().__init__((HOST, port), _Handler)
        self.port: int = self.server_address[1]
        self._push_keys: dict[str, str] = {}
        self._messages: deque[bytes] = deque(maxlen=100)

    @property
    def origin(self) -> str:
        return f"http://{HOST}:{self.port}"

    def subscribe(self, push_key: str) -> str:
        """An endpoint that nobody can guess, for a server with this application key."""
        path = f"/wake/{secrets.token_urlsafe(16)}"
        self._push_keys[path] = push_key
        return self.origin + path

    def next(self, timeout: float | None = None) -> bytes | None:
        """The body of the next message; None when none comes for `timeout` seconds."""
        until = None if timeout is None else time.monotonic() + timeout
        while not self._messages:
            self.timeout = None if until is None else until - time.monotonic()
            if self.timeout is not None and self.timeout <= 0:
                return None
            self.handle_request()
        return self._messages.popleft()

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> int:
        """The HTTP status for a message: 201 when it is kept."""
        push_key = self._push_keys.get(path)
        if push_key is None:
            return 404
        if headers.get("content-encoding") != "aes128gcm" or not headers.get("ttl", "").isdecimal():
            return 400
        if not vouched(headers.get("authorization", ""), self.origin, push_key):
            return 403
        self._messages.append(body)
        return 201

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    """One message a connection: whoever leaves one open keeps nobody waiting."""

    timeout = DRIP_SECONDS

    def do_POST(self) -> None:
        said = self.headers.get("Content-Length", "")
        if not said.isdecimal() or int(said) > LARGEST_BODY:
            self._answer(413 if said.isdecimal() else 411)
            return
        try:
            body = self.rfile.read(int(said))
        except OSError:
            self._answer(408)
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._answer(cast(PushService, self.server).take(self.path, headers, body))

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its library calls it so)
        """Says nothing: standard error is for what the phone says."""


def vouched(authorization: str, origin: str, push_key: str) -> bool:
    """Whether a server with this key signed for this service, for not longer than a day (RFC 8292 §2, §3, §4.2)."""
    scheme, _, rest = authorization.partition(" ")
    said = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    if scheme.lower() != "vapid" or said.get("k") != push_key:
        return False
    try:
        point = decode(push_key)
        if len(point) != POINT_BYTES:
            return False
        jwk: dict[str, str | list[str]] = {
            "kty": "EC",
            "crv": "P-256",
            "x": encode(point[1:33]),
            "y": encode(point[33:]),
        }
        claims = jwt.decode(said.get("t", ""), ECKey.import_key(jwk), algorithms=["ES256"]).claims
    except (JoseError, Refusal, ValueError):
        return False
    until, now = claims.get("exp"), time.time()
    return (
        claims.get("aud") == origin and isinstance(until, int) and now < until <= now + LONGEST_TOKEN_SECONDS
    )
