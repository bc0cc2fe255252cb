"""The gate before sensitive actions: a fresh confirmation, and nothing lost on the way to it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from astrow2fa.core.confirmation import Purpose
from astrow2fa.core.redirects import safe
from astrow2fa.services import drafts, fresh, phones
from astrow2fa.services.sessions import Held
from astrow2fa.web import session
from astrow2fa.web.context import parts

CONFIRM = "/my-info/confirm"
NEVER_KEPT = ("csrf_token", "password", "current_password", "new_password", "confirm_password", "code")


def need(held: Held, purpose: Purpose) -> fresh.Need:
    """What this session still has to show."""
    return fresh.needed(held, phones.guarding(parts(), held.account.id), purpose)


def ask_first(
    held: Held,
    back_to: str,
    *,
    purpose: Purpose = Purpose.CONFIRM,
    kept: Mapping[str, str] | None = None,
) -> ResponseReturnValue | None:
    """None when the session is fresh; else the way to a confirmation, which leads back to the page `back_to`.

    What was posted is kept (but for secrets) and put into that page's form by `draft`; `kept` are fields that came
    in another way, such as the content of a file. Checked after the
    permission, and before anything of the form is looked at.
    """
    if need(held, purpose) is fresh.Need.NOTHING:
        return None
    if request.method == "POST":
        fields = {name: request.form.getlist(name) for name in request.form if name not in NEVER_KEPT}
        fields |= {name: [value] for name, value in (kept or {}).items()}
        drafts.keep(parts(), held.session.id, back_to, fields)
    return redirect(f"{CONFIRM}?{urlencode({'next': back_to})}", 303)


def back_from(target: str) -> str:
    """Where somebody goes who had rather not be asked: to the page it was about, its form as it was typed.

    The page above it, where that page opens only to a fresh session: it would ask again at once.
    """
    path = target.partition("?")[0]
    if path.startswith("/my-info/"):
        return "/my-info/security"
    return path.rpartition("/")[0] if path.endswith(("/exempt", "/import")) else safe(target)


def draft(held: Held, path: str) -> MultiDict[str, str] | None:
    """What had been typed into the form of this page before the confirmation, for its form to be filled with."""
    kept = drafts.take(parts(), held.session.id, path)
    return MultiDict((name, value) for name, values in kept.items() for value in values) if kept else None


def signed_in() -> Held:
    """The user of this request. The guard has let nobody else through."""
    held = session.held()
    if held is None:
        raise RuntimeError("a view for signed-in users was reached by nobody")
    return held
