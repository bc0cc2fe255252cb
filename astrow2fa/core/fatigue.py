"""When an account's phones are spared: notification bombing, until somebody presses OK (Uber, 2022).

Every confirmation from a browser that is not recognised, that reached a phone and ended otherwise than collected,
counts: refused, expired, withdrawn alike. Three within ten minutes make notifications about such browsers *quiet*
for half an hour: the opened app still lists what is asked, nothing rings (NIST SP 800-63B-4 §3.1.3.2, ASVS 5.0
6.6.4). Recognised browsers are never quiet.

It ends with its time or with a new password, not with a collected confirmation: the browser that collected is
recognised from then on and rings anyway, and whoever goes on asking from another one still has the password.

The store has the same as one guarded UPDATE (store/fatigue.py); a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable

from astrow2fa.core.confirmation import Confirmation, State

MOST = 3
WITHIN_SECONDS = 600
QUIET_SECONDS = 1800

UNCOLLECTED = frozenset({State.DENIED, State.EXPIRED, State.CANCELLED})
"""The ends that count."""


def counts(ended: Confirmation) -> bool:
    """Whether this confirmation, just moved, counts."""
    return ended.state in UNCOLLECTED and not ended.recognised and ended.phones > 0


def due(endings: Iterable[int], *, counted_from: int, now: int) -> bool:
    """Whether the account falls quiet at `now`, given when those that count ended (Unix seconds).

    An expired one ended at its deadline, whenever that was written down. What ended at or before `counted_from`
    (the latest change of the password) counts no more.
    """
    since = max(counted_from, now - WITHIN_SECONDS)
    return sum(since < ended <= now for ended in endings) >= MOST


def quiet(quiet_until: int | None, now: float) -> bool:
    """Whether notifications about unrecognised browsers are quiet at `now`."""
    return quiet_until is not None and now < quiet_until
