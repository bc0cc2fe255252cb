"""Who may open what. One table; what is not in it is closed, including what is added tomorrow.

An entry is an audience, or the permission that a signed-in user needs.

Asked before every request. Phones prove themselves at each call (web/mobile/api.py); sockets at their connect.
"""

from __future__ import annotations

from enum import Enum, auto
from urllib.parse import urlencode

from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from astrow2fa.core.permissions import Permission
from astrow2fa.web.session import held


class Audience(Enum):
    """To whom an endpoint is open."""

    ANYBODY = auto()
    SIGNED_IN = auto()
    SIGNED_IN_WITH_EXPIRED_PASSWORD = auto()
    PHONE = auto()


AUDIENCES: dict[str, Audience | Permission] = {
    "static": Audience.ANYBODY,
    "health.alive": Audience.ANYBODY,
    "health.ready": Audience.ANYBODY,
    "login.sign_in": Audience.ANYBODY,
    "login.waiting": Audience.ANYBODY,
    "login.collect": Audience.ANYBODY,
    "login.cancel": Audience.ANYBODY,
    "login.expired_password": Audience.SIGNED_IN_WITH_EXPIRED_PASSWORD,
    "account.leave": Audience.SIGNED_IN_WITH_EXPIRED_PASSWORD,
    "account.home": Audience.SIGNED_IN,
    "account.security": Audience.SIGNED_IN,
    "account.change_password": Audience.SIGNED_IN,
    "account.revoke_phone": Audience.SIGNED_IN,
    "account.end_session": Audience.SIGNED_IN,
    "account.end_other_sessions": Audience.SIGNED_IN,
    "account.forget_browser": Audience.SIGNED_IN,
    "account.pair_phone": Audience.SIGNED_IN,
    "account.confirm": Audience.SIGNED_IN,
    "mobile.app": Audience.ANYBODY,
    "mobile_api.pair": Audience.ANYBODY,
    "mobile_api.invitations": Audience.ANYBODY,
    "mobile_api.decide": Audience.ANYBODY,
    "mobile_api.me": Audience.PHONE,
    "mobile_api.server_keys": Audience.PHONE,
    "mobile_api.confirmations": Audience.PHONE,
    "mobile_api.not_me": Audience.PHONE,
    "mobile_api.change_password": Audience.PHONE,
    "mobile_api.unpair": Audience.PHONE,
    "mobile_api.revoke_phone": Audience.PHONE,
    "mobile_api.end_session": Audience.PHONE,
    "mobile_api.forget_browser": Audience.PHONE,
}


def install(app: Flask) -> None:
    app.before_request(_check)


def _check() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # No such address: the 404 tells nothing.
    audience = AUDIENCES.get(request.endpoint)
    if audience is None:
        raise Forbidden
    if audience in (Audience.ANYBODY, Audience.PHONE):
        return None
    found = held()
    if found is None or not found.signed_in:
        return redirect("/login?" + urlencode({"next": _target()}), 303)
    if found.password_expired and audience is not Audience.SIGNED_IN_WITH_EXPIRED_PASSWORD:
        return redirect("/login/password", 303)
    if isinstance(audience, Permission) and audience not in found.account.permissions:
        raise Forbidden
    return None


def _target() -> str:
    """Where to come back to; a form that was posted cannot be repeated, so its page is where its sender was."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"
