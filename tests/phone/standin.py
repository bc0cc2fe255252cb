"""A server that knows as much of the protocol as a phone needs, and lies when it is told to.

It is not a second implementation: it has one user, no database and no rules. The real server's own tests drive real
phones; this one is for what the real server never does.
"""

from __future__ import annotations

import hashlib
import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import socketio
from flask import Flask, Response, request
from werkzeug.serving import WSGIRequestHandler, make_server

from astrow2fa.adapters.compact import encode
from astrow2fa.adapters.signatures import Es256
from astrow2fa.core.errors import Refusal
from astrow2fa.ports.outside import SigningKey

API = "/mobile/api/v1"
CODE = "pairing-code"
PROBLEM = "application/problem+json"
STATUS = {
    "bad_code": 401,
    "stale": 401,
    "bad_signature": 401,
    "device_revoked": 403,
    "unknown_confirmation": 404,
}

logging.getLogger("werkzeug").setLevel(logging.ERROR)


class Standin:
    """`ahead` is how far its clock is from this machine's, in seconds."""

    def __init__(self) -> None:
        self.signatures = Es256()
        self.key = self.signatures.new_key()
        self.url = ""
        self.ahead = 0.0
        self.username = "ada"
        self.phones: dict[str, dict[str, Any]] = {}
        self.pending: dict[str, str] = {}
        self.numbers: dict[str, str] = {}
        self.decisions: list[dict[str, Any]] = []
        self.calls: list[tuple[str, str, Any]] = []
        self.refuse: str = ""
        self.silent = False
        self.push_key = ""
        self.silent_until: int | None = None
        self.others: list[dict[str, Any]] = []
        self.subscribed: queue.Queue[dict[str, Any]] = queue.Queue()
        self.sids: list[str] = []
        self.keys: Callable[[], str] = lambda: self.sign(
            "astrow2fa-server-keys+jwt", {"iss": self.url, "keys": []}
        )
        self.io = socketio.Server(async_mode="threading", cors_allowed_origins="*")
        self.io.on("connect", self._connect, namespace="/mobile")
        for choice in ("approve", "deny"):
            self.io.on(choice, self._event(choice), namespace="/mobile")

    def now(self) -> float:
        return time.time() + self.ahead

    @property
    def link(self) -> str:
        return f"{self.url}/mobile/#pair={CODE}&key={self.key.kid}"

    def sign(self, typ: str, claims: dict[str, Any], key: SigningKey | None = None) -> str:
        return self.signatures.sign(typ, claims, key or self.key)

    def request(self, id_: str = "request-1", *, key: SigningKey | None = None, **claims: Any) -> str:
        """A confirmation JWS; `claims` replace what it usually says."""
        now = int(self.now())
        browser = {
            "ip": "203.0.113.7",
            "place": "Wien",
            "name": "Firefox 142",
            "os": "Windows",
            "known": False,
        }
        usual = {
            "iss": self.url, "jti": id_, "iat": now, "exp": now + 120, "sub": "1", "username": self.username,
            "app": "Astrow Web", "purpose": "sign_in", "browser": browser, "number_required": False,
        }  # fmt: skip
        return self.sign("astrow2fa-confirmation+jwt", usual | claims, key)

    def ask(
        self, id_: str = "request-1", *, number: str = "", key: SigningKey | None = None, **claims: Any
    ) -> str:
        """Asks all phones: keeps the request, and tells those that are connected."""
        jws = self.request(id_, key=key, number_required=bool(number), **claims)
        self.pending[id_] = jws
        self.numbers[id_] = number
        self.io.emit("confirmation", self._envelope(jws), namespace="/mobile")
        return jws

    def close(self, id_: str, state: str) -> None:
        self.pending.pop(id_, None)
        self.io.emit("confirmation_closed", {"id": id_, "state": state}, namespace="/mobile")

    def silence(self, until: int | None) -> None:
        self.io.emit("silence", {"until": until}, namespace="/mobile")

    def add_phone(self, **phone: Any) -> None:
        """Another phone of the user is paired, and those that are connected are told."""
        self.others.append(phone)
        self.io.emit("phone_paired", phone, namespace="/mobile")

    def disconnect_all(self) -> None:
        for sid in list(self.sids):
            self.io.disconnect(sid, namespace="/mobile")

    def app(self) -> socketio.WSGIApp:
        flask = Flask("standin")

        @flask.route(f"{API}/<path:path>", methods=["GET", "POST", "PUT", "DELETE"])
        def call(path: str) -> Response:
            try:
                return self._call(path)
            except No as no:
                problem = json.dumps({"code": no.code, **no.more})
                return Response(problem, STATUS.get(no.code, 400), content_type=PROBLEM)

        return socketio.WSGIApp(self.io, flask)

    def _call(self, path: str) -> Response:
        method, raw = request.method, request.get_data()
        if path == "pair":
            return self._pair(json.loads(raw))
        if path == "invitations":
            return answer({"code": CODE})
        if path.endswith("/decision"):
            return answer({"state": self.decide(raw.decode())})
        self._authenticate(method, f"{API}/{path}", raw)
        body = json.loads(raw) if raw else None
        self.calls.append((method, path, body))
        if path == "me":
            silence = {"until": self.silent_until} if self.silent_until else None
            said = {"user": {"username": self.username}, "push_key": self.push_key, "silence": silence}
            return answer({**said, "phones": self.others, "server_time": int(self.now())})
        if (method, path) == ("PUT", "push-subscription"):
            self.subscribed.put(body)
        if path == "confirmations":
            return answer({"confirmations": [self._envelope(jws) for jws in self.pending.values()]})
        if path == "server-keys":
            return Response(self.keys(), content_type="application/jose")
        return Response(status=204)

    def _pair(self, body: dict[str, Any]) -> Response:
        if body["code"] != CODE:
            raise No("bad_code")
        device_id = f"phone-{len(self.phones) + 1}"
        self.phones[device_id] = body
        user = {"username": self.username, "display_name": "Ada", "mobile": ["ess"]}
        server_key = {**self.key.public, "kid": self.key.kid}
        paired = {"device_id": device_id, "user": user, "server_key": server_key, "push_key": ""}
        return answer(paired, 201)

    def _authenticate(self, method: str, path: str, raw: bytes) -> None:
        claims = self._read(
            request.headers.get("Authorization", "").removeprefix("Bearer "), "astrow2fa-proof+jwt"
        )
        right = {"aud": self.url, "htm": method, "htu": path}
        if raw:
            right["bsha"] = encode(hashlib.sha256(raw).digest())
        if any(claims.get(name) != value for name, value in right.items()):
            raise No("bad_signature")
        self._in_time(claims)

    def _connect(self, sid: str, environ: dict[str, Any], auth: dict[str, Any]) -> None:
        try:
            self._in_time(self._read(auth["assertion"], "astrow2fa-connect+jwt"))
        except No as no:
            raise socketio.exceptions.ConnectionRefusedError(no.code, no.more) from no
        self.sids.append(sid)
        for jws in self.pending.values():
            self.io.emit("confirmation", self._envelope(jws), to=sid, namespace="/mobile")

    def _event(self, choice: str) -> Callable[[str, Any], dict[str, Any]]:
        def answered(sid: str, body: Any) -> dict[str, Any]:
            if self.silent:
                self.io.disconnect(sid, namespace="/mobile")
            try:
                return {"ok": True, "state": self.decide(body["decision"])}
            except No as no:
                return {"ok": False, "code": no.code, **no.more}

        return answered

    def decide(self, jws: str) -> str:
        claims = self._read(jws, "astrow2fa-decision+jwt")
        id_, choice = claims["jti"], claims["decision"]
        self.decisions.append(claims)
        if abs(claims["iat"] - self.now()) > 240:
            raise No("stale", server_time=int(self.now()))
        if id_ not in self.pending:
            raise No("unknown_confirmation")
        if choice == "approve" and self.numbers[id_] and not claims.get("number"):
            raise No("number_required")
        if choice == "approve" and self.numbers[id_] and claims["number"] != self.numbers[id_]:
            raise No("wrong_number")
        return {"approve": "approved", "deny": "denied"}[choice]

    def _read(self, jws: str, typ: str) -> dict[str, Any]:
        if self.refuse:
            raise No(self.refuse)
        try:
            kid = self.signatures.peek(jws, typ).kid
            return self.signatures.verify(jws, typ, self.phones[kid]["public_key"])
        except (Refusal, KeyError) as error:
            raise No("bad_signature") from error

    def _in_time(self, claims: dict[str, Any]) -> None:
        if abs(claims["iat"] - self.now()) > 60:
            raise No("stale", server_time=int(self.now()))

    def _envelope(self, jws: str) -> dict[str, Any]:
        return {"confirmation": jws, "quiet": False, "others_pending": len(self.pending) - 1}


class No(Exception):
    """A refusal with a code of the protocol."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


def answer(value: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(value), status, content_type="application/json")


class OneCallAConnection(WSGIRequestHandler):
    """Werkzeug would keep a connection open after its WebSocket ended, and the client would wait for it to close."""

    protocol_version = "HTTP/1.0"


@contextmanager
def running() -> Iterator[Standin]:
    """A stand-in on a free port of this machine."""
    standin = Standin()
    server = make_server("127.0.0.1", 0, standin.app(), threaded=True, request_handler=OneCallAConnection)
    standin.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield standin
    finally:
        standin.io.shutdown()
        server.shutdown()
        server.server_close()
        thread.join()
