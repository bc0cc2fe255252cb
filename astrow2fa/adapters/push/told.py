"""What the queue of wake-ups knows of a confirmation."""

from __future__ import annotations

from dataclasses import dataclass, field

from astrow2fa.core.push import Subscription

PIECE = 20
"""So many are looked up before others have a turn: three milliseconds."""


@dataclass(slots=True)
class Told:
    """Whose waking was begun, who may have been woken, whether it is over. `look_at`: when to see what came of it."""

    until: int
    look_at: float
    phones: dict[str, Subscription] = field(default_factory=dict)
    woken: set[str] = field(default_factory=set)
    seen: bool = False
    settled: bool = False
    answered_by: str | None = None
