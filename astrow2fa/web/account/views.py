"""Home, My Info – Security, and leaving."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from astrow2fa.core.confirmation import Purpose, State
from astrow2fa.core.errors import WeakPassword, WrongPassword
from astrow2fa.core.fatigue import quiet
from astrow2fa.services import disown, passwords, phones, push, sessions
from astrow2fa.services.phones import Overview
from astrow2fa.services.sessions import Held
from astrow2fa.web import session
from astrow2fa.web.account.forms import ChangePasswordForm
from astrow2fa.web.account.rows import (
    at,
    browser_rows,
    exemption_rows,
    phone_rows,
    session_row,
    session_rows,
    sign_in_row,
)
from astrow2fa.web.context import parts
from astrow2fa.web.fresh import ask_first, signed_in

blueprint = Blueprint("account", __name__)


def _overview(held: Held) -> Overview:
    overview = phones.overview(parts(), held.account.id)
    if overview is None:
        raise NotFound
    return overview


@blueprint.get("/")
def home() -> ResponseReturnValue:
    held = signed_in()
    overview = _overview(held)
    others = [s for s in overview.sign_ins if s.purpose is Purpose.SIGN_IN]
    mine = held.session.confirmation_id
    last = sessions.before(parts(), held.session)
    asked = {s.id: s.asked_at for s in others}
    since = asked.get(last.confirmation_id or "", last.started_at) if last else 0
    half_finished = [
        s
        for s in others
        if s.asked_at >= since and s.id != mine and s.state_at(overview.now) is not State.COLLECTED
    ]
    return render_template(
        "account/home.html",
        user=_user(held),
        last_sign_in=session_row(last) if last else None,
        half_finished=[sign_in_row(s, overview.now) for s in half_finished],
        phones=len(overview.phones),
        policy=held.mode.value,
        exempt=held.session.exempt,
        exemptions=exemption_rows(overview),
    )


@blueprint.get("/my-info/security")
def security() -> ResponseReturnValue:
    return _security(signed_in(), [])


def _security(held: Held, reasons: list[str]) -> ResponseReturnValue:
    overview = _overview(held)
    strength = overview.settings.least_strength
    page = render_template(
        "account/security.html",
        user=_user(held),
        password_form=ChangePasswordForm(formdata=None),
        reasons=reasons,
        strength=strength.value if strength else None,
        phones=phone_rows(overview, push.subscribed(parts(), held.account.id)),
        sessions=session_rows(overview, held.session.id),
        browsers=browser_rows(overview, held.session.browser_id),
        sign_ins=[sign_in_row(s, overview.now, held.session) for s in overview.sign_ins],
        exemptions=exemption_rows(overview),
        notice=_notices().get(request.args.get("done", "")),
    )
    return page, 422 if reasons else 200


def _notices() -> dict[str, str]:
    return {
        "password": _("Your password is changed. Your other sessions were ended."),
        "phone": _(
            "The phone is revoked. If it was never yours, change your password now: somebody probably knows it."
        ),
        "tried": _("A test notification is on its way to the phone. It should be there within seconds."),
        "renamed": _("The phone has its new name."),
        "not_me": _(
            "What came of that sign-in is ended, and the next one is asked. Change your password now."
        ),
        "session": _("The session is ended."),
        "sessions": _("Your other sessions are ended."),
        "browser": _("The browser is forgotten."),
        "language": _("The language is saved."),
    }


def _done(what: str) -> ResponseReturnValue:
    return redirect(f"/my-info/security?done={what}", 303)


@blueprint.post("/my-info/security/password")
def change_password() -> ResponseReturnValue:
    held, form = signed_in(), ChangePasswordForm()
    if not form.validate() or form.new_password.data != form.confirm_password.data:
        return _security(held, ["mismatch"])
    try:
        passwords.change_password(
            parts(),
            held.account.id,
            form.current_password.data,
            form.new_password.data,
            session_id=held.session.id,
        )
    except WrongPassword:
        return _security(held, ["wrong_password"])
    except WeakPassword as weak:
        return _security(held, list(weak.reasons))
    return _done("password")


@blueprint.post("/my-info/phones/<device_id>/revoke")
def revoke_phone(device_id: str) -> ResponseReturnValue:
    held = signed_in()
    if (first := ask_first(held, "/my-info/security")) is not None:
        return first
    if not phones.revoke(parts(), held.account.id, device_id, why=phones.BY_OWNER):
        raise NotFound
    return _done("phone")


@blueprint.post("/my-info/phones/<device_id>/rename")
def rename_phone(device_id: str) -> ResponseReturnValue:
    if not phones.rename(parts(), signed_in().account.id, device_id, request.form.get("name", "")):
        raise NotFound
    return _done("renamed")


@blueprint.post("/my-info/phones/<device_id>/test")
def try_out_phone(device_id: str) -> ResponseReturnValue:
    if not push.try_out(parts(), signed_in().account.id, device_id):
        raise NotFound
    return _done("tried")


@blueprint.post("/my-info/sign-ins/<confirmation_id>/not-me")
def disown_sign_in(confirmation_id: str) -> ResponseReturnValue:
    disown.sign_in(parts(), signed_in().account.id, confirmation_id)
    return _disowned(True)


@blueprint.post("/my-info/sessions/<session_id>/not-me")
def disown_session(session_id: str) -> ResponseReturnValue:
    return _disowned(disown.session(parts(), signed_in().account.id, session_id))


@blueprint.post("/my-info/browsers/<browser_id>/not-me")
def disown_browser(browser_id: str) -> ResponseReturnValue:
    return _disowned(disown.browser(parts(), signed_in().account.id, browser_id))


def _disowned(found: bool) -> ResponseReturnValue:
    if not found:
        raise NotFound
    return redirect("/my-info/security?done=not_me#password", 303)


@blueprint.post("/my-info/sessions/<session_id>/end")
def end_session(session_id: str) -> ResponseReturnValue:
    if not sessions.end(parts(), signed_in().account.id, session_id):
        raise NotFound
    return _done("session")


@blueprint.post("/my-info/sessions/end-others")
def end_other_sessions() -> ResponseReturnValue:
    held = signed_in()
    sessions.end_others(parts(), held.account.id, held.session.id)
    return _done("sessions")


@blueprint.post("/my-info/browsers/<browser_id>/forget")
def forget_browser(browser_id: str) -> ResponseReturnValue:
    if not phones.forget_browser(parts(), signed_in().account.id, browser_id):
        raise NotFound
    return _done("browser")


@blueprint.post("/logout")
def leave() -> ResponseReturnValue:
    sessions.leave(parts(), signed_in().session)
    session.leave()
    return redirect("/login", 303)


def _user(held: Held) -> dict[str, object]:
    until = held.account.quiet_until
    return {
        "username": held.account.name,
        "display_name": held.account.display_name,
        "language": held.account.language,
        "signed_in_at": at(held.session.started_at),
        "quiet_until": at(until) if until is not None and quiet(until, held.now) else None,
    }
