"""Who has used up a limit of an address is sent away at the door, before anything is read, parsed or looked up.

A limit that is only counted inside the application protects the passwords; the application itself, which serves some
hundred pages a second, is protected by not being asked. Who comes with the cookie of a recognised browser is let
through and counted inside, in a lane of its own: strangers behind the same address cannot shut it out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import request
from limits import parse_many
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header, parse_cookie

from astrow2fa.core.errors import Limited
from astrow2fa.ports import Parts
from astrow2fa.ports.store import Unavailable
from astrow2fa.services import lanes
from astrow2fa.web.language import COOKIE as LANGUAGE_COOKIE
from astrow2fa.web.language import asked_for
from astrow2fa.web.session import BROWSER_COOKIE, cookie_name, token_in

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

API = "/mobile/api/v1"
LIMIT_OF = {
    "/login": "login.address",
    f"{API}/pair": "pair.address",
    f"{API}/invitations": "pair.address",
}
"""POST to this path counts in this limit of the address."""

SOCKETS = "/socket.io/"
OPENING = "socket.address"
"""A handshake without `sid` begins a socket. It is counted beside the connects to a namespace, and is let in twice as
often: who behaves needs one for each, and hears of the limit there, by the name that the protocol gives it.
"""

MOST = 10_000
_NOTE = "astrow2fa.doorman"
_OWN = frozenset({"content-length", "retry-after", "set-cookie"})

Headers = list[tuple[str, str]]
Key = tuple[str, str, str, str]
"""Limit, path, address, and the language of the answer: each is asked for once, and then answered here too."""


@dataclass(slots=True)
class _Closed:
    """What an address is answered until `opens`, in the product's time."""

    opens: float
    body: bytes
    headers: Headers


@dataclass(slots=True)
class _Note:
    """Goes in with a request, and comes out with the limit it ran into. Whoever is between copies the environ."""

    limit: str = ""
    retry_after: int = 0
    answer: bytes = b""
    headers: Headers = field(default_factory=list)


def tell(limited: Limited, answer: str) -> None:
    """Lets the doorman know that this request ran into a limit, and what to answer the next ones."""
    note = request.environ.get(_NOTE)
    if isinstance(note, _Note):
        note.limit, note.retry_after, note.answer = str(limited), limited.retry_after, answer.encode()


class Doorman:
    """Around the application, inside whatever finds out the client's address."""

    def __init__(self, app: WSGIApplication, parts: Parts, *, socket_limit: str, secure: bool) -> None:
        self._app = app
        self._parts = parts
        self._now = parts.clock.now
        self._cookie = cookie_name(BROWSER_COOKIE, secure=secure)
        self._choice = cookie_name(LANGUAGE_COOKIE, secure=secure)
        self._openings = 2 * max(rate.amount for rate in parse_many(socket_limit))
        self._closed: dict[Key, _Closed] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        address = lanes.of_address(str(environ.get("REMOTE_ADDR", "")))
        if path in LIMIT_OF and environ.get("REQUEST_METHOD") == "POST":
            key = (LIMIT_OF[path], path, address, self._language(path, environ))
            closed = self._standing(key)
            if closed is None:
                return self._asked(key, environ, start_response)
            if not self._is_recognised(environ):
                return self._refused(closed, start_response)
        elif path.startswith(SOCKETS) and "sid=" not in str(environ.get("QUERY_STRING", "")):
            closed = self._standing((OPENING, SOCKETS, address, "")) or self._opened(address)
            if closed is not None:
                return self._refused(closed, start_response)
        return self._app(environ, start_response)

    def _standing(self, key: Key) -> _Closed | None:
        closed = self._closed.get(key)
        if closed is not None and closed.opens <= self._now():
            del self._closed[key]
            return None
        return closed

    def _refused(self, closed: _Closed, start_response: StartResponse) -> Iterable[bytes]:
        left = str(max(1, math.ceil(closed.opens - self._now())))
        own = [("Content-Length", str(len(closed.body))), ("Retry-After", left)]
        start_response("429 Too Many Requests", closed.headers + own)
        return [closed.body]

    def _asked(self, key: Key, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        note = environ[_NOTE] = _Note()

        def started(status: str, headers: Headers, *exc_info: Any) -> Any:
            note.headers = [pair for pair in headers if pair[0].lower() not in _OWN]
            return start_response(status, headers, *exc_info)

        answer = self._app(environ, started)
        if note.limit == key[0] and not self._is_recognised(environ):
            self._remember(key, _Closed(self._now() + note.retry_after, note.answer, note.headers))
        return answer

    def _language(self, path: str, environ: WSGIEnvironment) -> str:
        """Problem details are the same for everybody."""
        if path.startswith(API):
            return ""
        accepted = parse_accept_header(environ.get("HTTP_ACCEPT_LANGUAGE"), LanguageAccept)
        return asked_for(accepted, parse_cookie(environ).get(self._choice, ""))

    def _is_recognised(self, environ: WSGIEnvironment) -> bool:
        token = token_in(parse_cookie(environ).get(self._cookie))
        if token is None:
            return False
        try:
            with self._parts.store.read() as work:
                return lanes.is_recognised(work, token)
        except Unavailable:
            return False

    def _opened(self, address: str) -> _Closed | None:
        """Counts one more socket; what to answer, if that was too many."""
        try:
            self._parts.limits.hit(OPENING, f"{address} opening", self._openings)
        except Limited as limited:
            headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
            closed = _Closed(self._now() + limited.retry_after, b'{"message": "limited"}', headers)
            self._remember((OPENING, SOCKETS, address, ""), closed)
            return closed
        return None

    def _remember(self, key: Key, closed: _Closed) -> None:
        if len(self._closed) >= MOST:
            now = self._now()
            self._closed = {one: kept for one, kept in self._closed.items() if kept.opens > now}
        if len(self._closed) < MOST:
            self._closed[key] = closed
