"""What `doctor` says of one thing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How it stands: in order, worth a look, or broken."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `doctor`, and what to do about it when it is not in order."""

    level: Level
    what: str
    found: str
    do: str = ""


def ok(what: str, found: str) -> Finding:
    return Finding(Level.OK, what, found)


def warn(what: str, found: str, do: str) -> Finding:
    return Finding(Level.WARN, what, found, do)


def fail(what: str, found: str, do: str) -> Finding:
    return Finding(Level.FAIL, what, found, do)
