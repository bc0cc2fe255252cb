"""The fields of tab Security: defaults, ranges, and reading them from text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TypeAlias

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


RANGES = {
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


def changed(before: Settings, values: Mapping[str, Value]) -> Settings:
    """The next version, with these fields changed."""
    return replace(before, version=before.version + 1, **values)  # type: ignore[arg-type]


def differing(before: Settings, values: Mapping[str, Value]) -> dict[str, Value]:
    """Of `values`, those that `before` does not have, in the order of the tab."""
    return {name: values[name] for name in NAMES if name in values and getattr(before, name) != values[name]}


def weakened(before: Settings, values: Mapping[str, Value]) -> list[str]:
    """The fields of `values` that protect less than `before` does; each is judged by itself.

    The rows under the master switch count while it is off as well: what is made weak now would be weak later.
    """
    changes = differing(before, values)
    return [
        name for name in changes if _protection(name, values[name]) < _protection(name, getattr(before, name))
    ]


def _protection(name: str, value: Value) -> int:
    """How much a value of this field protects, to be compared with another one of the same field."""
    if name in _RISING:
        return _RISING[name].index(str(value))
    number = int(value)
    if name in _LIMITS_BUT_NEVER and number == 0:
        return -_LARGER_THAN_ALL
    return -number if name in _LIMITS else number


_RISING: dict[str, list[str]] = {
    "password_strength": [Strength.WEAK, Strength.GOOD, Strength.STRONG],
    "two_factor": [Mode.OFF, Mode.RANDOM, Mode.ALWAYS],
    "number_matching": [Matching.OFF, Matching.NEW_BROWSERS, Matching.ALWAYS],
}
_LIMITS_BUT_NEVER = ("password_expires_days", "disable_after_failed")
_LIMITS = (*_LIMITS_BUT_NEVER, "confirmation_seconds")
"""Fields of which less is safer; in the first two 0 means without a limit."""
_LARGER_THAN_ALL = 10**6


def unknown(name: str) -> ValueError:
    """For a name that no field has; the reason lists those there are."""
    return ValueError(f"There is no setting {name!r}. The settings are: {', '.join(NAMES)}.")


def parse(name: str, text: str) -> Value:
    """The value of field `name` written as `text`. Raises ValueError with a sentence for people."""
    text = text.strip()
    if name in RANGES:
        low, high = RANGES[name]
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
