"""System – Licences: what is installed, what that allows, and taking in another file."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from astrow2fa.core.licence import DAY, Licence, missing
from astrow2fa.core.permissions import Permission
from astrow2fa.services import licences as services
from astrow2fa.services.licences import NotInstalled, Why
from astrow2fa.services.sessions import Held
from astrow2fa.web import session
from astrow2fa.web.admin.blueprint import blueprint
from astrow2fa.web.context import parts
from astrow2fa.web.fresh import ask_first, draft, signed_in
from astrow2fa.web.times import at

LICENCES = "/system/licences"
LONGEST_FILE = 16 * 1024


@blueprint.get(LICENCES)
def licences() -> ResponseReturnValue:
    held = signed_in()
    kept = draft(held, LICENCES) if _may_edit(held) else None
    return _page(held, text=kept.get("text", "") if kept else "")


@blueprint.post(LICENCES)
def install_licence() -> ResponseReturnValue:
    """A file, or its text pasted, which mail may have broken into lines; a file goes before a text."""
    held = signed_in()
    text = _given()
    first = ask_first(held, LICENCES, kept={"text": text or ""})
    if first is not None:
        return first
    if text is None:
        return _page(held, error=_("This file is longer than 16 KiB, and no licence is.")), 422
    if not text.strip():
        return _page(held, error=_("Choose a licence file, or paste its text.")), 422
    try:
        services.install(parts(), "".join(text.split()), actor=held.account.name)
    except NotInstalled as refused:
        return _page(held, error=_reasons()[refused.why], text=text), 422
    return redirect(f"{LICENCES}?done=installed", 303)


def _given() -> str | None:
    """What was sent; None when it is too long. Bytes that are no text make it no licence, and are not shown again."""
    file = request.files.get("file")
    raw = file.stream.read(LONGEST_FILE + 1) if file is not None else b""
    raw = raw or request.form.get("text", "").encode()
    return raw.decode("utf-8", "replace") if len(raw) <= LONGEST_FILE else None


def _reasons() -> dict[Why, str]:
    return {
        Why.UNKNOWN_ISSUER: _("It is from an issuer that is not trusted here. Was it made for this server?"),
        Why.BAD_SIGNATURE: _("Its signature does not hold: the file was changed, or is not from its issuer."),
        Why.OTHER_TYPE: _("This is a signed file of another kind, not a licence."),
        Why.MALFORMED: _("This is not a licence file, or only a part of one."),
        Why.EXPIRED: _("This licence has ended already."),
        Why.INSTALLED: _("This licence is installed already."),
    }


def _page(held: Held, *, error: str | None = None, text: str = "") -> str:
    overview = services.overview(parts())
    return render_template(
        "admin/licences.html",
        licences=[_row(one, overview.now) for one in overview.licences],
        missing=missing(overview.licences, overview.now),
        seats=overview.seats,
        enforced=overview.enforced,
        may_edit=_may_edit(held),
        error=error,
        text=text,
        notice=_("The licence is installed.") if request.args.get("done") == "installed" else None,
    )


def _may_edit(held: Held) -> bool:
    return Permission.EDIT_LICENCES in held.account.permissions


def _row(one: Licence, now: float) -> dict[str, Any]:
    lapsed = "expired" if now >= one.expires else "not_yet"
    state = "valid" if one.valid(now) else lapsed
    return {
        "id": one.id,
        "issuer": one.issuer,
        "customer": one.customer,
        "modules": [module.label for module in one.modules],
        "seats": one.seats,
        "from": at(one.not_before),
        "until": at(one.expires),
        "state": state,
        "days": math.ceil((one.expires - now) / DAY) if state == "valid" else 0,
    }


def _warnings() -> list[dict[str, Any]]:
    """What the banner says; to those only who may see licences at all."""
    held = session.held()
    if held is None or Permission.VIEW_LICENCES not in held.account.permissions:
        return []
    return [
        {
            "module": ending.module.value,
            "label": ending.module.label,
            "at": at(ending.at),
            "days": ending.days,
        }
        for ending in services.warnings(parts())
    ]


@blueprint.context_processor
def _banner() -> dict[str, Callable[[], list[dict[str, Any]]]]:
    """A function, so that nothing is read for a page that has no banner."""
    return {"licence_warnings": _warnings}
