"""System – Settings – tab Security."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import Forbidden

from astrow2fa import runtime
from astrow2fa.core import settings
from astrow2fa.core.licence import Module
from astrow2fa.core.permissions import Permission
from astrow2fa.core.policy import enforced
from astrow2fa.core.settings import NAMES, Value
from astrow2fa.services import drafts, preview, sessions
from astrow2fa.services import settings as service
from astrow2fa.services.sessions import Held
from astrow2fa.services.settings import Change, Merged, Saver, Stale, Tab, Unlicensed, WouldLockOut
from astrow2fa.web import session
from astrow2fa.web.admin import words
from astrow2fa.web.admin.blueprint import blueprint
from astrow2fa.web.admin.preview import shown
from astrow2fa.web.context import client, parts
from astrow2fa.web.fresh import ask_first, draft, signed_in
from astrow2fa.web.times import at

SECURITY = "/system/settings/security"
SAVED, UNCHANGED = "saved", "unchanged"


@blueprint.route(SECURITY, methods=["GET", "POST"])
def security_settings() -> ResponseReturnValue:
    held = signed_in()
    if request.method == "POST":
        if Permission.EDIT_SYSTEM_SETTINGS not in held.account.permissions:
            raise Forbidden
        return _save(held)
    tab = service.tab(parts())
    kept = draft(held, SECURITY)
    if kept is None or "done" in kept:
        return _page(held, tab, {}, done=kept["done"] if kept else None), 200
    typed = {name: kept[name] for name in NAMES if name in kept}
    return _page(held, tab, typed, version=kept.get("version", ""), done="confirmed"), 200


def _save(held: Held) -> ResponseReturnValue:
    typed = {name: request.form[name] for name in NAMES if name in request.form}
    values, errors = words.read(typed)
    tab = service.tab(parts())
    if errors:
        return _page(held, tab, typed, version=request.form.get("version", ""), errors=errors), 422
    if settings.weakened(tab.stored, values):
        first = ask_first(held, SECURITY)
        if first is not None:
            return first
    try:
        after = _store(held, values)
    except Stale as stale:
        tab, merged = Tab(stale.stored, tab.missing), service.merge(typed, stale)
        return _page(held, tab, merged.texts, changes=stale.changes, merged=merged), 409
    except Unlicensed as refused:
        kept = {name: text for name, text in typed.items() if name != "two_factor"}
        return _page(held, tab, kept, errors={"two_factor": _lacking(refused.missing)}), 422
    except WouldLockOut:
        percent = values.get("random_percent", tab.stored.random_percent)
        looked = preview.look(parts(), held.account, lambda: runtime.sleep(0), random_percent=int(percent))
        return _page(held, tab, typed, looked=looked), 409
    if "save_and_log_out" in request.form:
        sessions.leave(parts(), held.session)
        session.leave()
        return redirect("/login", 303)
    done = SAVED if after.version != tab.stored.version else UNCHANGED
    drafts.keep(parts(), held.session.id, SECURITY, {"done": [done]})
    return redirect(SECURITY, 303)


def _store(held: Held, values: Mapping[str, Value]) -> settings.Settings:
    """Raises Stale, Unlicensed, WouldLockOut. A form without its version rests on nothing that is known: stale."""
    version = request.form.get("version", "")
    saver = Saver(held.account.name, held.session.id, client().address)
    return service.save(
        parts(),
        values,
        saver,
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
        force=request.form.get("confirm_lockout") == "yes",
    )


def _page(
    held: Held,
    tab: Tab,
    typed: Mapping[str, str],
    *,
    version: str | None = None,
    errors: Mapping[str, str] | None = None,
    changes: list[Change] | None = None,
    merged: Merged | None = None,
    looked: preview.Preview | None = None,
    done: str | None = None,
) -> str:
    """The form with what was typed, else what is stored.

    `version`: the one that the input rests on; None for the one that is stored, which is what it was compared with.
    """
    stored = {name: settings.text_of(getattr(tab.stored, name)) for name in NAMES}
    return render_template(
        "admin/security.html",
        labels=words.labels(),
        choices=words.choices(),
        ranges=settings.RANGES,
        stored=stored,
        fields={**stored, **typed},
        version=tab.stored.version if version is None else version,
        errors=errors or {},
        changes=None if merged is None else [_change(change) for change in changes or []],
        disputed=merged.disputed if merged else [],
        preview=shown(looked, held.account) if looked else None,
        missing=[module.label for module in tab.missing],
        lacking=_lacking(tab.missing) if tab.missing else "",
        asks=enforced(tab.stored.two_factor),
        may_edit=Permission.EDIT_SYSTEM_SETTINGS in held.account.permissions,
        done=done,
    )


def _lacking(missing: list[Module]) -> str:
    titles = ", ".join(module.label for module in missing)
    return str(_("Always and Random need a licence that is missing: %(titles)s.", titles=titles))


def _change(change: Change) -> dict[str, Any]:
    return {
        "name": change.name,
        "before": words.of_value(change.name, change.before),
        "after": words.of_value(change.name, change.after),
        "actor": change.actor,
        "at": at(int(change.at)),
    }
