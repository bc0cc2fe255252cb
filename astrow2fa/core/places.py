"""How many sign-ins of one account may wait at the same time, so that nobody floods a phone."""

from __future__ import annotations

from collections.abc import Iterable

from astrow2fa.core.confirmation import Confirmation

STRANGERS = 3
KEPT = 1


def full(pending: Iterable[Confirmation], *, recognised: bool) -> bool:
    """Whether another one has to wait its turn.

    Browsers that are not recognised share three places. One more is kept for the user's own browsers, so that
    strangers who know the password cannot crowd the user out.
    """
    kinds = [confirmation.recognised for confirmation in pending]
    if recognised:
        return len(kinds) >= STRANGERS + KEPT
    return kinds.count(False) >= STRANGERS
