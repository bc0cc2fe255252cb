"""The way out at the waiting screen: an administrator's one-time code instead of a phone's OK."""

from __future__ import annotations

from flask import redirect, request
from flask.typing import ResponseReturnValue

from astrow2fa.core.redirects import safe
from astrow2fa.services import exemptions
from astrow2fa.web import session
from astrow2fa.web.context import client, parts
from astrow2fa.web.login.views import blueprint, waiting_screen

LONGEST_CODE = 100


@blueprint.post("/login/exemption")
def exemption() -> ResponseReturnValue:
    token = session.session_token()
    if token is None:
        return redirect("/login", 303)
    code = request.form.get("code", "")[:LONGEST_CODE]
    result = exemptions.use(parts(), token, session.browser_token(), code, client())
    match result:
        case exemptions.Exempted():
            session.admit(result.admission)
            return redirect("/login/password" if result.password_expired else safe(result.target), 303)
        case exemptions.Wrong():
            return waiting_screen(tries_left=result.left)
        case exemptions.Already():
            return redirect("/", 303)
        case exemptions.NotPending():
            return redirect("/login/waiting" if result.waiting else "/login", 303)
