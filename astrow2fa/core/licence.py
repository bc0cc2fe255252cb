"""Licences: what is bought, and what that allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


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


def may_pair(licences: Iterable[Licence], now: float, *, had_phone: bool) -> bool:
    """Whether a phone may be paired: with the Astrow Mobile licence, or as the replacement of one paired before.

    A lapsed licence closes the door to new users' phones and to nothing else: nobody who could answer stops
    being able to.
    """
    return had_phone or Module.ASTROW_MOBILE not in missing(licences, now)
