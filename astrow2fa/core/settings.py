"""The fields of tab Security: defaults, ranges, and reading them from text."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, TypeAlias

from astrow2fa.core.number import Matching
from astrow2fa.core.password import Strength
from astrow2fa.core.policy import Mode


@dataclass(frozen=True, slots=True)
class Settings:
    """One saved state of the tab; `version` grows with every save."""

    version: int = 1
    use_password_policy: bool = False
    password_expires_days: int = 0
    password_history: int = 0
    password_strength: Strength = Strength.GOOD
    two_factor: Mode = Mode.OFF
    random_percent: int = 50
    number_matching: Matching = Matching.NEW_BROWSERS
    confirmation_seconds: int = 120
    disable_after_failed: int = 4
    log_days: int = 30

    @property
    def least_strength(self) -> Strength | None:
        """The strength a new password needs now; None while no password policy is used."""
        return self.password_strength if self.use_password_policy else None

    @property
    def expires_days(self) -> int:
        return self.password_expires_days if self.use_password_policy else 0

    @property
    def history(self) -> int:
        return self.password_history if self.use_password_policy else 0


_RANGES = {
    "password_expires_days": (0, 3650),
    "password_history": (0, 50),
    "random_percent": (10, 90),
    "confirmation_seconds": (30, 600),
    "disable_after_failed": (0, 100),
    "log_days": (7, 365),
}
_CHOICES: dict[str, type[Strength] | type[Mode] | type[Matching]] = {
    "password_strength": Strength,
    "two_factor": Mode,
    "number_matching": Matching,
}

NAMES = tuple(field.name for field in fields(Settings) if field.name != "version")


Value: TypeAlias = bool | int | Strength | Mode | Matching


def changed(before: Settings, name: str, value: Value) -> Settings:
    """The next version, with one field changed."""
    fields_now: dict[str, Any] = {name: value, "version": before.version + 1}
    return replace(before, **fields_now)


def unknown(name: str) -> ValueError:
    """For a name that no field has; the reason lists those there are."""
    return ValueError(f"There is no setting {name!r}. The settings are: {', '.join(NAMES)}.")


def parse(name: str, text: str) -> Value:
    """The value of field `name` written as `text`. Raises ValueError with a sentence for people."""
    text = text.strip()
    if name in _RANGES:
        low, high = _RANGES[name]
        if not (text.isascii() and text.isdigit() and len(text) <= 6 and low <= int(text) <= high):
            raise ValueError(f"{name} is a whole number from {low} to {high}.")
        return int(text)
    if name in _CHOICES:
        choices = _CHOICES[name]
        if text not in list(choices):
            raise ValueError(f"{name} is one of: {', '.join(choices)}.")
        return choices(text)
    if name == "use_password_policy":
        if text not in ("yes", "no"):
            raise ValueError(f"{name} is yes or no.")
        return text == "yes"
    raise unknown(name)


def text_of(value: object) -> str:
    """The value as `parse` reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
