"""The outbox: letters until they have left."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select, update

from astrow2fa.ports.mail import Kind, Letter
from astrow2fa.store.directory_tables import letters

_t = letters
_COLUMNS = [_t.c[name] for name in Letter.__dataclass_fields__]


class SqlLetters:
    """Implements ports.mail.Letters."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, user_id: int, kind: Kind, sealed: str, now: int) -> None:
        values = {"user_id": user_id, "kind": kind.value, "sealed": sealed, "made_at": now}
        self._connection.execute(insert(_t), {**values, "tries": 0, "next_at": now})

    def due(self, now: float, limit: int) -> list[Letter]:
        found = select(*_COLUMNS).where(_t.c.next_at <= now).order_by(_t.c.next_at, _t.c.id).limit(limit)
        return [Letter(*row) for row in self._connection.execute(found)]

    def claim(self, letter: Letter, until: int) -> bool:
        taken = self._connection.execute(
            update(_t)
            .where(_t.c.id == letter.id, _t.c.tries == letter.tries)
            .values(tries=_t.c.tries + 1, next_at=until)
        )
        return taken.rowcount == 1

    def put_off(self, letter_id: int, until: int) -> None:
        self._connection.execute(update(_t).where(_t.c.id == letter_id).values(next_at=until))

    def drop(self, letter_id: int) -> None:
        self._connection.execute(delete(_t).where(_t.c.id == letter_id))
