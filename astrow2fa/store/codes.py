"""Pairing codes and invitations. What is used, voided or expired is not found."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from astrow2fa.ports.people import PairingCode
from astrow2fa.store.tables import pairing_codes

_t = pairing_codes
_COLUMNS = [_t.c[name] for name in PairingCode.__dataclass_fields__]


def _lives(now: float) -> ColumnElement[bool]:
    return and_(_t.c.used_at.is_(None), _t.c.expires_at > now)


class SqlPairingCodes:
    """Implements ports.store.PairingCodes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, code: PairingCode) -> None:
        self._connection.execute(insert(_t), {column.name: getattr(code, column.name) for column in _COLUMNS})

    def by_link(self, link_hash: str, now: int) -> PairingCode | None:
        row = self._connection.execute(
            select(*_COLUMNS).where(_t.c.link_hash == link_hash, _lives(now))
        ).first()
        return PairingCode(*row) if row else None

    def of(self, user_id: int, now: int) -> list[PairingCode]:
        rows = self._connection.execute(
            select(*_COLUMNS).where(_t.c.user_id == user_id, _lives(now)).order_by(_t.c.created_at.desc())
        )
        return [PairingCode(*row) for row in rows]

    def count_try(self, user_id: int, most: int) -> None:
        typed = and_(_t.c.user_id == user_id, _t.c.typed_hash.is_not(None), _t.c.used_at.is_(None))
        self._connection.execute(update(_t).where(typed).values(tries=_t.c.tries + 1))
        self._connection.execute(delete(_t).where(typed, _t.c.tries >= most))

    def use(self, code_id: str, now: int) -> bool:
        used = self._connection.execute(
            update(_t).where(_t.c.id == code_id, _t.c.used_at.is_(None)).values(used_at=now)
        )
        return used.rowcount == 1

    def void_all(self, user_id: int, now: int) -> None:
        self._connection.execute(
            update(_t).where(_t.c.user_id == user_id, _t.c.used_at.is_(None)).values(used_at=now)
        )

    def void_invitations(self, user_id: int, now: int) -> None:
        theirs = _t.c.user_id == user_id, _t.c.invitation.is_(True)
        self._connection.execute(update(_t).where(*theirs, _t.c.used_at.is_(None)).values(used_at=now))
