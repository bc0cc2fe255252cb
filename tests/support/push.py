"""A push service for tests, over real HTTP, and a phone's end of Web Push.

What a phone decrypts is read by a decryptor of the test's own, written after RFC 8291 with nothing but the primitives:
neither the product nor the library that it encrypts with takes part.
"""

from __future__ import annotations

import base64
import json
import queue
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support.phone import b64

PATIENCE = 30
"""Seconds after which something that has to happen has evidently not happened."""


@dataclass(frozen=True)
class Pushed:
    """One message as the service got it. Names of headers in small letters."""

    path: str
    headers: dict[str, str]
    body: bytes


def decrypted(body: bytes, key: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """One record of aes128gcm (RFC 8188 §2, RFC 8291 §3.4): salt, record size, the sender's point, then the record."""
    salt, length = body[:16], body[20]
    point, record = body[21 : 21 + length], body[21 + length :]
    own = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    shared = key.exchange(ec.ECDH(), sender)
    secret = _derived(auth, shared, b"WebPush: info\0" + own + point, 32)
    content_key = _derived(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(salt, secret, b"Content-Encoding: nonce\0", 12)
    plain, last, padding = AESGCM(content_key).decrypt(nonce, record, None).rpartition(b"\2")
    assert last, "not the last record"
    assert not padding.strip(b"\0")
    return plain


def _derived(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


class Phone:
    """The keys that a browser makes when it subscribes."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._auth = b"sixteen bytes it"
        self.point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def subscription(self) -> dict[str, Any]:
        """As PushSubscription.toJSON() has it."""
        return {
            "endpoint": self.endpoint,
            "expirationTime": None,
            "keys": {"p256dh": b64(self.point), "auth": b64(self._auth)},
        }

    def reads(self, pushed: Pushed) -> dict[str, Any]:
        return dict(json.loads(decrypted(pushed.body, self._key, self._auth)))

    def unseals(self, wake: str) -> dict[str, Any]:
        """What a vendor carried, in base64url."""
        body = base64.urlsafe_b64decode(wake + "=" * (-len(wake) % 4))
        return dict(json.loads(decrypted(body, self._key, self._auth)))


class PushService:
    """Answers 201 unless told otherwise, by path: a status, headers with it, or `never`."""

    def __init__(self) -> None:
        self.got: queue.Queue[Pushed] = queue.Queue()
        self.answers: dict[str, tuple[int, dict[str, str]]] = {}
        self.silent: set[str] = set()
        self.release = threading.Event()
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                service.got.put(Pushed(self.path, headers, body))
                if self.path in service.silent:
                    service.release.wait(PATIENCE * 3)
                    self.close_connection = True
                    return
                status, more = service.answers.get(self.path, (201, {}))
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port: int = self.server.server_address[1]
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)

    @property
    def host(self) -> str:
        """For ASTROW2FA_PUSH_HOSTS."""
        return f"127.0.0.1:{self.port}=private"

    def phone(self, path: str = "/wake/one") -> Phone:
        return Phone(f"http://127.0.0.1:{self.port}{path}")

    def next(self) -> Pushed:
        return self.got.get(timeout=PATIENCE)

    @property
    def all(self) -> list[Pushed]:
        """What came and was not looked at yet."""
        found = []
        while not self.got.empty():
            found.append(self.got.get())
        return found

    def __enter__(self) -> PushService:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release.set()
        self.server.shutdown()
        self.server.server_close()
        self._thread.join(PATIENCE)
