"""System – Roles: system roles to look at, own ones to make."""

from __future__ import annotations

from urllib.parse import quote

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from astrow2fa.core.permissions import Permission, held, may_act_on
from astrow2fa.services import roles as services
from astrow2fa.services.helping import Refused
from astrow2fa.services.roles import Saved
from astrow2fa.services.sessions import Held
from astrow2fa.web.admin import people_words as words
from astrow2fa.web.admin.blueprint import blueprint
from astrow2fa.web.admin.people_forms import status_of
from astrow2fa.web.context import parts
from astrow2fa.web.fresh import ask_first, draft, signed_in

ROLES = "/system/roles"
NEW = f"{ROLES}/new"


def path_of(name: str) -> str:
    return f"{ROLES}/role/{quote(name, safe='')}"


@blueprint.get(ROLES, endpoint="roles")
def list_roles() -> ResponseReturnValue:
    names = words.permissions()
    return render_template(
        "admin/roles/list.html",
        roles=[
            {
                "name": role.name,
                "own": role.own,
                "users": role.users,
                "path": path_of(role.name),
                "permissions": [names[p] for p in Permission if p in role.permissions],
                "everything": role.permissions == frozenset(Permission),
            }
            for role in services.all_roles(parts())
        ],
        may_edit=_may_edit(signed_in()),
        notice=_("The role is deleted.") if request.args.get("done") == "deleted" else None,
    )


def _may_edit(held: Held) -> bool:
    return Permission.EDIT_ROLES in held.account.permissions


@blueprint.get(NEW, endpoint="new_role")
def new_role_form() -> ResponseReturnValue:
    held = signed_in()
    kept = draft(held, NEW)
    return _form_page(held, kept.get("name", "") if kept else "", kept.getlist("permission") if kept else [])


@blueprint.post(NEW)
def create_role() -> ResponseReturnValue:
    held = signed_in()
    name, permissions = request.form.get("name", ""), request.form.getlist("permission")
    stopped = _stopped(held, permissions, NEW)
    if stopped is not None:
        return stopped
    made = services.create(parts(), held.account.id, name, permissions)
    if not isinstance(made, Saved):
        return _form_page(held, name, permissions, refused=made), status_of(made)
    return redirect(f"{path_of(made.name)}?done=saved", 303)


def _stopped(held: Held, permissions: list[str], back: str, role: str = "") -> ResponseReturnValue | None:
    """403 first, then the fresh confirmation."""
    refused = services.may(parts(), held.account.id, permissions, role)
    if isinstance(refused, Refused):
        if status_of(refused) == 404:
            raise NotFound
        if status_of(refused) == 403:
            return _form_page(
                held, request.form.get("name", role), permissions, role=role, refused=refused
            ), 403
    return ask_first(held, back)


@blueprint.get(f"{ROLES}/role/<name>", endpoint="role")
def show_role(name: str) -> ResponseReturnValue:
    held = signed_in()
    kept = draft(held, path_of(name))
    done = {"saved": _("Saved."), "same": _("Everything was already so; nothing was changed.")}
    notice = done.get(request.args.get("done", ""))
    if kept and "name" in kept:
        return _form_page(held, kept["name"], kept.getlist("permission"), role=name)
    return _form_page(held, name, None, role=name, notice=notice)


@blueprint.post(f"{ROLES}/role/<name>")
def edit_role(name: str) -> ResponseReturnValue:
    held = signed_in()
    new_name, permissions = request.form.get("name", name), request.form.getlist("permission")
    stopped = _stopped(held, permissions, path_of(name), name)
    if stopped is not None:
        return stopped
    saved = services.edit(parts(), held.account.id, name, new_name, permissions)
    if not isinstance(saved, Saved):
        return _form_page(held, new_name, permissions, role=name, refused=saved), status_of(saved)
    return redirect(f"{path_of(saved.name)}?done={'saved' if saved.changed else 'same'}", 303)


@blueprint.post(f"{ROLES}/role/<name>/delete")
def delete_role(name: str) -> ResponseReturnValue:
    held = signed_in()
    stopped = _stopped(held, [], path_of(name), name)
    if stopped is not None:
        return stopped
    deleted = services.delete(parts(), held.account.id, name)
    if not isinstance(deleted, Saved):
        return _form_page(held, name, None, role=name, refused=deleted), status_of(deleted)
    return redirect(f"{ROLES}?done=deleted", 303)


def _form_page(
    helper: Held,
    typed: str,
    permissions: list[str] | None,
    *,
    role: str = "",
    refused: Refused | None = None,
    notice: str | None = None,
) -> str:
    """The form of an own role, or what a system role gives; `role` is the name in the address, empty for a new one."""
    found = services.holders(parts(), helper.account.id, role) if role else None
    if role and found is None:
        raise NotFound
    if permissions is None:
        permissions = [p.value for p in found.role.permissions] if found else []
    given = held({Permission(name) for name in permissions if name in list(Permission)})
    mine = helper.account.permissions
    return render_template(
        "admin/roles/role.html",
        found=found,
        path=path_of(role) if role else NEW,
        typed=typed,
        given=[p.value for p in given],
        groups=[
            (title, [(name, label, may_act_on(mine, {Permission(name)})) for name, label in some])
            for title, some in words.permission_groups()
        ],
        may_edit=_may_edit(helper) and (found is None or found.editable),
        faults={name: words.fault(code) for name, code in refused.faults.items()} if refused else {},
        error=words.why(refused) if refused else None,
        notice=notice,
    )
