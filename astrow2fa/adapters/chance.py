"""The dice: the operating system's generator, and nothing else."""

from __future__ import annotations

import secrets

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class SystemChance:
    """Implements ports.outside.Chance."""

    def token(self, bits: int = 256) -> str:
        return secrets.token_urlsafe(bits // 8)

    def digits(self, count: int) -> str:
        return f"{secrets.randbelow(10**count):0{count}d}"

    def code(self, letters: int) -> str:
        return "".join(secrets.choice(CROCKFORD) for _ in range(letters))

    def percent(self) -> int:
        return secrets.randbelow(100)
