"""The only code that touches the session: two cookies with random tokens, whose rows are in the database.

The session cookie holds a token of 256 bits. Before the password step no row stands behind it: it then does nothing
but key the CSRF token, and dies with the step. `hold` and `admit` give the browser a new one, `leave` takes it away.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Any, cast

from flask import Flask, current_app, g, request, session
from flask.sessions import SessionInterface, SessionMixin
from flask.wrappers import Request, Response
from flask_login import LoginManager, UserMixin
from itsdangerous import BadData, URLSafeTimedSerializer

from astrow2fa.core.accounts import BROWSER_SECONDS
from astrow2fa.ports.store import Unavailable
from astrow2fa.services import sessions
from astrow2fa.services.admission import Admission
from astrow2fa.services.sessions import Held
from astrow2fa.services.tokens import token_hash
from astrow2fa.web.context import parts, web

SESSION_COOKIE = "astrow2fa"
BROWSER_COOKIE = "astrow2fa-browser"
CSRF = "csrf_token"
_FLASK_WTF_SALT = "wtf-csrf-token"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,128}", re.ASCII)


def cookie_name(name: str, *, secure: bool) -> str:
    """With https the `__Host-` prefix: no other host and no insecure page can set it (ASVS 5.0 V3.3)."""
    return f"__Host-{name}" if secure else name


def token_in(text: str | None) -> str | None:
    """A cookie's value if it has the shape of a token."""
    return text if text is not None and _TOKEN.fullmatch(text) else None


class TokenSession(dict[str, Any], SessionMixin):
    """What Flask's `session` is here: nothing but the CSRF token, derived from the session token."""

    def __init__(self, token: str | None, mint: Callable[[], str], key: bytes) -> None:
        super().__init__()
        self._mint = mint
        self._key = key
        self.token = token
        self.handed_out: str | None = None
        self.browser_token: str | None = None
        self.left = False

    def csrf_of(self, hashed: str) -> str:
        return hmac.new(self._key, b"csrf:" + hashed.encode(), hashlib.sha256).hexdigest()

    def hand_out(self, token: str) -> None:
        self.token = self.handed_out = token

    def __contains__(self, key: object) -> bool:
        return key == CSRF or super().__contains__(key)

    def __getitem__(self, key: str) -> Any:
        if key != CSRF:
            return super().__getitem__(key)
        if self.token is None:
            self.hand_out(self._mint())
        return self.csrf_of(token_hash(cast(str, self.token)))


class TokenSessions(SessionInterface):
    """Reads the cookies before a request and writes, after it, those that were handed out in it."""

    def __init__(self, key: bytes, *, secure: bool) -> None:
        self._key = key
        self._secure = secure
        self._session_name = cookie_name(SESSION_COOKIE, secure=secure)
        self._browser_name = cookie_name(BROWSER_COOKIE, secure=secure)

    def open_session(self, _app: Flask, request: Request) -> TokenSession:
        token = token_in(request.cookies.get(self._session_name))
        return TokenSession(token, lambda: parts().chance.token(256), self._key)

    def save_session(self, _app: Flask, session: SessionMixin, response: Response) -> None:
        held = cast(TokenSession, session)
        if held.left:
            self._set(response, self._session_name, "", 0)
        elif held.handed_out is not None and response.status_code < 400:
            self._set(response, self._session_name, held.handed_out, None)
        if held.browser_token is not None:
            self._set(response, self._browser_name, held.browser_token, BROWSER_SECONDS)

    def _set(self, response: Response, name: str, value: str, seconds: int | None) -> None:
        response.set_cookie(
            name, value, max_age=seconds, path="/", secure=self._secure, httponly=True, samesite="Lax"
        )


class SignedIn(UserMixin):
    """Flask-Login's view of a signed-in user."""

    def __init__(self, held: Held) -> None:
        self.id = str(held.account.id)
        self.username = held.account.name
        self.display_name = held.account.display_name
        self.permissions = held.account.permissions


def install(app: Flask, key: bytes, *, secure: bool) -> None:
    """Cookies, and Flask-Login on top of the session rows (no remember cookie, no cookie of its own)."""
    app.session_interface = TokenSessions(key, secure=secure)
    manager = LoginManager(app)
    manager.session_protection = None
    manager.request_loader(_load)


def _load(_: Request) -> SignedIn | None:
    """For templates. The page that says the database is away asks too, and then nobody is signed in."""
    try:
        found = held()
    except Unavailable:
        return None
    return SignedIn(found) if found is not None and found.signed_in else None


def _mine() -> TokenSession:
    return cast(TokenSession, session._get_current_object())  # type: ignore[attr-defined]


def session_token() -> str | None:
    """What the browser's cookie holds now."""
    return _mine().token


def browser_token() -> str | None:
    """The token by which a browser may be recognised."""
    return token_in(request.cookies.get(cookie_name(BROWSER_COOKIE, secure=web().secure)))


def held() -> Held | None:
    """Who is at the other end, waiting or signed in; read once a request."""
    if "held" not in g:
        token = session_token()
        g.held = sessions.held(parts(), token) if token is not None else None
    return cast("Held | None", g.held)


def hold(token: str) -> None:
    """The password was right: the browser waits, under a new token."""
    _mine().hand_out(token)
    g.pop("held", None)


def admit(admission: Admission) -> None:
    """The browser crosses the border: new session token, and with it a new CSRF token; new browser token."""
    _mine().browser_token = admission.browser_token
    hold(admission.session_token)


def leave() -> None:
    """The cookie is taken away."""
    _mine().left = True
    g.pop("held", None)


def csrf_belongs_to(given: str | None, hashed: str) -> bool:
    """Whether `given` is the CSRF token that went with the session token of this hash."""
    if not given:
        return False
    signer = URLSafeTimedSerializer(cast(str, current_app.secret_key), salt=_FLASK_WTF_SALT)
    try:
        return hmac.compare_digest(str(signer.loads(given)), _mine().csrf_of(hashed))
    except BadData:
        return False
