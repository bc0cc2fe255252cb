"""Who may open what. One table; what is not in it is closed, including what is added tomorrow.

An entry is an audience, or the permission that a signed-in user needs.

Asked before every request. Phones prove themselves at each call (web/mobile/api.py); sockets at their connect.
"""

from __future__ import annotations

from enum import Enum, auto
from urllib.parse import urlencode

from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from astrow2fa.core.permissions import Permission
from astrow2fa.web.session import held


class Audience(Enum):
    """To whom an endpoint is open."""

    ANYBODY = auto()
    SIGNED_IN = auto()
    SIGNED_IN_WITH_EXPIRED_PASSWORD = auto()
    PHONE = auto()


AUDIENCES: dict[str, Audience | Permission] = {
    "static": Audience.ANYBODY,
    "dev.components": Audience.ANYBODY,  # where it exists
    "health.alive": Audience.ANYBODY,
    "health.ready": Audience.ANYBODY,
    "metrics.show": Audience.ANYBODY,  # on this machine, or with the token, which the view asks for
    "language.choose": Audience.ANYBODY,
    "login.sign_in": Audience.ANYBODY,
    "login.waiting": Audience.ANYBODY,
    "login.waiting_qr": Audience.ANYBODY,
    "login.collect": Audience.ANYBODY,
    "login.cancel": Audience.ANYBODY,
    "login.exemption": Audience.ANYBODY,
    "login.expired_password": Audience.SIGNED_IN_WITH_EXPIRED_PASSWORD,
    "account.leave": Audience.SIGNED_IN_WITH_EXPIRED_PASSWORD,
    "account.home": Audience.SIGNED_IN,
    "account.security": Audience.SIGNED_IN,
    "account.change_password": Audience.SIGNED_IN,
    "account.revoke_phone": Audience.SIGNED_IN,
    "account.try_out_phone": Audience.SIGNED_IN,
    "account.rename_phone": Audience.SIGNED_IN,
    "account.disown_sign_in": Audience.SIGNED_IN,
    "account.disown_session": Audience.SIGNED_IN,
    "account.disown_browser": Audience.SIGNED_IN,
    "account.end_session": Audience.SIGNED_IN,
    "account.end_other_sessions": Audience.SIGNED_IN,
    "account.forget_browser": Audience.SIGNED_IN,
    "account.pair_phone": Audience.SIGNED_IN,
    "account.paired_since": Audience.SIGNED_IN,
    "account.confirm": Audience.SIGNED_IN,
    "admin.security_settings": Permission.VIEW_SYSTEM_SETTINGS,  # and Edit to save, which the view asks for
    "admin.security_preview": Permission.VIEW_SYSTEM_SETTINGS,
    "admin.push": Permission.VIEW_SYSTEM_SETTINGS,
    "admin.try_out_push": Permission.VIEW_SYSTEM_SETTINGS,
    "admin.revoke_phones": Permission.EDIT_SYSTEM_SETTINGS,
    "admin.invitations": Permission.EDIT_SYSTEM_SETTINGS,
    "admin.licences": Permission.VIEW_LICENCES,
    "admin.install_licence": Permission.EDIT_LICENCES,
    "admin.exempt_form": Permission.EDIT_USERS,
    "admin.exempt": Permission.EDIT_USERS,
    "admin.users": Permission.VIEW_USERS,
    "admin.user": Permission.VIEW_USERS,
    "admin.export_users": Permission.VIEW_USERS,
    "admin.new_user": Permission.EDIT_USERS,
    "admin.create_user": Permission.EDIT_USERS,
    "admin.edit_user": Permission.EDIT_USERS,
    "admin.suspend_user": Permission.EDIT_USERS,
    "admin.reactivate_user": Permission.EDIT_USERS,
    "admin.unlock_user": Permission.EDIT_USERS,
    "admin.reset_password_of": Permission.EDIT_USERS,
    "admin.issue_pairing_code": Permission.EDIT_USERS,
    "admin.issue_invitation": Permission.EDIT_USERS,
    "admin.revoke_phone_of": Permission.EDIT_USERS,
    "admin.end_session_of": Permission.EDIT_USERS,
    "admin.end_sessions_of": Permission.EDIT_USERS,
    "admin.print_sheets": Permission.EDIT_USERS,
    "admin.change_mobile": Permission.EDIT_USERS,
    "admin.choose_file": Permission.EDIT_USERS,
    "admin.read_file": Permission.EDIT_USERS,
    "admin.show_import": Permission.EDIT_USERS,
    "admin.look_at_import": Permission.EDIT_USERS,
    "admin.run_import": Permission.EDIT_USERS,
    "admin.drop_import": Permission.EDIT_USERS,
    "admin.roles": Permission.VIEW_ROLES,
    "admin.role": Permission.VIEW_ROLES,
    "admin.new_role": Permission.EDIT_ROLES,
    "admin.create_role": Permission.EDIT_ROLES,
    "admin.edit_role": Permission.EDIT_ROLES,
    "admin.delete_role": Permission.EDIT_ROLES,
    "admin.overview": Permission.VIEW_LOG,
    "admin.log": Permission.VIEW_LOG,
    "admin.export_log": Permission.VIEW_LOG,
    "admin.verify_log": Permission.VIEW_LOG,
    "admin.evidence": Permission.VIEW_LOG,
    "admin.sign_ins": Permission.VIEW_LOG,
    "admin.sign_in": Permission.VIEW_LOG,
    "admin.export_sign_ins": Permission.VIEW_LOG,
    "mobile.app": Audience.ANYBODY,
    "mobile.worker": Audience.ANYBODY,
    "mobile.manifest": Audience.ANYBODY,
    "mobile_api.pair": Audience.ANYBODY,
    "mobile_api.invitations": Audience.ANYBODY,
    "mobile_api.decide": Audience.ANYBODY,
    "mobile_api.me": Audience.PHONE,
    "mobile_api.server_keys": Audience.PHONE,
    "mobile_api.confirmations": Audience.PHONE,
    "mobile_api.seen": Audience.PHONE,
    "mobile_api.subscribe": Audience.PHONE,
    "mobile_api.unsubscribe": Audience.PHONE,
    "mobile_api.try_out": Audience.PHONE,
    "mobile_api.not_me": Audience.PHONE,
    "mobile_api.not_my_session": Audience.PHONE,
    "mobile_api.not_my_browser": Audience.PHONE,
    "mobile_api.change_password": Audience.PHONE,
    "mobile_api.unpair": Audience.PHONE,
    "mobile_api.revoke_phone": Audience.PHONE,
    "mobile_api.rename_phone": Audience.PHONE,
    "mobile_api.end_session": Audience.PHONE,
    "mobile_api.forget_browser": Audience.PHONE,
}


def install(app: Flask) -> None:
    app.before_request(_check)


def _check() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # No such address: the 404 tells nothing.
    audience = AUDIENCES.get(request.endpoint)
    if audience is None:
        raise Forbidden
    if audience in (Audience.ANYBODY, Audience.PHONE):
        return None
    found = held()
    if found is None or not found.signed_in:
        return redirect("/login?" + urlencode({"next": _target()}), 303)
    if found.password_expired and audience is not Audience.SIGNED_IN_WITH_EXPIRED_PASSWORD:
        return redirect("/login/password", 303)
    if isinstance(audience, Permission) and audience not in found.account.permissions:
        raise Forbidden
    return None


def _target() -> str:
    """Where to come back to; a form that was posted cannot be repeated, so its page is where its sender was."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"
