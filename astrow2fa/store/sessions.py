"""Browser sessions as rows, so that each can be ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from astrow2fa.core.accounts import SESSION_IDLE_SECONDS, Session, SessionKind
from astrow2fa.store.prepared import Prepared
from astrow2fa.store.tables import confirmations, sessions

_t = sessions
_NAMES = tuple(Session.__dataclass_fields__)
_COLUMNS = [_t.c[name] for name in _NAMES]
_BY_TOKEN = Prepared(select(*_COLUMNS).where(_t.c.token_hash == bindparam("token")))
_GET = select(*_COLUMNS).where(_t.c.id == bindparam("id"))
_SUCCESSOR = select(*_COLUMNS).where(_t.c.predecessor_hash == bindparam("token"), _t.c.ended_at.is_(None))
_ALIVE_OF = (
    select(*_COLUMNS)
    .where(
        _t.c.user_id == bindparam("user"),
        _t.c.kind == SessionKind.SIGNED_IN.value,
        _t.c.ended_at.is_(None),
        _t.c.expires_at > bindparam("now"),
        _t.c.seen_at > bindparam("idle"),
    )
    .order_by(_t.c.started_at.desc())
)
_BEFORE = (
    select(*_COLUMNS)
    .where(
        _t.c.user_id == bindparam("user"),
        _t.c.kind == SessionKind.SIGNED_IN.value,
        _t.c.id != bindparam("session"),
        _t.c.started_at <= bindparam("at"),
    )
    .order_by(_t.c.started_at.desc(), _t.c.id.desc())
    .limit(1)
)
_OF_CONFIRMATION = select(*_COLUMNS).where(
    or_(
        _t.c.confirmation_id == bindparam("confirmation"),
        _t.c.id.in_(
            select(confirmations.c.session_id).where(confirmations.c.id == bindparam("confirmation"))
        ),
    )
)


def _read(row: Sequence[Any]) -> Session:
    values = dict(zip(_NAMES, row, strict=True))
    values["kind"] = SessionKind(values["kind"])
    values["factors"] = tuple(values["factors"].split())
    return Session(**values)


class SqlSessions:
    """Implements ports.store.Sessions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session: Session) -> None:
        values = {column.name: getattr(session, column.name) for column in _COLUMNS}
        values["factors"] = " ".join(session.factors)
        self._connection.execute(insert(_t), values)

    def by_token(self, token_hash: str) -> Session | None:
        row = _BY_TOKEN.run(self._connection, {"token": token_hash}).fetchone()
        return _read(row) if row else None

    def get(self, session_id: str) -> Session | None:
        row = self._connection.execute(_GET, {"id": session_id}).first()
        return _read(row) if row else None

    def alive_of(self, user_id: int, now: float) -> list[Session]:
        values = {"user": user_id, "now": int(now), "idle": int(now) - SESSION_IDLE_SECONDS}
        return [_read(row) for row in self._connection.execute(_ALIVE_OF, values)]

    def before(self, session: Session) -> Session | None:
        values = {"user": session.user_id, "session": session.id, "at": session.started_at}
        row = self._connection.execute(_BEFORE, values).first()
        return _read(row) if row else None

    def of_confirmation(self, confirmation_id: str) -> list[Session]:
        return [
            _read(row)
            for row in self._connection.execute(_OF_CONFIRMATION, {"confirmation": confirmation_id})
        ]

    def touch(self, session_id: str, now: int) -> None:
        self._set(session_id, seen_at=now)

    def set_fresh(self, session_id: str, at: int, *, factors: tuple[str, ...], pair: bool) -> None:
        self._set(session_id, **({"pair_ok_at": at} if pair else {}), fresh_at=at, factors=" ".join(factors))

    def set_draft(self, session_id: str, draft: str | None) -> None:
        self._set(session_id, draft=draft)

    def draft(self, session_id: str) -> str | None:
        found = self._connection.execute(select(_t.c.draft).where(_t.c.id == session_id)).scalar()
        return str(found) if found is not None else None

    def renew(self, session_id: str, token_hash: str, predecessor_hash: str) -> None:
        self._set(session_id, token_hash=token_hash, predecessor_hash=predecessor_hash)

    def succeeded_by(self, token_hash: str) -> Session | None:
        row = self._connection.execute(_SUCCESSOR, {"token": token_hash}).first()
        return _read(row) if row else None

    def _set(self, session_id: str, **values: object) -> None:
        self._connection.execute(update(_t).where(_t.c.id == session_id).values(**values))

    def end(self, session_id: str, now: int, why: str) -> bool:
        ended = self._connection.execute(
            update(_t)
            .where(_t.c.id == session_id, _t.c.ended_at.is_(None))
            .values(ended_at=now, end_reason=why)
        )
        return ended.rowcount == 1

    def end_all(self, user_id: int, now: int, why: str, *, but: str | None = None) -> list[str]:
        ended = self._connection.execute(
            update(_t)
            .where(_t.c.user_id == user_id, _t.c.ended_at.is_(None), _t.c.id != (but or ""))
            .values(ended_at=now, end_reason=why)
            .returning(_t.c.id)
        )
        return list(ended.scalars())
