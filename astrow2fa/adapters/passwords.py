"""Passwords: Argon2id, in real threads, because one hash inline would stop every waiting browser for its length."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ParamSpec, Protocol, TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from astrow2fa.ports.outside import Chance
from astrow2fa.runtime import large_pages

P = ParamSpec("P")
R = TypeVar("R")

# OWASP's least for Argon2id; 17 to 20 ms on the machine it was measured on.
MEMORY_KIB, ROUNDS, LANES = 19 * 1024, 2, 1

# zxcvbn refuses longer ones and takes 148 ms for 256 characters; a password that is not guessable by its first 72
# is not guessable.
LOOKED_AT = 72
GUESSES_OF_A_COMMON_ONE = 10**4


class Offload(Protocol):
    """Runs a function in a real thread while the event loop goes on."""

    def __call__(self, fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R: ...


class Argon2Passwords:
    """Implements ports.outside.Passwords."""

    def __init__(self, offload: Offload, chance: Chance) -> None:
        self._offload = offload
        self._hasher = PasswordHasher(
            time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=LANES, type=Type.ID
        )
        self._dummy = self._hasher.hash(chance.token())

    def hash(self, password: str) -> str:
        return self._offload(self._hash, password)

    def matches(self, password: str, stored: str | None) -> bool:
        right = self._offload(self._verify, password, self._dummy if stored is None else stored)
        return right and stored is not None

    def _hash(self, password: str) -> str:
        large_pages.prefer(MEMORY_KIB * 1024)
        return self._hasher.hash(password)

    def _verify(self, password: str, stored: str) -> bool:
        large_pages.prefer(MEMORY_KIB * 1024)
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    def outdated(self, stored: str) -> bool:
        return self._hasher.check_needs_rehash(stored)

    def guessable(self, password: str, own_words: Sequence[str]) -> bool:
        return self._offload(_guessable, password[:LOOKED_AT], list(own_words))


def _guessable(password: str, own_words: list[str]) -> bool:
    return int(zxcvbn(password, user_inputs=own_words)["guesses"]) < GUESSES_OF_A_COMMON_ONE
