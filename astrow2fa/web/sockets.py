"""What every socket is asked at its connect: how often its address comes, and from which page it was opened."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from socketio.exceptions import ConnectionRefusedError as Refuse

from astrow2fa.core.errors import Limited
from astrow2fa.ports import Parts
from astrow2fa.services.lanes import of_address
from astrow2fa.web.session import SESSION_COOKIE, cookie_name, token_in

Environ = Mapping[str, Any]


def address_of(environ: Environ) -> str:
    return str(environ.get("REMOTE_ADDR", ""))


def limit(parts: Parts, environ: Environ) -> None:
    """Raises the refusal `limited`."""
    try:
        parts.limits.hit("socket.address", of_address(address_of(environ)))
    except Limited as limited:
        raise Refuse("limited") from limited


def from_our_page(environ: Environ, public_url: str) -> bool:
    """Whether a page of ours opened it.

    A browser sends Origin with a WebSocket and with every cross-site request, but not with a same-origin GET: there
    Sec-Fetch-Site, which no page can set, says so.
    """
    origin = environ.get("HTTP_ORIGIN")
    if origin is not None:
        return bool(origin == public_url)
    polling = environ.get("REQUEST_METHOD") == "GET" and "HTTP_UPGRADE" not in environ
    return polling and environ.get("HTTP_SEC_FETCH_SITE") == "same-origin"


def from_our_page_or_none(environ: Environ, public_url: str) -> bool:
    """The same for phones: a native app sends no Origin at all."""
    return environ.get("HTTP_ORIGIN") in (None, public_url)


def session_token(environ: Environ, *, secure: bool) -> str | None:
    """What the browser's session cookie holds, if it has the shape of a token."""
    try:
        cookies = SimpleCookie(str(environ.get("HTTP_COOKIE", "")))
    except CookieError:
        return None
    morsel = cookies.get(cookie_name(SESSION_COOKIE, secure=secure))
    return token_in(morsel.value) if morsel is not None else None
