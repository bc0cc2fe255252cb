"""System – Users – one user – Exempt: a one-time code for somebody who cannot confirm."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from astrow2fa.core.accounts import Account
from astrow2fa.services import exemptions
from astrow2fa.services.exemptions import Issued, NoReason
from astrow2fa.services.helping import FORBIDDEN, Refused
from astrow2fa.services.sessions import Held
from astrow2fa.web.admin import people_words as words
from astrow2fa.web.admin.blueprint import blueprint
from astrow2fa.web.context import parts
from astrow2fa.web.fresh import ask_first, draft, signed_in
from astrow2fa.web.times import at


@blueprint.get("/system/users/<int:user_id>/exempt")
def exempt_form(user_id: int) -> ResponseReturnValue:
    held = signed_in()
    account = _target(held, user_id)
    first = ask_first(held, _path(user_id))
    if first is not None:
        return first
    kept = draft(held, _path(user_id))
    return _page(account, reason=kept.get("reason", "") if kept else "")


@blueprint.post("/system/users/<int:user_id>/exempt")
def exempt(user_id: int) -> ResponseReturnValue:
    """The code is in the answer to the form, and nowhere else: a page that is read again has none."""
    held = signed_in()
    account = _target(held, user_id)
    first = ask_first(held, _path(user_id))
    if first is not None:
        return first
    reason = request.form.get("reason", "")
    try:
        issued = exemptions.hand_out(parts(), held.account.id, user_id, reason)
    except NoReason:
        error = _("Say why, in at most %(most)d characters.", most=exemptions.LONGEST_REASON)
        return _page(account, reason=reason, error=error), 422
    if isinstance(issued, Refused):
        status = 403 if issued.why in FORBIDDEN else 422
        return _page(account, reason=reason, error=words.why(issued)), status
    return _page(account, issued=issued)


def _target(held: Held, user_id: int) -> Account:
    """Raises NotFound; NotPermitted, which is answered as 403, for oneself and for a user who guards more."""
    account = exemptions.target_of(parts(), held.account, user_id)
    if account is None:
        raise NotFound
    return account


def _path(user_id: int) -> str:
    return f"/system/users/{user_id}/exempt"


def _page(
    account: Account, *, reason: str = "", error: str | None = None, issued: Issued | None = None
) -> str:
    return render_template(
        "admin/exempt.html",
        user=account,
        reason=reason,
        longest=exemptions.LONGEST_REASON,
        error=error,
        code=issued.code if issued else None,
        until=at(issued.expires_at) if issued else None,
    )
