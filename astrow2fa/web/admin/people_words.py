"""Users and roles in words: kinds, permissions, filters, what is wrong with an input, why something was refused."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from astrow2fa.core.permissions import Group, Permission
from astrow2fa.services.helping import Refused, Why


def kinds() -> dict[str, str]:
    return {"mss": "MSS", "ess": "ESS", "vt": "VT"}


def kind_meanings() -> dict[str, str]:
    return {
        "mss": _("Management Self Service"),
        "ess": _("Employee Self Service"),
        "vt": _("Virtual Terminal"),
    }


def permissions() -> dict[str, str]:
    """What each permission is called."""
    return {
        Permission.VIEW_SYSTEM_SETTINGS: _("View system settings"),
        Permission.EDIT_SYSTEM_SETTINGS: _("Edit system settings"),
        Permission.VIEW_LICENCES: _("View licences"),
        Permission.EDIT_LICENCES: _("Edit licences"),
        Permission.VIEW_USERS: _("View users"),
        Permission.EDIT_USERS: _("Edit users"),
        Permission.VIEW_ROLES: _("View roles"),
        Permission.EDIT_ROLES: _("Edit roles"),
        Permission.VIEW_LOG: _("View the log"),
        Permission.CHAT: _("Chat"),
    }


def permission_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Group, and in it each permission with what it is called."""
    names = permissions()
    titles = {Group.SYSTEM: _("System"), Group.SECURITY: _("Security"), Group.GENERAL: _("General")}
    return [(titles[group], [(p.value, names[p]) for p in Permission if p.group is group]) for group in Group]


def filters() -> dict[str, list[tuple[str, str]]]:
    """The choices of each filter of the list."""
    by_kind = []
    for kind, title in kinds().items():
        by_kind += [(kind, title), (f"{kind}+mobile", f"{title} + Mobile")]
    return {
        "state": [
            ("active", _("Active")),
            ("inactive", _("Inactive")),
            ("locked", _("Locked")),
            ("passwordless", _("Without a password")),
            ("all", _("All")),
        ],
        "kind": [
            ("any", _("All")),
            *by_kind,
            ("mobile", _("Any with Mobile")),
            ("not-mobile", _("Without Mobile")),
        ],
        "phones": [
            ("any", _("All")),
            ("some", _("With a phone")),
            ("none", _("Without a phone")),
            ("missing", _("Mobile, but no phone yet")),
        ],
        "sort": [
            ("name", _("User name")),
            ("display_name", _("Name")),
            ("email", _("E-mail")),
            ("newest", _("Newest")),
        ],
    }


def fault(code: str) -> str:
    """What is wrong with a field of a user or role, or a cell of a file."""
    sentences = {
        "empty": _("This cannot be empty."),
        "too_long": _("This is too long."),
        "unprintable": _("This holds signs that cannot be seen."),
        "signs": _("Letters, digits, spaces and - _ . & ' ( ) only."),
        "taken": _("There is one of that name already."),
        "no_address": _("This is no e-mail address."),
        "unknown": _("There is no such choice."),
        "cells": _("This line has more or fewer cells than the heading."),
        "twice": _("This user is in the file twice."),
        "yes_or_no": _("This is yes or no."),
        "unknown_role": _("There is no such role."),
        "unknown_permission": _("There is no such permission."),
        "grants_more": _("This gives a permission of System or Security that you do not hold yourself."),
        "holds_more": _("This user holds a permission of System or Security that you do not hold."),
        "yourself": _("You cannot suspend yourself."),
    }
    return str(sentences.get(code) or _("This cannot be accepted."))


def why(refused: Refused) -> str:
    """Why nothing was done, in a sentence."""
    if refused.why is Why.NO_SEAT:
        return _no_seat(refused)
    if refused.why is Why.IN_USE:
        users = refused.facts.get("users", 0)
        return str(
            ngettext(
                "%(num)s user has this role. Take it away first.",
                "%(num)s users have this role. Take it away from them first.",
                users,
            )
        )
    return str(_sentences().get(refused.why) or _("Nothing was changed."))


def _no_seat(refused: Refused) -> str:
    if not refused.facts.get("allowed"):
        return str(
            _("There is no valid licence with seats for Astrow Mobile, so nobody can be given Mobile now.")
        )
    sentence = _(
        "Your licences for Astrow Mobile have too few seats: %(needed)s needed, %(free)s free. Nobody was changed.",
        needed=refused.facts.get("needed", 0),
        free=refused.facts.get("free", 0),
    )
    return str(sentence)


def _sentences() -> dict[Why, str]:
    return {
        Why.NOT_ALLOWED: _("You do not have the permission for this any more."),
        Why.UNKNOWN: _("This is not there any more."),
        Why.HOLDS_MORE: _(
            "Somebody whom this is about holds a permission of System or Security that you do not hold yourself. "
            "Ask an administrator."
        ),
        Why.GRANTS_MORE: _(
            "You can only give permissions of System and Security that you hold yourself. Ask an administrator."
        ),
        Why.YOURSELF: _(
            "Not for yourself: your own password, phones and sessions are under My Info – Security."
        ),
        Why.SECOND_HELPER: _(
            "Within 24 hours you have already helped this user with the other half of a sign-in. Whoever gives both "
            "a password and a way past the phone could sign in as the user, so a second person has to do this."
        ),
        Why.LAST_ADMINISTRATOR: _("This is the last administrator who can sign in. Make another one first."),
        Why.NAME_TAKEN: _("There is one of that name already."),
        Why.INVALID: _("Something is not right yet."),
        Why.UNKNOWN_ROLE: _("There is no such role."),
        Why.UNKNOWN_PERMISSION: _("There is no such permission."),
        Why.STALE: _("This was changed by somebody else meanwhile. Look at it as it is now, then try again."),
        Why.NO_MOBILE: _("This user does not have the Mobile permission. Give it first."),
        Why.SUSPENDED: _("This user is suspended. Reactivate first."),
        Why.NOT_LICENSED: _("A licence for Astrow Mobile is missing."),
        Why.NO_MAIL: _("No mail server is set up here, so nothing can be sent."),
        Why.NO_ADDRESS: _("This user has no e-mail address. Give one first, or show the password instead."),
        Why.NOT_CHECKED: _("The file is not checked to its end yet."),
    }


def nobody_ticked() -> str:
    return str(_("Tick the users whom it is about, or choose all that were found."))


def no_file() -> str:
    return str(_("Choose a file."))


def unreadable(code: str, column: str) -> str:
    """Why a file of users cannot be read."""
    sentences = {
        "too_large": _("The file is larger than 4 MB."),
        "too_many": _("The file has more than 10,000 users. Import it in parts."),
        "not_utf8": _("The file is not UTF-8 text. Save it as “CSV UTF-8”."),
        "not_csv": _(
            "The file is not CSV: a quotation mark is open, or it holds signs that text does not have."
        ),
        "empty": _("The file has no users in it."),
        "no_user_name": _("The heading has no column user_name."),
        "unknown_column": _("The heading has an unknown column: %(column)s", column=column),
        "column_twice": _("The heading has a column twice: %(column)s", column=column),
    }
    return str(sentences.get(code) or _("The file cannot be read."))
