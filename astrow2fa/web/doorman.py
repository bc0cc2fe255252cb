"""Who has used up a limit of an address is sent away at the door, before anything is read, parsed or looked up.

A limit that is only counted inside the application protects the passwords; the application itself, which serves some
hundred pages a second, is protected by not being asked.

A recognised browser has a lane of its own (services/lanes.py), and whether one is recognised only the application
knows: of those that bring the browser's cookie, which anybody can make up, a few in each second are let through.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import request

from astrow2fa.core.errors import Limited
from astrow2fa.services.lanes import of_address

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

API = "/mobile/api/v1"
LIMIT_OF = {
    "/login": "login.address",
    f"{API}/pair": "pair.address",
    f"{API}/invitations": "pair.address",
}
"""POST to this path counts in this limit of the address."""

MOST = 10_000
KNOWN_A_SECOND = 5
_LANES = "login.address"
"""The limit in which a recognised browser is counted apart."""
_KNOWN = "astrow2fa-browser="
_MARK = "astrow2fa.limited"
_OWN = frozenset({"content-length", "retry-after", "set-cookie"})

Headers = list[tuple[str, str]]


@dataclass(slots=True)
class _Closed:
    """What an address is answered until `opens`, in the product's time."""

    opens: float
    body: bytes = b""
    headers: Headers = field(default_factory=list)
    second: int = 0
    known: int = 0

    def lets_in(self, now: float) -> bool:
        """Whether one more with a browser's cookie may ask in this second."""
        if self.second != int(now):
            self.second, self.known = int(now), 0
        self.known += 1
        return self.known <= KNOWN_A_SECOND


def tell(limited: Limited, answer: str) -> None:
    """Lets the doorman know that this request ran into a limit, and what to answer the next ones."""
    told = request.environ.get(_MARK)
    if told is not None:
        told.append((str(limited), limited.retry_after, answer.encode()))


class Doorman:
    """Around the application, inside whatever finds out the client's address. `now` is the product's clock."""

    def __init__(self, app: WSGIApplication, now: Callable[[], float]) -> None:
        self._app = app
        self._now = now
        self._closed: dict[tuple[str, str, str], _Closed] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        limit = LIMIT_OF.get(path) if environ.get("REQUEST_METHOD") == "POST" else None
        if limit is None:
            return self._app(environ, start_response)
        key = (limit, path, of_address(str(environ.get("REMOTE_ADDR", ""))))
        closed = self._closed.get(key)
        if closed is not None:
            now = self._now()
            left = closed.opens - now
            if left > 0:
                if limit == _LANES and _KNOWN in str(environ.get("HTTP_COOKIE", "")) and closed.lets_in(now):
                    return self._app(environ, start_response)
                own = [("Content-Length", str(len(closed.body))), ("Retry-After", str(math.ceil(left)))]
                start_response("429 Too Many Requests", closed.headers + own)
                return [closed.body]
            del self._closed[key]
        return self._asked(key, environ, start_response)

    def _asked(
        self, key: tuple[str, str, str], environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        sent: Headers = []

        def started(status: str, headers: Headers, *exc_info: Any) -> Any:
            sent.extend(pair for pair in headers if pair[0].lower() not in _OWN)
            return start_response(status, headers, *exc_info)

        # A list of ours, because what is further in works on a copy of the environment.
        told: list[tuple[str, int, bytes]] = []
        environ[_MARK] = told
        answer = self._app(environ, started)
        for name, retry_after, body in told:
            if name == key[0]:
                self._remember(key, _Closed(self._now() + retry_after, body, sent))
        return answer

    def _remember(self, key: tuple[str, str, str], closed: _Closed) -> None:
        if len(self._closed) >= MOST:
            now = self._now()
            self._closed = {one: kept for one, kept in self._closed.items() if kept.opens > now}
        if len(self._closed) < MOST:
            self._closed[key] = closed
