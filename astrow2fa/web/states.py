"""What a waiting browser is told."""

from __future__ import annotations

import math

from astrow2fa.core.confirmation import OPEN, Standing, State


def state_event(confirmation: Standing, now: float, reached: bool | None = None) -> dict[str, object]:
    """The event `state` as a browser gets it.

    `reached` says whether a phone is known to have the request. It is left out while nobody knows, and always for a
    browser that is new to the account: a stranger with the password does not learn when the phone is at hand.
    """
    standing = confirmation.state_at(now)
    pending = standing is State.PENDING
    event: dict[str, object] = {
        "state": standing.value,
        "expires_in": max(0, math.ceil(confirmation.deadline - now)) if standing in OPEN else 0,
        "number": confirmation.number if pending and confirmation.number_required else None,
        "phones": confirmation.phones,
        "reason": confirmation.reason_at(now),
    }
    if pending and confirmation.recognised and reached is not None:
        event["reached"] = reached
    return event
