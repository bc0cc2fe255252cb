"""System – Users: the list, a user's page, a new user."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from astrow2fa.core.directory import PAGE, Search, Wanted
from astrow2fa.core.permissions import Permission, may_act_on
from astrow2fa.core.policy import enforced
from astrow2fa.services import directory, roles, users
from astrow2fa.services.directory import Profile
from astrow2fa.services.helping import Refused
from astrow2fa.services.sessions import Held
from astrow2fa.services.settings import current
from astrow2fa.services.users import Created
from astrow2fa.web.admin import people_words as words
from astrow2fa.web.admin.blueprint import blueprint
from astrow2fa.web.admin.people_forms import (
    USERS,
    as_wanted,
    list_of,
    query_of,
    search_in,
    status_of,
    wanted_in,
)
from astrow2fa.web.admin.users_done import done_to_many
from astrow2fa.web.admin.words import source
from astrow2fa.web.context import parts
from astrow2fa.web.fresh import ask_first, draft, signed_in
from astrow2fa.web.times import at

NEW = f"{USERS}/new"


@blueprint.get(USERS, endpoint="users")
def list_users() -> ResponseReturnValue:
    held, search = signed_in(), search_in(request.query_string.decode("ascii", "replace"))
    kept = draft(held, list_of(search))
    return list_page(held, search, ticked=kept.getlist("user") if kept else [])


def list_page(
    held: Held, search: Search, *, ticked: list[str] | None = None, error: str | None = None
) -> str:
    listed = directory.listed(parts(), search)
    pages = max(1, -(-listed.total // PAGE))
    turn = {
        n: f"{USERS}?{query_of(search, page=n)}"
        for n in (search.page - 1, search.page + 1)
        if 1 <= n <= pages
    }
    return render_template(
        "admin/users/list.html",
        entries=listed.entries,
        total=listed.total,
        search=search,
        query=query_of(search),
        pages=pages,
        previous=turn.get(search.page - 1),
        following=turn.get(search.page + 1),
        sorts={name: _sorted_by(search, name) for name in ("name", "display_name", "email")},
        choices=words.filters(),
        kinds=words.kinds(),
        ticked=ticked or [],
        may_edit=Permission.EDIT_USERS in held.account.permissions,
        error=error,
        done=done_to_many(),
    )


def _sorted_by(search: Search, column: str) -> dict[str, str]:
    """The address that sorts by this column, turning it round when it is the one; and how it is sorted now."""
    now = search.order.value == column
    down = "1" if now and not search.backwards else ""
    address = f"{USERS}?{query_of(search, sort=column, down=down, page=1)}"
    order = ("descending" if search.backwards else "ascending") if now else "none"
    return {"address": address, "order": order}


@blueprint.get(NEW, endpoint="new_user")
def new_user_form() -> ResponseReturnValue:
    """`from`: a user to be duplicated; kinds, roles and permissions are taken over, names are not."""
    held = signed_in()
    kept = draft(held, NEW)
    if kept:
        return _new_page(held, wanted_in(kept), enabled="enabled" in kept)
    wanted = Wanted("", "", "", kinds=("ess",))
    original = request.args.get("from", 0, type=int)
    if original:
        like = as_wanted(_profile(held, original).account)
        wanted = Wanted("", "", "", like.kinds, like.mobile, like.roles, like.permissions)
    return _new_page(held, wanted, enabled=True)


@blueprint.post(NEW)
def create_user() -> ResponseReturnValue:
    """The first password is in the answer, and nowhere else."""
    held, wanted = signed_in(), wanted_in(request.form)
    enabled = "enabled" in request.form
    refused = users.may(parts(), held.account.id, wanted)
    if isinstance(refused, Refused) and status_of(refused) == 403:
        return _new_page(held, wanted, enabled=enabled, refused=refused), 403
    first = ask_first(held, NEW)
    if first is not None:
        return first
    made = users.create(parts(), held.account.id, wanted, enabled=enabled)
    if isinstance(made, Refused):
        return _new_page(held, wanted, enabled=enabled, refused=made), status_of(made)
    return password_page(held, made, created=True)


def _new_page(held: Held, wanted: Wanted, *, enabled: bool, refused: Refused | None = None) -> str:
    return render_template(
        "admin/users/new.html", enabled=enabled, **form_values(held, wanted, refused), seats=None
    )


def form_values(held: Held, wanted: Wanted, refused: Refused | None = None) -> dict[str, Any]:
    """What the fields of a user need. What this helper cannot give is closed."""
    mine = held.account.permissions
    every = roles.all_roles(parts())
    return {
        "wanted": wanted,
        "faults": {name: words.fault(code) for name, code in refused.faults.items()} if refused else {},
        "error": words.why(refused) if refused else None,
        "kinds": words.kinds(),
        "meanings": words.kind_meanings(),
        "roles": [(role.name, may_act_on(mine, role.permissions)) for role in every],
        "groups": [
            (title, [(name, label, may_act_on(mine, {Permission(name)})) for name, label in some])
            for title, some in words.permission_groups()
        ],
    }


def password_page(held: Held, made: Created, *, created: bool) -> str:
    return render_template(
        "admin/users/password.html",
        user=_profile(held, made.user_id).account,
        password=made.password,
        created=created,
        mail=parts().post.on,
        asks=enforced(current(parts()).two_factor),
    )


def _profile(held: Held, user_id: int) -> Profile:
    profile = directory.profile(parts(), held.account.id, user_id)
    if profile is None:
        raise NotFound
    return profile


def path_of(user_id: int) -> str:
    return f"{USERS}/{user_id}"


@blueprint.get(f"{USERS}/<int:user_id>", endpoint="user")
def show_user(user_id: int) -> ResponseReturnValue:
    held = signed_in()
    kept = draft(held, path_of(user_id))
    typed = wanted_in(kept) if kept and "name" in kept else None
    return user_page(held, user_id, typed=typed, notice=_done().get(request.args.get("done", "")))


@blueprint.post(f"{USERS}/<int:user_id>")
def edit_user(user_id: int) -> ResponseReturnValue:
    held, wanted = signed_in(), wanted_in(request.form)
    refused = users.may(parts(), held.account.id, wanted, user_id)
    if isinstance(refused, Refused) and status_of(refused) in (403, 404):
        return user_page(held, user_id, typed=wanted, refused=refused), status_of(refused)
    if users.sensitive(_profile(held, user_id).account, wanted):
        first = ask_first(held, path_of(user_id))
        if first is not None:
            return first
    changed = users.edit(parts(), held.account.id, user_id, wanted, request.form.get("seen"))
    if isinstance(changed, Refused):
        return user_page(held, user_id, typed=wanted, refused=changed), status_of(changed)
    return redirect(f"{path_of(user_id)}?done={'saved' if changed.fields else 'same'}", 303)


def user_page(
    held: Held,
    user_id: int,
    *,
    typed: Wanted | None = None,
    refused: Refused | None = None,
    notice: str | None = None,
) -> str:
    """A user with all that can be done; `typed` is what the form holds instead of what is saved."""
    profile = _profile(held, user_id)
    return render_template(
        "admin/users/user.html",
        user=profile.account,
        profile=profile,
        locked_at=at(profile.account.locked_at) if profile.account.locked_at else None,
        seen=users.seen(profile.account),
        phones=[
            {
                "id": phone.id,
                "name": phone.name,
                "platform": phone.platform,
                "storage": phone.storage,
                "source": source(phone.source),
                "paired_at": at(phone.paired_at),
                "seen_at": at(phone.seen_at),
            }
            for phone in profile.phones
        ],
        sessions=[
            {
                "id": session.id,
                "browser": session.browser,
                "os": session.os,
                "ip": session.address,
                "place": session.place,
                "started_at": at(session.started_at),
            }
            for session in profile.sessions
        ],
        notice=notice,
        mail=parts().post.on,
        **form_values(held, typed or as_wanted(profile.account), refused),
    )


def _done() -> dict[str, str]:
    return {
        "saved": _("Saved."),
        "same": _("Everything was already so; nothing was changed."),
        "mailed": _("There is a new password, and it is on its way by e-mail. Every session has ended."),
        "suspended": _("The user is suspended. Sessions and codes have ended, and no phone can answer."),
        "reactivated": _("The user can sign in again."),
        "unlocked": _("The user is unlocked."),
        "phone": _("The phone is revoked."),
        "session": _("The session is ended."),
        "sessions": _("All sessions of the user are ended."),
    }
