"""The fields of tab Security in words: what they are called, their values, and what is wrong with an input."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from astrow2fa.core.accounts import Factor
from astrow2fa.core.settings import NAMES, RANGES, Value, parse


def labels() -> dict[str, str]:
    """The name of every field, in the order of the tab."""
    return {
        "use_password_policy": _("Use password policy"),
        "password_expires_days": _("Password expires after X days"),
        "password_history": _("Max. number of passwords kept in history"),
        "password_strength": _("Minimum password strength"),
        "two_factor": _("2 Factor Authentication"),
        "random_percent": _("Share of sign-ins that Random asks"),
        "number_matching": _("Number matching"),
        "confirmation_seconds": _("Time for a confirmation"),
        "disable_after_failed": _("Disable account after X failed consecutive logins"),
        "log_days": _("No. of days to keep log"),
    }


def choices() -> dict[str, dict[str, str]]:
    """What the values of the fields with choices are called."""
    return {
        "use_password_policy": {"yes": _("Yes"), "no": _("No")},
        "password_strength": {"weak": _("Weak"), "good": _("Good"), "strong": _("Strong")},
        "two_factor": {"off": _("Off"), "always": _("Always"), "random": _("Random")},
        "number_matching": {"off": _("Off"), "new_browsers": _("New browsers"), "always": _("Always")},
    }


def of_value(name: str, text: str) -> str:
    """A stored value as the form names it."""
    return choices().get(name, {}).get(text, text)


def read(typed: Mapping[str, str]) -> tuple[dict[str, Value], dict[str, str]]:
    """The values of what was typed, and for each field where it is none, what is wrong with it."""
    values: dict[str, Value] = {}
    errors: dict[str, str] = {}
    for name in (name for name in NAMES if name in typed):
        try:
            values[name] = parse(name, typed[name])
        except ValueError:
            errors[name] = _wrong(name)
    return values, errors


def _wrong(name: str) -> str:
    if name in RANGES:
        low, high = RANGES[name]
        return str(_("This has to be a whole number from %(low)d to %(high)d.", low=low, high=high))
    return str(_("Choose one of these."))


def source(text: str) -> str:
    """Who issued the code that a phone was paired with, and how its user had signed in; `text` as stored with it."""
    by, _space, rest = text.partition(" ")
    if by == "web":
        if password_only(text):
            return str(_("by its user, signed in with the password only"))
        return str(_("by its user, signed in with password and phone"))
    if by == "operator":
        return str(_("with a code from the operator"))
    if by == "helper":
        return str(_("with a code or invitation from %(name)s", name=rest))
    return text


def password_only(text: str) -> bool:
    """Whether nothing but a password stood between this pairing and a stranger."""
    by, _space, factors = text.partition(" ")
    return by == "web" and Factor.PHONE.value not in factors.split("+")
