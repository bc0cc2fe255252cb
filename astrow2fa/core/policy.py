"""Whether a sign-in is asked for a confirmation: Off, Always, Random.

Random is drawn when a sign-in succeeds, for that browser's *next* one, so that trying again changes nothing. Only a
known browser can be let through. What is owed is owed by the account: it stays owed, from whatever browser, until a
confirmation of it is collected.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MOST_UNASKED = 5
LONGEST_UNASKED_SECONDS = 7 * 86_400


class Mode(StrEnum):
    """The field *2 Factor Authentication* of tab Security."""

    OFF = "off"
    ALWAYS = "always"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Standing:
    """What Random has to know of an account and of the browser that signs in.

    `owes`: a confirmation is owed. `unasked`: sign-ins of the account in a row without one, the first of them at
    `unasked_since` (Unix seconds). `drawn`: whether this browser's next sign-in is asked; None when nothing is drawn.
    """

    owes: bool
    unasked: int
    unasked_since: int | None
    known: bool
    drawn: bool | None


def asked(mode: Mode, standing: Standing, now: float) -> bool:
    """Whether a sign-in begun now is asked. Whatever is not Off asks unless Random's every condition is met."""
    if mode is Mode.OFF:
        return False
    if mode is not Mode.RANDOM:
        return True
    too_many = standing.unasked >= MOST_UNASKED
    too_long = standing.unasked_since is not None and now >= standing.unasked_since + LONGEST_UNASKED_SECONDS
    return standing.owes or not standing.known or too_many or too_long or standing.drawn is not False


def draw(random_percent: int, dice: int) -> bool:
    """Whether the next sign-in of a browser is asked. `dice` is a whole number from 0 to 99."""
    return dice < random_percent


def enforced(mode: Mode) -> bool:
    """Whether the policy is on."""
    return mode is not Mode.OFF
