"""Confirmations: asking, and the guarded UPDATE that moves them.

The effective state is one SQL expression, the mirror of `Confirmation.state_at`: a row in an open state counts
only while its deadline lies ahead of `now`. Deadlines are whole seconds, so of `now` only the whole ones count; with a
fraction of one PostgreSQL would not find them through an index.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from sqlite3 import Cursor
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    exists,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from astrow2fa.core.confirmation import LONGEST_SECONDS, OPEN, Confirmation, Purpose, Reason, State
from astrow2fa.ports.store import Answering
from astrow2fa.store.prepared import Prepared
from astrow2fa.store.tables import OPEN_ONES, confirmations, phones, user_mobile, users

_t = confirmations
_NAMES = tuple(Confirmation.__dataclass_fields__)
_COLUMNS = [_t.c[name] for name in _NAMES]
_NOW: ColumnElement[float] = bindparam("now")
_alive = _t.c.deadline > _NOW
_pending = and_(_t.c.state == State.PENDING.value, _alive)
_is_open = _t.c.state.in_([state.value for state in sorted(OPEN)])
_open = and_(_is_open, _alive)

_other = confirmations.alias("other")
_alone = ~exists().where(
    _other.c.user_id == _t.c.user_id,
    _other.c.asked_at > _NOW - LONGEST_SECONDS,
    _other.c.state == State.PENDING.value,
    _other.c.deadline > _NOW,
    _other.c.id != _t.c.id,
)

_GET = Prepared(select(*_COLUMNS).where(_t.c.id == bindparam("id")))
_AMONG = select(*_COLUMNS).where(_t.c.id.in_(bindparam("ids", expanding=True))).order_by(_t.c.id)
# Two may have been asked in one second: of those, the older one was replaced by the newer, or is the sign-in that the
# session began with.
_OF_SESSION = Prepared(
    select(*_COLUMNS)
    .where(_t.c.session_id == bindparam("session"))
    .order_by(
        _t.c.asked_at.desc(),
        func.coalesce(_t.c.reason, "") == Reason.REPLACED.value,
        _t.c.purpose == Purpose.SIGN_IN.value,
    )
    .limit(1)
)
# By the user and the time: of whoever has signed in a thousand times, only what may still be open is looked at.
_lately = and_(_t.c.user_id == bindparam("user"), _t.c.asked_at > _NOW - LONGEST_SECONDS)
_PENDING_OF = select(*_COLUMNS).where(_lately, _pending).order_by(_t.c.asked_at)
_OPEN_OF = select(*_COLUMNS).where(_lately, _open).order_by(_t.c.asked_at)
_COUNT_PENDING = select(func.count()).select_from(_t).where(OPEN_ONES, _pending)
_PENDING_IDS = select(_t.c.id).where(OPEN_ONES, _pending).order_by(_t.c.deadline)

_ANSWERED_BY = Prepared(
    select(
        *_COLUMNS,
        phones.c.wrong_numbers,
        phones.c.revoked_at.is_(None).label("phone_live"),
        and_(users.c.enabled, exists().where(user_mobile.c.user_id == users.c.id)).label("permitted"),
    )
    .select_from(_t.join(phones, phones.c.user_id == _t.c.user_id).join(users, users.c.id == _t.c.user_id))
    .where(_t.c.id == bindparam("id"), phones.c.id == bindparam("device"))
)

_MOVE = (
    update(_t)
    .where(_t.c.id == bindparam("row"), _t.c.state == bindparam("before"))
    .values(
        state=bindparam("state"),
        deadline=bindparam("deadline"),
        reason=bindparam("reason"),
        number=null(),
        decided_by=bindparam("decided_by"),
        decision=func.coalesce(bindparam("decision"), _t.c.decision),
        decided_address=func.coalesce(bindparam("decided_address"), _t.c.decided_address),
        # The answer's own time, which the collect that follows does not move.
        decided_at=func.coalesce(bindparam("decided_at"), _t.c.decided_at),
        moved_at=bindparam("moved_at"),
    )
)
_IN_TIME = _MOVE.where(_t.c.deadline > _NOW)
_SETTLE = Prepared(_IN_TIME)
# As it was read: whoever read a request without a number has not asked for one, whatever was signed anew since.
_APPROVE = Prepared(
    _IN_TIME.where(_t.c.number_required == bindparam("required"), or_(_t.c.number_required, _alone))
)
_EXPIRE = Prepared(_MOVE.where(_t.c.deadline <= _NOW))
_SIGN_ANEW = (
    update(_t)
    .where(_t.c.id == bindparam("row"), _t.c.state == State.PENDING.value, ~_t.c.number_required)
    .values(
        request=bindparam("request"),
        request_sha256=bindparam("request_sha256"),
        number=bindparam("number"),
        number_required=True,
        earlier_request=_t.c.request,
        earlier_sha256=_t.c.request_sha256,
    )
)
_COUNT_EXEMPTION_TRY = (
    update(_t)
    .where(_t.c.id == bindparam("row"))
    .values(exemption_tries=_t.c.exemption_tries + 1)
    .returning(_t.c.exemption_tries)
)
# There are never many, of all users: the server ends them as they become due. (With 0 added to it, the user is not
# what they are looked up by.)
_OVERDUE_OF = select(*_COLUMNS).where(OPEN_ONES, _t.c.user_id + 0 == bindparam("user"), _t.c.deadline <= _NOW)
_OVERDUE = (
    select(*_COLUMNS).where(OPEN_ONES, _t.c.deadline <= _NOW).order_by(_t.c.deadline).limit(bindparam("most"))
)


_DECIDED = (State.APPROVED, State.DENIED)
_TRUTH = {0: False, 1: True}
_OF: dict[str, Mapping[Any, object]] = {
    "state": {kind.value: kind for kind in State},
    "purpose": {kind.value: kind for kind in Purpose},
    "reason": {kind.value: kind for kind in Reason},
    "number_required": _TRUTH,
    "recognised": _TRUTH,
    "known": _TRUTH,
    "quiet": _TRUTH,
}
# By their places: looked up, a value costs a tenth of what calling its enumeration does.
_KINDS = [(_NAMES.index(name), values) for name, values in _OF.items()]


def _read(row: Sequence[Any]) -> Confirmation:
    values = list(row)
    for place, kind in _KINDS:
        if values[place] is not None:
            values[place] = kind[values[place]]
    return Confirmation(*values)


def ask_answered_by(connection: Connection, confirmation_id: str, device_id: str) -> Cursor:
    """One half of `SqlConfirmations.answered_by`."""
    return _ANSWERED_BY.run(connection, {"id": confirmation_id, "device": device_id})


def read_answered_by(found: Cursor) -> Answering | None:
    """The other half."""
    row = found.fetchone()
    if row is None:
        return None
    wrong_numbers, phone_live, permitted = row[-3:]
    return Answering(_read(row[:-3]), bool(phone_live), bool(permitted), wrong_numbers)


class SqlConfirmations:
    """Implements ports.store.Confirmations."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, confirmation: Confirmation) -> None:
        values = {column.name: getattr(confirmation, column.name) for column in _COLUMNS}
        self._connection.execute(insert(_t), values)

    def get(self, confirmation_id: str) -> Confirmation | None:
        row = _GET.run(self._connection, {"id": confirmation_id}).fetchone()
        return _read(row) if row else None

    def among(self, ids: Collection[str]) -> list[Confirmation]:
        return [_read(row) for row in self._connection.execute(_AMONG, {"ids": list(ids)})] if ids else []

    def of_session(self, session_id: str) -> Confirmation | None:
        row = _OF_SESSION.run(self._connection, {"session": session_id}).fetchone()
        return _read(row) if row else None

    def pending_of(self, user_id: int, now: float) -> list[Confirmation]:
        return [
            _read(row) for row in self._connection.execute(_PENDING_OF, {"user": user_id, "now": int(now)})
        ]

    def count_pending(self, now: float) -> int:
        return int(self._connection.execute(_COUNT_PENDING, {"now": int(now)}).scalar_one())

    def pending_ids(self, now: float, limit: int) -> list[str]:
        return list(self._connection.execute(_PENDING_IDS.limit(limit), {"now": int(now)}).scalars())

    def open_of(self, user_id: int, now: float) -> list[Confirmation]:
        return [_read(row) for row in self._connection.execute(_OPEN_OF, {"user": user_id, "now": int(now)})]

    def answered_by(self, confirmation_id: str, device_id: str) -> Answering | None:
        return read_answered_by(ask_answered_by(self._connection, confirmation_id, device_id))

    def settle(
        self,
        before: Confirmation,
        after: Confirmation,
        now: float,
        *,
        decision: str | None = None,
        address: str | None = None,
    ) -> bool:
        if after.state is State.EXPIRED:
            statement = _EXPIRE
        elif after.state is State.APPROVED:
            statement = _APPROVE
        else:
            statement = _SETTLE
        moved = statement.run(
            self._connection,
            {
                "row": before.id,
                "before": before.state.value,
                "now": int(now),
                "required": before.number_required,
                "state": after.state.value,
                "deadline": after.deadline,
                "reason": after.reason,
                "decided_by": after.decided_by,
                "decision": decision,
                "decided_address": address,
                "decided_at": int(now) if after.state in _DECIDED else None,
                "moved_at": int(now),
            },
        )
        return moved.rowcount == 1

    def sign_anew(self, before: Confirmation, after: Confirmation) -> bool:
        values = {
            "row": before.id,
            "request": after.request,
            "request_sha256": after.request_sha256,
            "number": after.number,
        }
        return self._connection.execute(_SIGN_ANEW, values).rowcount == 1

    def count_exemption_try(self, confirmation_id: str) -> int:
        tries: int = self._connection.execute(_COUNT_EXEMPTION_TRY, {"row": confirmation_id}).scalar_one()
        return tries

    def overdue(self, now: float, limit: int) -> list[Confirmation]:
        return [_read(row) for row in self._connection.execute(_OVERDUE, {"now": int(now), "most": limit})]

    def overdue_of(self, user_id: int, now: float) -> list[Confirmation]:
        return [
            _read(row) for row in self._connection.execute(_OVERDUE_OF, {"user": user_id, "now": int(now)})
        ]

    def recent_of(self, user_id: int, limit: int) -> list[Confirmation]:
        newest = select(*_COLUMNS).where(_t.c.user_id == user_id).order_by(_t.c.asked_at.desc()).limit(limit)
        return [_read(row) for row in self._connection.execute(newest)]
