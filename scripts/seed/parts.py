"""The program's parts for a past that is made up: its own clock and dice, and one password that is hashed once.

The dice are of a fixed seed, so that two runs tell the same story, and whoever knows the seed knows every token: it is
for a development database, and `opened` refuses one in use. Keys and signatures are real, and new each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from astrow2fa.app import create_app
from astrow2fa.config import Config
from astrow2fa.ports import Parts
from astrow2fa.ports.outside import Passwords
from astrow2fa.web.context import EXTENSION, Web

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class Refused(Exception):
    """It is not a place for made-up data; the message is one line."""


class PastClock:
    """Stands where the story is. Implements ports.outside.Clock."""

    def __init__(self, start: float) -> None:
        self.time = start

    def now(self) -> float:
        return self.time

    def reach(self, moment: float) -> None:
        """Time never goes back: who is late acts at once."""
        self.time = max(self.time, moment)


class Dice:
    """Implements ports.outside.Chance."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def token(self, bits: int = 256) -> str:
        return "".join(self._random.choices(URL_SAFE, k=-(-bits // 6)))

    def digits(self, count: int) -> str:
        return f"{self._random.randrange(10**count):0{count}d}"

    def code(self, letters: int) -> str:
        return "".join(self._random.choices(CROCKFORD, k=letters))

    def percent(self) -> int:
        return self._random.randrange(100)


class HashedOnce:
    """The real passwords, each of which costs its time only once. Implements ports.outside.Passwords."""

    def __init__(self, real: Passwords) -> None:
        self._real = real
        self._hashes: dict[str, str] = {}

    def hash(self, password: str) -> str:
        if password not in self._hashes:
            self._hashes[password] = self._real.hash(password)
        return self._hashes[password]

    def matches(self, password: str, stored: str | None) -> bool:
        return stored is not None and stored == self._hashes.get(password)

    def outdated(self, stored: str) -> bool:  # noqa: ARG002 (the port's name)
        return False

    def guessable(self, password: str, own_words: Sequence[str]) -> bool:
        return password not in self._hashes and self._real.guessable(password, own_words)


def opened(instance: Path, start: float, random: Random) -> tuple[Parts, PastClock]:
    """The parts over an empty database in `instance`, and the clock that they go by.

    Raises Refused when there are users already: what is made up never mixes with what is real.
    """
    clock = PastClock(start)
    config = Config.load({"ASTROW2FA_INSTANCE": str(instance)})
    web: Web = create_app(config, clock=clock, chance=Dice(random)).extensions[EXTENSION]
    parts = web.parts
    parts.store.make_ready()
    with parts.store.read() as work:
        if work.accounts.all():
            raise Refused(f"{instance} is in use; remove it, or name another: make seed INSTANCE=…")
    return replace(parts, passwords=HashedOnce(parts.passwords)), clock
