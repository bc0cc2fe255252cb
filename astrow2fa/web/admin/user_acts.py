"""System – Users: what is done to one user with a button, and what is handed out to users."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from astrow2fa.services import help_desk, users
from astrow2fa.services.help_desk import Handed, Sheet
from astrow2fa.services.helping import Refused
from astrow2fa.services.pairing import pairing_link
from astrow2fa.services.sessions import Held
from astrow2fa.services.users import Created
from astrow2fa.web.admin import people_words as words
from astrow2fa.web.admin.blueprint import blueprint
from astrow2fa.web.admin.people_forms import USERS, list_of, search_in, status_of
from astrow2fa.web.admin.sheets import sheets_page
from astrow2fa.web.admin.users import list_page, password_page, path_of, user_page
from astrow2fa.web.context import parts
from astrow2fa.web.fresh import ask_first, signed_in
from astrow2fa.web.qr import qr_svg
from astrow2fa.web.times import at


def _refused(held: Held, user_id: int, refused: Refused) -> ResponseReturnValue:
    """The user's page with the reason on it; 404 when there is no such user."""
    return user_page(held, user_id, refused=refused), status_of(refused)


def _button(user_id: int, done: str, verb: Callable[[Held], object], *, fresh: bool) -> ResponseReturnValue:
    """403 first, then the fresh confirmation, then the verb."""
    held = signed_in()
    stopped = _stopped(held, user_id, fresh=fresh)
    if stopped is not None:
        return stopped
    result = verb(held)
    if isinstance(result, Refused):
        return _refused(held, user_id, result)
    return redirect(f"{path_of(user_id)}?done={done}", 303)


def _stopped(held: Held, user_id: int, *, fresh: bool) -> ResponseReturnValue | None:
    refused = users.may(parts(), held.account.id, None, user_id)
    if isinstance(refused, Refused):
        return _refused(held, user_id, refused)
    return ask_first(held, path_of(user_id)) if fresh else None


@blueprint.post(f"{USERS}/<int:user_id>/suspend")
def suspend_user(user_id: int) -> ResponseReturnValue:
    return _button(
        user_id, "suspended", lambda held: users.suspend(parts(), held.account.id, user_id), fresh=False
    )


@blueprint.post(f"{USERS}/<int:user_id>/reactivate")
def reactivate_user(user_id: int) -> ResponseReturnValue:
    return _button(
        user_id, "reactivated", lambda held: users.reactivate(parts(), held.account.id, user_id), fresh=False
    )


@blueprint.post(f"{USERS}/<int:user_id>/unlock")
def unlock_user(user_id: int) -> ResponseReturnValue:
    return _button(
        user_id, "unlocked", lambda held: users.unlock(parts(), held.account.id, user_id), fresh=False
    )


@blueprint.post(f"{USERS}/<int:user_id>/phones/<device_id>/revoke")
def revoke_phone_of(user_id: int, device_id: str) -> ResponseReturnValue:
    return _button(
        user_id,
        "phone",
        lambda held: help_desk.revoke_phone(parts(), held.account.id, user_id, device_id),
        fresh=True,
    )


@blueprint.post(f"{USERS}/<int:user_id>/sessions/<session_id>/end")
def end_session_of(user_id: int, session_id: str) -> ResponseReturnValue:
    return _button(
        user_id,
        "session",
        lambda held: help_desk.end_session(parts(), held.account.id, user_id, session_id),
        fresh=False,
    )


@blueprint.post(f"{USERS}/<int:user_id>/sessions/end")
def end_sessions_of(user_id: int) -> ResponseReturnValue:
    return _button(
        user_id,
        "sessions",
        lambda held: help_desk.end_sessions(parts(), held.account.id, user_id),
        fresh=False,
    )


@blueprint.post(f"{USERS}/<int:user_id>/reset-password")
def reset_password_of(user_id: int) -> ResponseReturnValue:
    """The new password is in the answer and nowhere else; or, `by` mail, in a letter and not in the answer."""
    held = signed_in()
    stopped = _stopped(held, user_id, fresh=True)
    if stopped is not None:
        return stopped
    by_mail = request.form.get("by") == "mail"
    reset = users.reset_password(parts(), held.account.id, user_id, by_mail=by_mail)
    if isinstance(reset, Refused):
        return _refused(held, user_id, reset)
    if reset.password is None:
        return redirect(f"{path_of(user_id)}?done=mailed", 303)
    return password_page(held, Created(user_id, reset.password), created=False)


@blueprint.post(f"{USERS}/<int:user_id>/pairing-code")
def issue_pairing_code(user_id: int) -> ResponseReturnValue:
    held = signed_in()
    stopped = _stopped(held, user_id, fresh=True)
    if stopped is not None:
        return stopped
    handed = help_desk.issue_code(parts(), held.account.id, user_id)
    if not isinstance(handed, Handed):
        return _refused(held, user_id, handed)
    link = pairing_link(parts(), handed.issued.link)
    return render_template(
        "admin/users/code.html",
        user=handed.account,
        code=handed.issued.typed,
        link=link,
        qr_svg=qr_svg(link),
        until=at(handed.issued.expires_at),
    )


@blueprint.post(f"{USERS}/<int:user_id>/invitation")
def issue_invitation(user_id: int) -> ResponseReturnValue:
    held = signed_in()
    stopped = _stopped(held, user_id, fresh=True)
    if stopped is not None:
        return stopped
    handed = help_desk.invite(parts(), held.account.id, user_id)
    if not isinstance(handed, Handed):
        return _refused(held, user_id, handed)
    return sheets_page([Sheet(handed.account, None, handed.issued)], words.why, back=path_of(user_id))


@blueprint.post(f"{USERS}/sheets")
def print_sheets() -> ResponseReturnValue:
    """For the ticked users: an invitation each, and a first password for those who never had one."""
    held, search = signed_in(), search_in(request.form.get("query", ""))
    first = ask_first(held, list_of(search))
    if first is not None:
        return first
    ids = [
        int(one) for one in request.form.getlist("user") if one.isascii() and one.isdigit() and len(one) < 16
    ]
    if not ids:
        return list_page(held, search, error=words.nobody_ticked()), 422
    return sheets_page(help_desk.sheets(parts(), held.account.id, ids), words.why, back=list_of(search))
