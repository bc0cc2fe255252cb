"""Counts for administrators, each from an index or in pieces, so that nothing else waits for them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, func, literal, select

from astrow2fa.core.confirmation import LONGEST_SECONDS, OPEN, Purpose, State
from astrow2fa.core.facts import Tag
from astrow2fa.core.insight import ANSWERED, BURST_SECONDS, REFUSALS, WRONG_PASSWORDS, Alert, Burst, Tally
from astrow2fa.ports.insight import Silenced
from astrow2fa.store.tables import ENDED_ONES, confirmations, log, phones, users

NEWEST = 2_000
"""Wrong passwords that are looked at: enough to see a burst, whatever their number."""

_c, _l = confirmations.c, log.c
_NOW: ColumnElement[float] = bindparam("now")
_SINCE: ColumnElement[float] = bindparam("since")
_LIMIT: ColumnElement[int] = bindparam("limit")
_OPEN = _c.state.in_([state.value for state in sorted(OPEN)])
_ANSWERED = _c.state.in_([state.value for state in sorted(ANSWERED)])

_state = case((and_(_OPEN, _c.deadline <= _NOW), State.EXPIRED.value), else_=_c.state).label("standing")
# Null also where a row is older than the column and the log did not say when it was answered: not counted.
_seconds = case((_ANSWERED, _c.decided_at - _c.asked_at)).label("seconds")
_TALLY = (
    select(_state, _seconds, func.count())
    .where(
        _c.asked_at >= bindparam("begins"),
        _c.asked_at < bindparam("ends"),
        _c.purpose == Purpose.SIGN_IN.value,
    )
    .group_by(_state.name, _seconds.name)
)

_PHONES_SEEN = (
    select(phones.c.id, phones.c.seen_at)
    .where(phones.c.id > bindparam("after"), phones.c.revoked_at.is_(None))
    .order_by(phones.c.id)
    .limit(_LIMIT)
)

_SILENCED = (
    select(users.c.id, users.c.name, users.c.quiet_until)
    .where(users.c.quiet_until > _NOW)
    .order_by(users.c.quiet_until.desc(), users.c.name_key)
    .limit(_LIMIT)
)

_REFUSED = (
    select(users.c.name, func.count().label("times"), func.max(_c.moved_at))
    .select_from(confirmations.join(users, users.c.id == _c.user_id))
    .where(
        ENDED_ONES,
        _c.state == State.DENIED.value,
        _c.asked_at > _SINCE - LONGEST_SECONDS,
        _c.moved_at > _SINCE,
    )
    .group_by(users.c.name)
    .having(func.count() >= REFUSALS)
    .order_by(func.count().desc(), users.c.name)
    .limit(_LIMIT)
)

_newest = (
    select(_l.user_id, _l.address, _l.at)
    .where(_l.tag == literal(Tag.PASSWORD_REFUSED.value, literal_execute=True), _l.at > _SINCE)
    .order_by(_l.at.desc())
    .limit(NEWEST)
    .subquery()
)


def _often(who: ColumnElement[Any], source: Any) -> Select[Any]:
    return (
        select(who, func.count(), func.max(_newest.c.at))
        .select_from(source)
        .where(who.is_not(None))
        .group_by(who)
        .having(func.count() >= WRONG_PASSWORDS)
        .order_by(func.count().desc(), who)
        .limit(_LIMIT)
    )


_BURSTS = {
    Burst.REFUSED: _REFUSED,
    Burst.PASSWORDS_OF_USER: _often(users.c.name, _newest.join(users, users.c.id == _newest.c.user_id)),
    Burst.PASSWORDS_FROM_ADDRESS: _often(_newest.c.address, _newest),
}


class SqlInsight:
    """Implements ports.insight.InsightShelf."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tally(self, begins: int, ends: int, now: float) -> Tally:
        states: Counter[State] = Counter()
        seconds: Counter[int] = Counter()
        for state, took, many in self._connection.execute(
            _TALLY, {"begins": begins, "ends": ends, "now": now}
        ):
            states[State(state)] += many
            # Approved and never collected: nobody came in by it, so it counts as not answered.
            if took is not None and state != State.EXPIRED.value:
                seconds[max(0, took)] += many
        return Tally(states, seconds)

    def phones_seen(self, after: str, limit: int) -> list[tuple[str, int]]:
        rows = self._connection.execute(_PHONES_SEEN, {"after": after, "limit": limit})
        return [(row.id, row.seen_at) for row in rows]

    def silenced(self, now: float, limit: int) -> list[Silenced]:
        return [
            Silenced(*row) for row in self._connection.execute(_SILENCED, {"now": int(now), "limit": limit})
        ]

    def bursts(self, now: float, limit: int) -> list[Alert]:
        # Whole seconds, as they are stored: by a fraction PostgreSQL does not find them through an index.
        values = {"since": int(now) - BURST_SECONDS, "limit": limit}
        return [
            Alert(kind, *row)
            for kind, statement in _BURSTS.items()
            for row in self._connection.execute(statement, values)
        ]
