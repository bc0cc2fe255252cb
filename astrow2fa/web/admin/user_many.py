"""System – Users: what is done to many at once: Mobile given or taken, all users written to a file."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from astrow2fa import runtime
from astrow2fa.core.directory import Search
from astrow2fa.services import directory, mobile_rights
from astrow2fa.services.helping import Refused
from astrow2fa.services.mobile_rights import EVERY_KIND, Step
from astrow2fa.web.admin import people_words as words
from astrow2fa.web.admin.blueprint import blueprint
from astrow2fa.web.admin.people_forms import USERS, list_of, search_in, status_of
from astrow2fa.web.admin.users import list_page
from astrow2fa.web.context import parts
from astrow2fa.web.fresh import ask_first, signed_in


@blueprint.post(f"{USERS}/mobile")
def change_mobile() -> ResponseReturnValue:
    """Of the ticked users, or of all that the list finds, on every page of it."""
    held, search = signed_in(), search_in(request.form.get("query", ""))
    first = ask_first(held, list_of(search))
    if first is not None:
        return first
    ids = _meant(search)
    if not ids:
        return list_page(held, search, error=words.nobody_ticked()), 422
    done = "removed" if request.form.get("what") == "remove" else "assigned"
    if done == "removed":
        steps = mobile_rights.remove(parts(), held.account.id, ids)
    else:
        kind = request.form.get("on", EVERY_KIND)
        steps = mobile_rights.assign(parts(), held.account.id, ids, kind)
    changed = untouched = 0
    for step in steps:
        if isinstance(step, Refused):
            ticked = request.form.getlist("user")
            return list_page(held, search, ticked=ticked, error=words.why(step)), status_of(step)
        changed, untouched = _added(step, changed, untouched)
        runtime.sleep(0)
    counts = {"done": done, "changed": changed, "untouched": untouched}
    address = list_of(search)
    return redirect(f"{address}{'&' if '?' in address else '?'}{urlencode(counts)}", 303)


def _added(step: Step, changed: int, untouched: int) -> tuple[int, int]:
    return changed + step.changed, untouched + step.untouched


def _meant(search: Search) -> list[int]:
    if request.form.get("scope") == "found":
        return directory.found(parts(), search)
    ticked = request.form.getlist("user")
    return [int(one) for one in ticked if one.isascii() and one.isdigit() and len(one) < 16]


@blueprint.get(f"{USERS}/export.csv")
def export_users() -> ResponseReturnValue:
    pieces = directory.export(parts(), signed_in().account.name)

    def piecemeal() -> Iterator[str]:
        for piece in pieces:
            yield piece
            runtime.sleep(0)

    headers = {"Content-Disposition": 'attachment; filename="astrow-users.csv"'}
    return Response(piecemeal(), mimetype="text/csv", headers=headers)
