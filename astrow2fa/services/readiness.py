"""How many users could sign in if every sign-in were asked: counted in pieces, and others are served in between."""

from __future__ import annotations

from collections.abc import Callable

from astrow2fa.ports import Parts
from astrow2fa.ports.readiness import Counts

PIECE = 500
"""Users that are counted at a time: 2 ms."""


def count(parts: Parts, unseen_since: int, pause: Callable[[], None]) -> Counts:
    """A phone not seen after `unseen_since` is a risk. `pause` lets others be served."""
    with parts.store.read() as work:
        last = work.readiness.last_user()
    counts = Counts()
    for after in range(0, last, PIECE):
        with parts.store.read() as work:
            counts += work.readiness.counts(after, after + PIECE, unseen_since)
        pause()
    return counts
