"""Push subscriptions, and the steps that confirmations made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from astrow2fa.core.delivery import Mark, Step
from astrow2fa.core.push import Service, Subscription
from astrow2fa.store.prepared import Prepared
from astrow2fa.store.tables import marks, phones, subscriptions

_s = subscriptions
_SUBSCRIPTION = [_s.c[name] for name in Subscription.__dataclass_fields__]
_LIVE = (
    select(*_SUBSCRIPTION)
    .select_from(_s.join(phones, phones.c.id == _s.c.device_id))
    .where(phones.c.revoked_at.is_(None))
)
_OF_USER = _LIVE.where(_s.c.user_id == bindparam("user")).order_by(_s.c.device_id)
_OF_PHONE = _LIVE.where(_s.c.device_id == bindparam("device"))

_m = marks
_NAMES = tuple(Mark.__dataclass_fields__)
_MARK = [_m.c[name] for name in _NAMES]
_ADD = Prepared(insert(_m).values({name: bindparam(name) for name in _NAMES}))
_AFTER = (
    select(_m.c.id, *_MARK)
    .where(_m.c.id > bindparam("row"), _m.c.step.in_(bindparam("steps", expanding=True)))
    .order_by(_m.c.id)
    .limit(bindparam("most"))
)
_OF = select(*_MARK).where(_m.c.confirmation_id == bindparam("confirmation")).order_by(_m.c.at, _m.c.id)


class SqlSubscriptions:
    """Implements ports.push.Subscriptions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, subscription: Subscription) -> None:
        # The same place on another phone of this browser: it was paired anew, and the old one hears nothing there.
        self._connection.execute(
            delete(_s).where(
                (_s.c.device_id == subscription.device_id) | (_s.c.endpoint == subscription.endpoint)
            )
        )
        values = {column.name: getattr(subscription, column.name) for column in _SUBSCRIPTION}
        self._connection.execute(insert(_s), values)

    def of_user(self, user_id: int) -> list[Subscription]:
        return [_subscription(*row) for row in self._connection.execute(_OF_USER, {"user": user_id})]

    def of_phone(self, device_id: str) -> Subscription | None:
        row = self._connection.execute(_OF_PHONE, {"device": device_id}).first()
        return _subscription(*row) if row else None

    def count(self) -> int:
        return int(self._connection.execute(select(func.count()).select_from(_LIVE.subquery())).scalar_one())

    def drop(self, device_id: str, endpoint: str | None = None) -> bool:
        dropping = delete(_s).where(_s.c.device_id == device_id)
        if endpoint is not None:
            dropping = dropping.where(_s.c.endpoint == endpoint)
        return self._connection.execute(dropping).rowcount > 0


def _subscription(device_id: str, user_id: int, service: str, *rest: Any) -> Subscription:
    return Subscription(device_id, user_id, Service(service), *rest)


class SqlMarks:
    """Implements ports.push.Marks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, marks: Sequence[Mark]) -> None:
        _ADD.run_many(self._connection, [{name: getattr(mark, name) for name in _NAMES} for mark in marks])

    def of(self, confirmation_id: str) -> list[Mark]:
        rows = self._connection.execute(_OF, {"confirmation": confirmation_id})
        return [_mark(*row) for row in rows]

    def last_id(self) -> int:
        return int(self._connection.execute(select(func.coalesce(func.max(_m.c.id), 0))).scalar_one())

    def after(self, row_id: int, steps: Sequence[Step], limit: int) -> list[tuple[int, Mark]]:
        values = {"row": row_id, "steps": [step.value for step in steps], "most": limit}
        rows = self._connection.execute(_AFTER, values)
        return [(row[0], _mark(*row[1:])) for row in rows]

    def oldest(self, after: int, limit: int) -> list[tuple[int, float]]:
        first = select(_m.c.id, _m.c.at).where(_m.c.id > after).order_by(_m.c.id).limit(limit)
        return [(row.id, row.at) for row in self._connection.execute(first)]

    def drop(self, rows: Sequence[int]) -> None:
        self._connection.execute(delete(_m).where(_m.c.id.in_(rows)))


def _mark(confirmation_id: str, step: str, at: float, device_id: str | None, how: str) -> Mark:
    return Mark(confirmation_id, Step(step), at, device_id, how)
