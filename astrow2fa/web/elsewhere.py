"""What other processes have done, told to those who wait at this one, and how long that took."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from astrow2fa.core.confirmation import Confirmation, Standing, State
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.ports import Parts
from astrow2fa.ports.store import LogRow, Work
from astrow2fa.web.hub import Hub
from astrow2fa.web.metrics import Metrics

MOST_KEPT = 5000
_ANSWERS = {Tag.CONFIRMATION_APPROVED, Tag.CONFIRMATION_DENIED}

Move: TypeAlias = tuple[str, str]
"""A confirmation's id, and the state it was moved to: no confirmation comes to a state twice."""


class Elsewhere:
    """Implements tail.Others. A move is heard of twice: as a word over the channel, which only the browser that waits
    here is told at once, and in the log, for everybody. Whichever comes first tells the browser.
    """

    def __init__(self, parts: Parts, hub: Hub, metrics: Metrics) -> None:
        self._parts = parts
        self._hub = hub
        self._took = metrics.answered_elsewhere
        self._told: dict[Move, float] = {}
        self._read: dict[Move, float] = {}

    def told(self, moved: Standing) -> None:
        move, now = (moved.id, moved.state.value), self._parts.clock.now()
        # Late, it says what holds no longer. What is in the log is told by how it stands then.
        if not self._hub.is_waited_for(moved.id) or moved.state_at(now) is not moved.state:
            return
        if self._read.pop(move, None) is None:
            _keep(self._told, move, now)
            self._hub.browsers_hear(moved)

    def hear(self, rows: list[LogRow], work: Work) -> Callable[[], None]:
        """Reads what the rows are about, in the unit they were read in; what is returned tells it, outside of it."""
        ids = {row.fact.confirmation_id for row in rows if row.fact.confirmation_id}
        changed = work.confirmations.among(ids)
        asked = {c.user_id for c in changed if c.state is State.PENDING}
        pending = {user_id: work.confirmations.pending_of(user_id, work.now) for user_id in asked}
        answered = {row.fact.confirmation_id: row.at for row in rows if row.fact.tag in _ANSWERS}
        new = [row.fact.device_id for row in rows if row.fact.tag is Tag.PHONE_PAIRED and row.fact.device_id]
        paired = [phone for phone in map(work.phones.get, new) if phone is not None]

        def tell() -> None:
            for confirmation in changed:
                if confirmation.state is State.PENDING:
                    self._hub.asked(confirmation, max(0, len(pending[confirmation.user_id]) - 1))
                else:
                    self._moved(confirmation, answered.get(confirmation.id))
            for phone in paired:
                self._hub.phone_paired(phone)
            for row in rows:
                self._tell_fact(row.fact)

        return tell

    def _moved(self, confirmation: Confirmation, at: float | None) -> None:
        """`at` is when it was answered, if it was."""
        move, now = (confirmation.id, confirmation.state.value), self._parts.clock.now()
        told = self._told.pop(move, None)
        if told is None:
            self._hub.browsers_hear(confirmation)
        waited_for = self._hub.is_waited_for(confirmation.id)
        if told is None and waited_for:
            _keep(self._read, move, now)
        if at is not None and waited_for:
            self._took.observe(max(0.0, (told or now) - at))
        self._hub.phones_hear(confirmation)
        self._parts.push.settled(confirmation)

    def _tell_fact(self, fact: Fact) -> None:
        if fact.tag is Tag.PHONE_REVOKED and fact.device_id:
            self._hub.phone_revoked(fact.device_id)
        elif fact.tag is Tag.KEY_ROTATED:
            self._parts.keyring.take_up()
        elif fact.user_id is None:
            return
        elif fact.tag in (Tag.NOTIFICATIONS_SILENCED, Tag.NOTIFICATIONS_RESUMED):
            until = fact.details.get("until")  # nothing when they are resumed
            self._hub.quiet(fact.user_id, until if isinstance(until, int) else None)
        elif fact.tag is Tag.ACCOUNT_DISABLED:
            self._hub.disconnect_phones_of(fact.user_id)


def _keep(moves: dict[Move, float], move: Move, at: float) -> None:
    """Most are taken out again within a second; of those whose other half was lost the oldest go."""
    moves[move] = at
    if len(moves) > MOST_KEPT:
        del moves[next(iter(moves))]
