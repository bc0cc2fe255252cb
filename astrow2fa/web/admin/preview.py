"""Who could sign in under Always or Random: the preview as a page of its own, revoking phones, the invitation sheet."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import Forbidden

from astrow2fa import runtime
from astrow2fa.core.accounts import Account
from astrow2fa.core.permissions import Permission
from astrow2fa.ports.readiness import HeldPhone
from astrow2fa.services import drafts, preview
from astrow2fa.services.helping import Refused, Why
from astrow2fa.services.preview import Preview
from astrow2fa.services.sessions import Held
from astrow2fa.web.admin import words
from astrow2fa.web.admin.blueprint import blueprint
from astrow2fa.web.admin.sheets import sheets_page
from astrow2fa.web.context import parts
from astrow2fa.web.fresh import ask_first, draft, signed_in
from astrow2fa.web.times import at

PREVIEW = "/system/settings/security/preview"


@blueprint.get(PREVIEW)
def security_preview() -> ResponseReturnValue:
    held = signed_in()
    kept = draft(held, PREVIEW)
    ticked = kept.getlist("phone") if kept else []
    done = kept.get("done") if kept else None
    return _page(held, ticked=ticked, revoked=int(done) if done is not None else None)


@blueprint.post("/system/settings/security/revoke-phones")
def revoke_phones() -> ResponseReturnValue:
    held = _may_manage()
    first = ask_first(held, PREVIEW)
    if first is not None:
        return first
    ticked = request.form.getlist("phone")
    if not ticked:
        return _page(held, error=_("Tick the phones that are to be revoked.")), 422
    revoked = preview.revoke(parts(), held.account, ticked)
    drafts.keep(parts(), held.session.id, PREVIEW, {"done": [str(revoked)]})
    return redirect(PREVIEW, 303)


@blueprint.post("/system/settings/security/invitations")
def invitations() -> ResponseReturnValue:
    held = _may_manage()
    first = ask_first(held, PREVIEW)
    if first is not None:
        return first
    sheet = preview.invite(parts(), held.account, request.form.get("after", ""))
    refused = [one.refused for one in sheet.sheets if one.refused is not None]
    if len(refused) == len(sheet.sheets) and any(one.why is Why.NOT_LICENSED for one in refused):
        error = _("A licence for Astrow Mobile is missing, so no phone can be paired by an invitation.")
        return _page(held, error=error), 422
    return sheets_page(sheet.sheets, _why_not, back=PREVIEW, next_after=sheet.next_after)


def _why_not(refused: Refused) -> str:
    reasons = {
        Why.YOURSELF: _("pair your own phone at My Info – Security"),
        Why.HOLDS_MORE: _("may do more than you, so somebody else has to"),
        Why.SECOND_HELPER: _("you set a password within 24 hours, so somebody else has to"),
        Why.NOT_LICENSED: _("a licence for Astrow Mobile is missing"),
    }
    return str(reasons.get(refused.why) or _("cannot be invited now"))


def _may_manage() -> Held:
    """Revoking other users' phones and inviting them takes the permission to edit users as well."""
    held = signed_in()
    if Permission.EDIT_USERS not in held.account.permissions:
        raise Forbidden
    return held


def _page(
    held: Held, *, ticked: list[str] | None = None, revoked: int | None = None, error: str | None = None
) -> str:
    page = request.args.get("page", "1")
    looked = preview.look(
        parts(),
        held.account,
        lambda: runtime.sleep(0),
        page=int(page) if page.isdecimal() and len(page) < 6 else 1,
    )
    return render_template(
        "admin/preview.html",
        preview=shown(looked, held.account),
        ticked=ticked or [],
        revoked=revoked,
        error=error,
    )


def shown(looked: Preview, account: Account) -> dict[str, Any]:
    """What the templates need of a preview."""
    own = next((one for one in looked.locked_out if one.user_id == account.id), None)
    return {
        "counts": looked.counts,
        "own": own,
        "locked_out": looked.locked_out,
        "more_locked_out": looked.counts.locked_out - len(looked.locked_out),
        "at_risk": [
            {"user": one, "phones": [_phone(phone) for phone in one.phones]} for one in looked.at_risk
        ],
        "more_at_risk": looked.counts.at_risk - len(looked.at_risk),
        "phones": [_phone(phone) for phone in looked.phones],
        "page": looked.page,
        "pages": looked.pages,
        "dry_run": looked.dry_run,
        "user_id": account.id,
        "may_manage": {Permission.EDIT_USERS, Permission.EDIT_SYSTEM_SETTINGS} <= account.permissions,
    }


def _phone(phone: HeldPhone) -> dict[str, Any]:
    return {
        "id": phone.id,
        "user_id": phone.user_id,
        "user_name": phone.user_name,
        "display_name": phone.display_name,
        "name": phone.name,
        "platform": phone.platform,
        "source": words.source(phone.source),
        "password_only": words.password_only(phone.source),
        "paired_at": at(phone.paired_at),
        "seen_at": at(phone.seen_at),
        "unseen": phone.unseen,
        "unanswered": phone.unanswered,
        "best_effort": phone.best_effort,
    }
