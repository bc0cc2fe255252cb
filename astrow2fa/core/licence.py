"""Licences: what is bought, and what that allows."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

DAY = 86_400
WARNED_SECONDS = 30 * DAY


class Module(StrEnum):
    """The options that 2 Factor Authentication needs, both of them."""

    ASTROW_MOBILE = "astrow_mobile"
    TWO_FACTOR = "two_factor"

    @property
    def label(self) -> str:
        """As it is called in Astrow."""
        return _TITLES[self]


_TITLES = {Module.ASTROW_MOBILE: "Astrow Mobile", Module.TWO_FACTOR: "2 Factor Authentication"}


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence file. `seats` is how many users may hold the Mobile permission, 0 any; times are Unix seconds."""

    id: str
    issuer: str
    customer: str
    modules: tuple[Module, ...]
    seats: int
    not_before: int
    expires: int

    def valid(self, now: float) -> bool:
        return self.not_before <= now < self.expires


def missing(licences: Iterable[Licence], now: float) -> list[Module]:
    """The modules that no licence valid at `now` covers."""
    covered = {module for licence in licences if licence.valid(now) for module in licence.modules}
    return [module for module in Module if module not in covered]


def seats_allowed(licences: Iterable[Licence], now: float) -> int | None:
    """How many users may hold the Mobile permission at `now`; None for any number.

    The seats of all licences that are valid and cover Astrow Mobile are added up: buying more is one more file. None
    of them valid: 0, which takes the permission from nobody who holds it.
    """
    seats = [one.seats for one in licences if one.valid(now) and Module.ASTROW_MOBILE in one.modules]
    return None if 0 in seats else sum(seats)


def covered_until(licences: Iterable[Licence], module: Module, now: float) -> int | None:
    """Until when (Unix seconds) a module is covered without a gap; in the past when it is not covered any more.

    None when it never was.
    """
    spans = sorted((one.not_before, one.expires) for one in licences if module in one.modules)
    reach: int | None = None
    for start, stop in spans:
        if start <= (now if reach is None else reach) and stop > now:
            reach = max(stop, reach or stop)
    return reach if reach is not None else max((stop for _, stop in spans if stop <= now), default=None)


@dataclass(frozen=True, slots=True)
class Ending:
    """A module whose last licence ends soon, or has ended. `days` are those begun until then, 0 when it has."""

    module: Module
    at: int
    days: int


def endings(licences: Collection[Licence], now: float) -> list[Ending]:
    """What administrators are warned of: from 30 days before a module's last licence ends, and from then on."""
    found = []
    for module in Module:
        at = covered_until(licences, module, now)
        if at is not None and now >= at - WARNED_SECONDS:
            found.append(Ending(module, at, max(0, math.ceil((at - now) / DAY))))
    return found


def may_pair(licences: Iterable[Licence], now: float, *, had_phone: bool) -> bool:
    """Whether a phone may be paired: with the Astrow Mobile licence, or as the replacement of one paired before.

    A lapsed licence closes the door to new users' phones and to nothing else: nobody who could answer stops
    being able to.
    """
    return had_phone or Module.ASTROW_MOBILE not in missing(licences, now)
