"""What other processes have done, told to those who wait at this one, and how long that took."""

from __future__ import annotations

from collections.abc import Callable

from astrow2fa.core.confirmation import State
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.ports import Parts
from astrow2fa.ports.store import LogRow, Work
from astrow2fa.web.hub import Hub
from astrow2fa.web.metrics import Metrics

_ANSWERS = {Tag.CONFIRMATION_APPROVED, Tag.CONFIRMATION_DENIED}


class Elsewhere:
    """`hear` is what the tail calls with the rows of other processes."""

    def __init__(self, parts: Parts, hub: Hub, metrics: Metrics) -> None:
        self._parts = parts
        self._hub = hub
        self._told = metrics.answered_elsewhere

    def hear(self, rows: list[LogRow], work: Work) -> Callable[[], None]:
        """Reads what the rows are about, in the unit they were read in; what is returned tells it, outside of it."""
        ids = {row.fact.confirmation_id for row in rows if row.fact.confirmation_id}
        changed = [c for c in (work.confirmations.get(i) for i in sorted(ids)) if c is not None]
        asked = {c.user_id for c in changed if c.state is State.PENDING}
        pending = {user_id: work.confirmations.pending_of(user_id, work.now) for user_id in asked}
        answered = {row.fact.confirmation_id: row.at for row in rows if row.fact.tag in _ANSWERS}

        def tell() -> None:
            for confirmation in changed:
                if confirmation.state is State.PENDING:
                    self._hub.asked(confirmation, max(0, len(pending[confirmation.user_id]) - 1))
                    continue
                self._hub.moved(confirmation)
                at = answered.get(confirmation.id)
                if at is not None and self._hub.is_waited_for(confirmation.id):
                    self._told.observe(max(0.0, self._parts.clock.now() - at))
                self._parts.push.settled(confirmation)
            for row in rows:
                self._tell_fact(row.fact)

        return tell

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
