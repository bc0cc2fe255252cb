"""Signing in, waiting, collecting, withdrawing."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, validate_csrf
from werkzeug.exceptions import NotFound
from wtforms.validators import ValidationError

from astrow2fa.core.accounts import Session
from astrow2fa.core.confirmation import Confirmation
from astrow2fa.core.errors import Limited, WeakPassword
from astrow2fa.core.number import link
from astrow2fa.core.redirects import safe
from astrow2fa.services import collect as collecting
from astrow2fa.services import login as signing_in
from astrow2fa.services.passwords import change_password
from astrow2fa.services.phones import live_names
from astrow2fa.services.sessions import waited_for
from astrow2fa.services.settings import current
from astrow2fa.services.trace import is_reached
from astrow2fa.web import doorman, error_pages, session
from astrow2fa.web.context import client, parts
from astrow2fa.web.fresh import back_from
from astrow2fa.web.login.forms import NewPasswordForm, SignInForm
from astrow2fa.web.qr import qr_image
from astrow2fa.web.states import state_event

blueprint = Blueprint("login", __name__)


@dataclass(frozen=True, slots=True)
class WaitingView:
    """The waiting screen's context. `tries_left` after a wrong exemption code, else None."""

    state: str
    reason: str | None
    expires_in: int
    lifetime: int
    number: str | None
    phones: int
    phone_names: list[str]
    username: str
    purpose: str
    next: str
    tries_left: int | None
    reached: bool | None


@blueprint.route("/login", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    held = session.held()
    if held is not None and held.signed_in and request.method == "GET":
        return redirect("/", 303)
    form = SignInForm(data={"next": request.args.get("next", "")})
    if request.method == "GET":
        return _form(form)
    if not form.validate():
        return _form(form, _("Type your user name and your password."), 401)
    credentials = signing_in.Credentials(
        name=form.username.data,
        password=form.password.data,
        session_token=session.session_token(),
        browser_token=session.browser_token(),
        target=form.next.data or "",
    )
    try:
        result = signing_in.begin(parts(), credentials, client())
    except Limited as limited:
        return _limited(form, limited)
    match result:
        case signing_in.Refused():
            return _form(
                form, _("The user name or the password is not right, or the account is closed."), 401
            )
        case signing_in.Waiting():
            session.hold(result.session_token)
            return redirect("/login/waiting", 303)
        case signing_in.Admitted():
            session.admit(result.admission)
            return redirect(result.target, 303)


def _form(form: SignInForm, error: str | None = None, status: int = 200) -> ResponseReturnValue:
    return render_template("login/login.html", form=form, error=error, notice=None), status


def _limited(form: SignInForm, limited: Limited) -> ResponseReturnValue:
    minutes = -(-limited.retry_after // 60)
    if str(limited) == "pending":
        error = _(
            "Too many sign-ins with this name are waiting for an answer. Answer them in Astrow Mobile, "
            "or try again in %(minutes)d min.",
            minutes=minutes,
        )
    else:
        error = _("Too many tries. Wait %(minutes)d min, then try again.", minutes=minutes)
        # Who goes on is answered at the door, with a page that has no form.
        doorman.tell(limited, error_pages.page(429, seconds=limited.retry_after).get_data(as_text=True))
    page, status = render_template("login/login.html", form=form, error=error, notice=None), 429
    return page, status, {"Retry-After": str(limited.retry_after)}


@blueprint.get("/login/waiting")
def waiting() -> ResponseReturnValue:
    return waiting_screen()


@blueprint.get("/login/waiting/qr")
def waiting_qr() -> ResponseReturnValue:
    """The number of this browser's confirmation as a picture, for a phone to scan instead of typing it.

    The address is the same for everybody and the answer is kept nowhere: what it shows depends on the session alone,
    as the number on the screen does.
    """
    token = session.session_token()
    found = waited_for(parts(), token) if token else None
    number = state_event(found[1], found[2])["number"] if found is not None else None
    if found is None or not isinstance(number, str):
        raise NotFound
    image = qr_image(link(parts().public_url, found[1].id, number))
    return image, 200, {"Content-Type": "image/svg+xml"}


def waiting_screen(*, tries_left: int | None = None) -> ResponseReturnValue:
    """The screen of this browser's confirmation as it is now."""
    token = session.session_token()
    found = waited_for(parts(), token) if token else None
    if found is None:
        return redirect("/login", 303)
    asked_by, confirmation, now = found
    if asked_by.id != confirmation.session_id:
        return redirect("/", 303)  # It has been collected, by this browser.
    view = _view(
        asked_by, confirmation, state_event(confirmation, now, is_reached(parts(), confirmation)), tries_left
    )
    return render_template("login/waiting.html", view=view), 200 if tries_left is None else 422


def _view(
    asked_by: Session, confirmation: Confirmation, event: dict[str, object], tries_left: int | None
) -> WaitingView:
    return WaitingView(
        state=str(event["state"]),
        reason=str(event["reason"]) if event["reason"] else None,
        expires_in=int(str(event["expires_in"])),
        lifetime=confirmation.until - confirmation.asked_at,
        number=str(event["number"]) if event["number"] else None,
        phones=confirmation.phones,
        # A stranger with the password does not learn what phones there are.
        phone_names=live_names(parts(), confirmation.user_id) if confirmation.recognised else [],
        username=_username(asked_by),
        purpose=confirmation.purpose.value,
        next=confirmation.next,
        tries_left=tries_left,
        reached=bool(event["reached"]) if "reached" in event else None,
    )


def _username(asked_by: Session) -> str:
    held = session.held()
    return held.account.name if held is not None and held.account.id == asked_by.user_id else ""


@blueprint.post("/login/collect")
def collect() -> ResponseReturnValue:
    """A second tab posts with a token that died by the first one's collect: it is simply sent on."""
    if not _csrf_is_right():
        return redirect("/", 303)
    token = session.session_token()
    if token is None:
        return redirect("/login/waiting", 303)
    result = collecting.collect(parts(), token, session.browser_token(), client())
    match result:
        case collecting.Collected():
            session.admit(result.admission)
            return redirect("/login/password" if result.password_expired else safe(result.target), 303)
        case collecting.Already():
            return redirect("/", 303)
        case collecting.NotYet() | collecting.Nothing():
            return redirect("/login/waiting", 303)


def _csrf_is_right() -> bool:
    """True for the token of this session. False for that of its predecessor, which this session succeeded by a
    collect in another tab; anything else raises CSRFError, which is answered as 400. (The app exempts this view from
    the check before every request, which knows no predecessors.)
    """
    given = request.form.get(session.CSRF)
    held = session.held()
    try:
        validate_csrf(given)
    except ValidationError as error:
        predecessor = held.session.predecessor_hash if held is not None else None
        if predecessor is None or not session.csrf_belongs_to(given, predecessor):
            raise CSRFError(str(error)) from error
        return False
    return True


@blueprint.post("/login/cancel")
def cancel() -> ResponseReturnValue:
    token = session.session_token()
    target = collecting.cancel(parts(), token) if token else None
    return redirect(back_from(target) if target is not None else "/login", 303)


@blueprint.route("/login/password", methods=["GET", "POST"])
def expired_password() -> ResponseReturnValue:
    """An expired password is changed before anything else opens; the session has been confirmed already."""
    held = session.held()
    if held is None or not held.password_expired:
        return redirect("/", 303)
    form = NewPasswordForm()
    reasons: list[str] = []
    if request.method == "POST":
        reasons = _change(form, held.account.id, held.session.id)
        if not reasons:
            return redirect("/", 303)
    strength = current(parts()).least_strength
    page = render_template("login/password.html", form=form, reasons=reasons, strength=strength)
    return page, 422 if reasons else 200


def _change(form: NewPasswordForm, user_id: int, session_id: str) -> list[str]:
    if not form.validate() or form.new_password.data != form.confirm_password.data:
        return ["mismatch"]
    try:
        change_password(parts(), user_id, None, form.new_password.data, session_id=session_id)
    except WeakPassword as weak:
        return list(weak.reasons)
    return []
