"""The mirror of core/fatigue.py: counting and falling quiet in one UPDATE, so that no two processes miss the third."""

from __future__ import annotations

from sqlalchemy import Connection, and_, bindparam, case, exists, func, null, select, true, update

from astrow2fa.core.confirmation import LONGEST_SECONDS, State
from astrow2fa.core.fatigue import MOST, UNCOLLECTED, WITHIN_SECONDS
from astrow2fa.store.tables import confirmations, users

_c = confirmations
# However late it is written down, an expired one ended at its deadline.
_ended_at = case((_c.c.state == State.EXPIRED.value, _c.c.deadline), else_=_c.c.moved_at)
_ENDINGS = (
    select(func.count())
    .where(
        _c.c.user_id == users.c.id,
        _c.c.asked_at > bindparam("now") - WITHIN_SECONDS - LONGEST_SECONDS,
        _c.c.state.in_([state.value for state in sorted(UNCOLLECTED)]),
        ~_c.c.recognised,
        _c.c.phones > 0,
        _ended_at > users.c.counted_from,
        _ended_at > bindparam("now") - WITHIN_SECONDS,
        _ended_at <= bindparam("now"),
    )
    .scalar_subquery()
)
_of_user = users.c.id == bindparam("user")
_BEGIN = (
    update(users)
    .where(_of_user, users.c.quiet_until.is_(None), _ENDINGS >= MOST)
    .values(quiet_until=bindparam("till"))
)
_HUSH = (
    update(_c)
    .where(
        _c.c.user_id == bindparam("user"),
        _c.c.asked_at > bindparam("now") - LONGEST_SECONDS,
        _c.c.state == State.PENDING.value,
        ~_c.c.recognised,
    )
    .values(quiet=true())
)
_END = update(users).where(_of_user, users.c.quiet_until.is_not(None)).values(quiet_until=null())
_COUNT_FROM = update(users).where(_of_user).values(counted_from=bindparam("since"))
_IS_OVER = and_(users.c.quiet_until.is_not(None), users.c.quiet_until <= bindparam("now"))
_ANY_OVER = select(exists().where(_IS_OVER))
_OVER = update(users).where(_IS_OVER).values(quiet_until=null()).returning(users.c.id)


class SqlFatigue:
    """Implements ports.fatigue.Fatigue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, user_id: int, now: int, until: int) -> bool:
        values = {"user": user_id, "now": now, "till": until}
        if self._connection.execute(_BEGIN, values).rowcount != 1:
            return False
        self._connection.execute(_HUSH, {"user": user_id, "now": now})
        return True

    def end(self, user_id: int) -> bool:
        return self._connection.execute(_END, {"user": user_id}).rowcount == 1

    def count_from(self, user_id: int, now: int) -> None:
        self._connection.execute(_COUNT_FROM, {"user": user_id, "since": now})

    def any_over(self, now: int) -> bool:
        return bool(self._connection.execute(_ANY_OVER, {"now": now}).scalar())

    def over(self, now: int) -> list[int]:
        return sorted(self._connection.execute(_OVER, {"now": now}).scalars())
