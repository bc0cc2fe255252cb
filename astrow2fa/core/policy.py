"""Whether a sign-in is asked for a confirmation."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """The field *2 Factor Authentication* of tab Security."""

    OFF = "off"
    ALWAYS = "always"
    RANDOM = "random"


def asked(mode: Mode) -> bool:
    """Whether a sign-in begun under `mode` is asked. Whatever is not Off asks: no mode can ask less by mistake."""
    return mode is not Mode.OFF


def enforced(mode: Mode) -> bool:
    """Whether the policy is on."""
    return mode is not Mode.OFF
