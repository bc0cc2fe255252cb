"""Exemptions. What is used, voided or expired stays on record and is not found."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from astrow2fa.ports.people import Exemption
from astrow2fa.store.tables import exemptions

_t = exemptions
_COLUMNS = [_t.c[name] for name in Exemption.__dataclass_fields__]


def _lives(now: int) -> ColumnElement[bool]:
    return and_(_t.c.used_at.is_(None), _t.c.expires_at > now)


class SqlExemptions:
    """Implements ports.people.Exemptions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, exemption: Exemption) -> None:
        values = {column.name: getattr(exemption, column.name) for column in _COLUMNS}
        self._connection.execute(insert(_t), values)

    def of(self, user_id: int, now: int) -> list[Exemption]:
        rows = self._connection.execute(
            select(*_COLUMNS).where(_t.c.user_id == user_id, _lives(now)).order_by(_t.c.created_at.desc())
        )
        return [Exemption(*row) for row in rows]

    def use(self, exemption_id: str, now: int) -> bool:
        used = self._connection.execute(
            update(_t).where(_t.c.id == exemption_id, _lives(now)).values(used_at=now)
        )
        return used.rowcount == 1

    def void_all(self, user_id: int, now: int) -> None:
        self._connection.execute(
            update(_t).where(_t.c.user_id == user_id, _lives(now)).values(expires_at=now)
        )
