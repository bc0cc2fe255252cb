"""The log in words: what each tag means, in groups, and what is worth telling of its details."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from astrow2fa.core.facts import Tag
from astrow2fa.core.languages import LANGUAGES
from astrow2fa.web.admin import fault_words, words
from astrow2fa.web.admin.sign_in_words import policies, reason


def groups() -> dict[str, tuple[str, dict[Tag, str]]]:
    """Every tag in words, in groups: key → title, and the group's tags."""
    return {
        "sign_ins": (_("Signing in"), _sign_ins()),
        "confirmations": (_("Confirmations"), _confirmations()),
        "phones": (_("Phones"), _phones()),
        "passwords": (_("Passwords and exemptions"), _passwords()),
        "users": (_("Users and roles"), _users()),
        "system": (_("System"), _system()),
    }


def _sign_ins() -> dict[Tag, str]:
    return {
        Tag.SIGNED_IN: _("Signed in"),
        Tag.SIGNED_OUT: _("Signed out"),
        Tag.SESSION_ENDED: _("Session ended by somebody else"),
        Tag.PASSWORD_ACCEPTED: _("Password was right"),
        Tag.PASSWORD_REFUSED: _("Password was refused"),
        Tag.ACCOUNT_LOCKED: _("User locked after too many wrong passwords"),
        Tag.FRESH: _("Confirmed anew for something sensitive"),
        Tag.BROWSERS_UNKNOWN: _("All browsers of the user made unknown"),
        Tag.BROWSER_RECOGNISED: _("Browser recognised from now on"),
        Tag.BROWSER_UNRECOGNISED: _("Browser no longer recognised"),
        Tag.BROWSER_REUSED: _("Browser revoked: an old cookie of it was used again"),
    }


def _confirmations() -> dict[Tag, str]:
    return {
        Tag.CONFIRMATION_ASKED: _("Confirmation asked"),
        Tag.CONFIRMATION_REPEATED: _("Number became required, because several sign-ins waited"),
        Tag.CONFIRMATION_APPROVED: _("OK on the phone"),
        Tag.CONFIRMATION_DENIED: _("Refused on the phone"),
        Tag.CONFIRMATION_EXPIRED: _("Not answered in time"),
        Tag.CONFIRMATION_CANCELLED: _("Confirmation withdrawn"),
        Tag.CONFIRMATION_COLLECTED: _("Browser took its approved confirmation"),
        Tag.NOT_ME: _("“This was not me”"),
        Tag.ANSWER_REFUSED: _("Answer that did not count"),
        Tag.NOTIFICATIONS_SILENCED: _("Phones made quiet after sign-ins of strangers"),
        Tag.NOTIFICATIONS_RESUMED: _("Phones no longer quiet"),
    }


def _phones() -> dict[Tag, str]:
    return {
        Tag.PHONE_PAIRED: _("Phone paired"),
        Tag.PHONE_REVOKED: _("Phone revoked"),
        Tag.PHONE_RENAMED: _("Phone renamed"),
        Tag.CODE_ISSUED: _("Pairing code issued"),
        Tag.CODE_REFUSED: _("Pairing code refused"),
        Tag.INVITATION_USED: _("Invitation used"),
        Tag.PUSH_SUBSCRIBED: _("Phone can be woken by notifications"),
        Tag.PUSH_UNSUBSCRIBED: _("Phone no longer wants notifications"),
        Tag.PUSH_GONE: _("Notifications no longer reach the phone"),
    }


def _passwords() -> dict[Tag, str]:
    return {
        Tag.PASSWORD_CHANGED: _("Password changed"),
        Tag.PASSWORD_CHANGE_REFUSED: _("Password change refused"),
        Tag.EXEMPTION_ISSUED: _("Exemption issued"),
        Tag.EXEMPTION_USED: _("Exemption used"),
        Tag.EXEMPTION_REFUSED: _("Wrong exemption code"),
    }


def _users() -> dict[Tag, str]:
    return {
        Tag.ACCOUNT_CREATED: _("User created"),
        Tag.ACCOUNT_CHANGED: _("User changed"),
        Tag.ACCOUNT_ENABLED: _("User reactivated"),
        Tag.ACCOUNT_DISABLED: _("User suspended"),
        Tag.ACCOUNT_UNLOCKED: _("User unlocked"),
        Tag.LANGUAGE_CHOSEN: _("Language chosen"),
        Tag.ROLE_CREATED: _("Role created"),
        Tag.ROLE_CHANGED: _("Role changed"),
        Tag.ROLE_DELETED: _("Role deleted"),
        Tag.USERS_IMPORTED: _("Users imported"),
        Tag.USERS_EXPORTED: _("Users exported"),
        Tag.SIGN_INS_EXPORTED: _("Sign-ins exported"),
    }


def _system() -> dict[Tag, str]:
    return {
        Tag.SETTING_CHANGED: _("Setting changed"),
        Tag.LICENCE_INSTALLED: _("Licence installed"),
        Tag.LICENCE_ISSUED: _("Licence issued"),
        Tag.DEMO_CREATED: _("Demo set up"),
        Tag.KEY_ROTATED: _("Key of the server followed by a new one"),
        Tag.KEY_DROPPED: _("Old key of the server dropped"),
        Tag.KEYS_SEALED_ANEW: _("Keys sealed under the new secret key"),
        Tag.LETTER_SENT: _("E-mail sent"),
        Tag.LETTER_FAILED: _("E-mail could not be sent"),
        Tag.LOG_VERIFIED: _("Log verified: it holds"),
        Tag.LOG_FAULT_FOUND: _("Log verified: it does not hold"),
        Tag.LOG_PRUNED: _("Old rows of the log removed"),
        Tag.LOG_EXPORTED: _("Log exported"),
        Tag.EVIDENCE_SHOWN: _("Evidence of a confirmation looked at"),
        Tag.FOREIGN: _("Something of a newer version"),
    }


def of_tag(tag: str) -> str:
    """What a row of the log says happened; the tag itself when it is of a newer version."""
    found = {name: text for _title, tags in groups().values() for name, text in tags.items()}
    return str(found.get(Tag(tag), tag)) if Tag(tag) is not Tag.FOREIGN else tag


_BAD = (
    Tag.PASSWORD_REFUSED, Tag.ACCOUNT_LOCKED, Tag.BROWSER_REUSED, Tag.CONFIRMATION_DENIED, Tag.NOT_ME,
    Tag.ANSWER_REFUSED, Tag.CODE_REFUSED, Tag.PASSWORD_CHANGE_REFUSED, Tag.EXEMPTION_REFUSED,
    Tag.LETTER_FAILED, Tag.LOG_FAULT_FOUND,
)  # fmt: skip
_GOOD = (Tag.SIGNED_IN, Tag.CONFIRMATION_APPROVED, Tag.CONFIRMATION_COLLECTED, Tag.LOG_VERIFIED)


def tone(tag: str) -> str:
    """How a row is marked: something refused, something that went well, or neither."""
    return "tag-danger" if Tag(tag) in _BAD else "tag-ok" if Tag(tag) in _GOOD else ""


def details(found: Mapping[str, object]) -> str:
    """What else a row holds, on one line."""
    left = (*fault_words.PLACE, "why") if "fault" in found else ()
    told = [text for name, value in found.items() if name not in left and (text := _detail(name, value))]
    return " · ".join([*told, *([fault_words.of_log(found)] if left else [])])


def _detail(name: str, value: object) -> str:
    if value is None or value == "" or value == [] or name in ("from", "to"):
        return ""
    if name == "reason":
        return reason(str(value))
    if name == "name" and value in (settings := words.labels()):
        return str(_("setting: %(name)s", name=settings[str(value)]))
    if name == "rows" and isinstance(value, int):
        return str(ngettext("%(num)s row", "%(num)s rows", value))
    label = words.labels().get(name) or _labels().get(name)
    return f"{label}: {_text(name, value)}" if label else f"{name}: {_text(name, value)}"


def _labels() -> dict[str, str]:
    return {
        "amr": _("by"),
        "why": _("why"),
        "purpose": _("for"),
        "number_required": _("number required"),
        "known": _("known browser"),
        "phones": _("phones asked"),
        "count": _("how many"),
        "before": _("before"),
        "after": _("after"),
        "field": _("field"),
        "source": _("code"),
        "storage": _("storage"),
        "sessions_ended": _("sessions ended"),
        "confirmations_withdrawn": _("confirmations withdrawn"),
        "refused": _("refused"),
        "chains": _("chains"),
        "confirmation": _("confirmation"),
        "policy": _("policy"),
        "tries": _("tries"),
        "modules": _("modules"),
        "users": _("users"),
        "customer": _("customer"),
        "seats": _("seats"),
        "language": _("language"),
        "quiet": _("rings nowhere"),
        "display_name": _("display name"),
        "email": _("e-mail"),
        "enabled": _("may sign in"),
        "kinds": _("kinds"),
        "mobile": _("Mobile"),
        "roles": _("roles"),
        "permissions": _("permissions"),
        "locked_at": _("locked"),
    }


def _values() -> dict[str, Mapping[str, str]]:
    return {
        "policy": policies(),
        "purpose": {
            "sign_in": _("signing in"),
            "confirm": _("a protected change"),
            "pair": _("one more phone"),
        },
        "storage": {"persisted": _("safe"), "best-effort": _("at risk")},
        "language": {"": _("as the browser asks"), **LANGUAGES},
    }


def _text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if (
        name in ("before", "since", "until", "expires", "expires_at", "locked_at")
        and isinstance(value, int | float)
        and value > 10**9
    ):
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d %H:%M UTC")
    if isinstance(value, Mapping):
        labels = {"name": _("user name"), **_labels()}
        told = [
            f"{labels.get(key, key)} {_text(key, one)}"
            for key, one in value.items()
            if one not in (None, "", [])
        ]
        return "; ".join(told) or "–"
    if name == "amr" and isinstance(value, list):
        factors = {"pwd": _("password"), "phone": _("phone"), "exempt": _("one-time code of an exemption")}
        return ", ".join(str(factors.get(one, one)) for one in value)
    if isinstance(value, str) and value in (named := _values().get(name, {})):
        return str(named[value])
    if isinstance(value, list):
        return ", ".join(_text("", one) for one in value)
    return str(value)
