"""What the tests have in the place of Google and Apple: their names, over TLS, at this machine. Neither was asked.

Google takes OAuth assertions and messages over HTTP/1.1, Apple notifications over HTTP/2; each looks at the signature
that it gets, and answers what a test tells it to.
"""

from __future__ import annotations

import json
import queue
import select
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import h2.config
import h2.connection
import h2.events
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from astrow2fa.config.vendors import Apple, Google
from tests.support.authority import Authority

PATIENCE = 30
SEND_HOST, TOKEN_HOST, APPLE_HOST = "fcm.example", "oauth.example", "apple.example"
Body = dict[str, Any]


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def here(host: str, port: int) -> list[str]:
    """Every name leads to this machine."""
    return ["127.0.0.1"]


@dataclass(frozen=True)
class Got:
    """One request. Names of headers in small letters."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Body:
        return dict(json.loads(self.body))


@dataclass
class _Answers:
    """What is answered: to everything the same, until it is told otherwise."""

    status: int = 200
    body: Body = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    """Nothing at all."""

    def are(self, status: int, body: Body | None = None, **headers: str) -> None:
        """`_` stands for `-` in names of headers."""
        self.status, self.body = status, body or {}
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class StandIn:
    """A server of a vendor's."""

    def __init__(self) -> None:
        self.got: queue.Queue[Got] = queue.Queue()
        self.answers = _Answers()
        self.release = threading.Event()

    @property
    def all(self) -> list[Got]:
        """What came and was not looked at yet."""
        found = []
        while not self.got.empty():
            found.append(self.got.get())
        return found

    def next(self) -> Got:
        return self.got.get(timeout=PATIENCE)


class GoogleStandIn(StandIn):
    """FCM and the place where its access tokens come from, in one."""

    def __init__(self, authority: Authority) -> None:
        super().__init__()
        self._key = rsa.generate_private_key(65537, 2048)
        self.account = Google("astrow-demo", "push@astrow-demo.iam.gserviceaccount.com", pem(self._key))
        self.assertions: list[Body] = []
        """The claims of those whose signature is right."""
        self.tokens = _Answers()
        self.token_seconds = 3600
        self.valid = ""
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                got = Got(self.path, headers, body)
                answers = stand_in.tokens if self.path == "/token" else stand_in.answers
                if answers.silent:
                    stand_in.got.put(got)
                    stand_in.release.wait(PATIENCE * 3)
                    self.close_connection = True
                    return
                status, said, more = stand_in.grant(got) if self.path == "/token" else stand_in.take(got)
                sent = json.dumps(said).encode()
                self.send_response(status)
                for name, value in {**more, "Content-Length": str(len(sent))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(sent)

            def log_message(self, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

        self._server = Server(("127.0.0.1", 0), Handler)
        context = authority.server(SEND_HOST, TOKEN_HOST)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def grant(self, got: Got) -> tuple[int, Body, dict[str, str]]:
        """An access token for an assertion that the account signed."""
        form = parse_qs(got.body.decode())
        assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
        token = jwt.decode(form["assertion"][0], RSAKey.import_key(pem(self._key)), algorithms=["RS256"])
        self.assertions.append(dict(token.claims))
        if self.tokens.status != 200:
            return self.tokens.status, self.tokens.body, self.tokens.headers
        self.valid = f"ya29.token-{len(self.assertions)}"
        said = {"access_token": self.valid, "expires_in": self.token_seconds, "token_type": "Bearer"}
        return 200, said, {}

    def take(self, got: Got) -> tuple[int, Body, dict[str, str]]:
        self.got.put(got)
        if got.headers.get("authorization") != f"Bearer {self.valid}":
            return 401, {"error": {"code": 401, "status": "UNAUTHENTICATED"}}, {}
        said = self.answers.body or {"name": "projects/astrow-demo/messages/1"}
        return self.answers.status, said, self.answers.headers

    def close(self) -> None:
        self.release.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENCE)


class AppleStandIn(StandIn):
    """APNs: HTTP/2 alone, and whoever speaks anything else is not understood."""

    def __init__(self, authority: Authority, host: str = APPLE_HOST) -> None:
        super().__init__()
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._context = authority.server(host)
        self._context.set_alpn_protocols(["h2"])
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.account = Apple(
            "ABCDE12345", "TEAM123456", "com.example.mobile", f"{host}:{self.port}=private", pem(self._key)
        )
        self.silent_for: set[str] = set()
        """The device tokens about which nothing is ever answered; the others are when one of these has come."""
        self._silence = threading.Event()
        self.protocols: list[str | None] = []
        self.connections = 0
        self._hang_up = threading.Event()
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._talk, args=(plain,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _talk(self, plain: socket.socket) -> None:
        plain.settimeout(PATIENCE)
        with plain, suppress(OSError), self._context.wrap_socket(plain, server_side=True) as client:
            self.protocols.append(client.selected_alpn_protocol())
            connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
            connection.initiate_connection()
            client.sendall(connection.data_to_send())
            open_requests: dict[int, tuple[dict[str, str], bytearray]] = {}
            while not self.release.is_set() and not self._hang_up.is_set():
                if not client.pending() and not select.select([client], [], [], 0.05)[0]:
                    continue
                data = client.recv(65536)
                if not data:
                    return
                for event in connection.receive_data(data):
                    self._hear(connection, open_requests, event)
                client.sendall(connection.data_to_send())

    def _hear(
        self,
        connection: h2.connection.H2Connection,
        open_requests: dict[int, tuple[dict[str, str], bytearray]],
        event: h2.events.Event,
    ) -> None:
        if isinstance(event, h2.events.RequestReceived):
            headers = {n.decode(): v.decode() for n, v in event.headers or []}
            open_requests[event.stream_id or 0] = (headers, bytearray())
        elif isinstance(event, h2.events.DataReceived):
            open_requests[event.stream_id or 0][1].extend(event.data or b"")
        elif isinstance(event, h2.events.StreamEnded):
            stream = event.stream_id or 0
            headers, body = open_requests.pop(stream)
            got = Got(headers[":path"], headers, bytes(body))
            self.got.put(got)
            if self.answers.silent or got.path.rpartition("/")[2] in self.silent_for:
                self._silence.set()
                return
            if self.silent_for:
                self._silence.wait(PATIENCE)
            status, said, more = self._answer(got)
            sent = json.dumps(said).encode() if said else b""
            connection.send_headers(stream, [(":status", str(status)), *more.items()], end_stream=not sent)
            if sent:
                connection.send_data(stream, sent, end_stream=True)

    def _answer(self, got: Got) -> tuple[int, Body, dict[str, str]]:
        try:
            self.vouched(got)
        except ValueError:
            return 403, {"reason": "InvalidProviderToken"}, {}
        return self.answers.status, self.answers.body, self.answers.headers

    def vouched(self, got: Got) -> Body:
        """The claims of the provider token."""
        scheme, _, text = got.headers["authorization"].partition(" ")
        assert scheme == "bearer"
        token = jwt.decode(text, ECKey.import_key(pem(self._key)), algorithms=["ES256"])
        assert token.header["kid"] == self.account.key_id
        return dict(token.claims)

    def hangs_up(self) -> None:
        """Ends the connections that are open."""
        self._hang_up.set()
        for thread in self._threads[1:]:
            thread.join(PATIENCE)
        self._hang_up.clear()

    def close(self) -> None:
        if self.release.is_set():
            return
        self.release.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(PATIENCE)
