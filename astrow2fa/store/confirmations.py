"""Confirmations: asking, and the guarded UPDATE that moves them.

The effective state is one SQL expression, the mirror of `Confirmation.state_at`: a row in an open state counts
only while its deadline lies ahead of `now`. Deadlines are whole seconds, so of `now` only the whole ones count.
"""

from __future__ import annotations

from collections.abc import Sequence
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

from astrow2fa.core.confirmation import OPEN, Confirmation, Purpose, Reason, State
from astrow2fa.ports.store import Answering
from astrow2fa.store.prepared import Prepared
from astrow2fa.store.tables import confirmations, phones, user_mobile, users

_t = confirmations
_NAMES = tuple(Confirmation.__dataclass_fields__)
_COLUMNS = [_t.c[name] for name in _NAMES]
_NOW: ColumnElement[float] = bindparam("now")
_alive = _t.c.deadline > _NOW
_pending = and_(_t.c.state == State.PENDING.value, _alive)
_open = and_(_t.c.state.in_([state.value for state in sorted(OPEN)]), _alive)

_other = confirmations.alias("other")
_alone = ~exists().where(
    _other.c.user_id == _t.c.user_id,
    _other.c.state == State.PENDING.value,
    _other.c.deadline > _NOW,
    _other.c.id != _t.c.id,
)

_GET = Prepared(select(*_COLUMNS).where(_t.c.id == bindparam("id")))
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
_PENDING_OF = select(*_COLUMNS).where(_t.c.user_id == bindparam("user"), _pending).order_by(_t.c.asked_at)
_COUNT_PENDING = select(func.count()).select_from(_t).where(_pending)
_PENDING = select(*_COLUMNS).where(_pending).order_by(_t.c.asked_at)
_OPEN_OF = select(*_COLUMNS).where(_t.c.user_id == bindparam("user"), _open).order_by(_t.c.asked_at)

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
_OVERDUE_OF = select(*_COLUMNS).where(
    _t.c.user_id == bindparam("user"),
    _t.c.state.in_([state.value for state in sorted(OPEN)]),
    _t.c.deadline <= _NOW,
)
_OVERDUE = (
    select(*_COLUMNS)
    .where(_t.c.state.in_([state.value for state in sorted(OPEN)]), _t.c.deadline <= _NOW)
    .order_by(_t.c.deadline)
    .limit(bindparam("most"))
)


_FLAGS = ("number_required", "recognised", "known", "quiet")


def _read(row: Sequence[Any]) -> Confirmation:
    values = dict(zip(_NAMES, row, strict=True))
    values["state"] = State(values["state"])
    values["purpose"] = Purpose(values["purpose"])
    values["reason"] = Reason(values["reason"]) if values["reason"] else None
    for name in _FLAGS:
        values[name] = bool(values[name])
    return Confirmation(**values)


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

    def of_session(self, session_id: str) -> Confirmation | None:
        row = _OF_SESSION.run(self._connection, {"session": session_id}).fetchone()
        return _read(row) if row else None

    def pending_of(self, user_id: int, now: float) -> list[Confirmation]:
        return [
            _read(row) for row in self._connection.execute(_PENDING_OF, {"user": user_id, "now": int(now)})
        ]

    def count_pending(self, now: float) -> int:
        return int(self._connection.execute(_COUNT_PENDING, {"now": now}).scalar_one())

    def pending(self, now: float, limit: int) -> list[Confirmation]:
        rows = self._connection.execute(_PENDING.limit(limit), {"now": now})
        return [_read(row) for row in rows]

    def open_of(self, user_id: int, now: float) -> list[Confirmation]:
        return [_read(row) for row in self._connection.execute(_OPEN_OF, {"user": user_id, "now": int(now)})]

    def answered_by(self, confirmation_id: str, device_id: str) -> Answering | None:
        row = _ANSWERED_BY.run(self._connection, {"id": confirmation_id, "device": device_id}).fetchone()
        if row is None:
            return None
        *plain, wrong_numbers, phone_live, permitted = row
        return Answering(_read(plain), bool(phone_live), bool(permitted), wrong_numbers)

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
        return [_read(row) for row in self._connection.execute(_OVERDUE_OF, {"user": user_id, "now": now})]

    def recent_of(self, user_id: int, limit: int) -> list[Confirmation]:
        newest = select(*_COLUMNS).where(_t.c.user_id == user_id).order_by(_t.c.asked_at.desc()).limit(limit)
        return [_read(row) for row in self._connection.execute(newest)]
