"""System – Users: what the list says after something was done to many, and the link to what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext

from astrow2fa.web.admin.people_forms import USERS


@dataclass(frozen=True, slots=True)
class Done:
    """What was just done to many, and what comes next, if anything does."""

    notice: str
    label: str = ""
    address: str = ""


def done_to_many() -> Done | None:
    """From the address: numbers only."""
    done = request.args.get("done", "")
    count = {name: request.args.get(name, 0, type=int) for name in ("changed", "untouched", "created")}
    changed = ngettext("%(num)s user was changed.", "%(num)s users were changed.", count["changed"])
    if done == "imported":
        imported = _("The file is imported.")
        if not count["created"]:
            return Done(f"{imported} {changed}")
        created = ngettext("%(num)s user was created.", "%(num)s users were created.", count["created"])
        sentences = [imported, created, *([changed] if count["changed"] else [])]
        onward = _("Show those without a password, to print invitations")
        return Done(" ".join(sentences), onward, f"{USERS}?state=passwordless")
    if done not in ("assigned", "removed"):
        return None
    if count["untouched"]:
        left = ngettext(
            "%(num)s was left as it was, because it holds more than you.",
            "%(num)s were left as they were, because they hold more than you.",
            count["untouched"],
        )
        changed = f"{changed} {left}"
    if done == "removed" or not count["changed"]:
        return Done(changed)
    onward = _("Show those without a phone, to print invitations")
    return Done(changed, onward, f"{USERS}?phones=missing")
