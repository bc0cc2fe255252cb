"""Phones, and the proofs they have used."""

from __future__ import annotations

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, insert, or_, select, update

from astrow2fa.core.accounts import Account, Phone
from astrow2fa.store.accounts import ACCOUNT, account_of
from astrow2fa.store.inserting import insert_new
from astrow2fa.store.tables import phones, used_proofs, user_mobile, users

_t = phones
_COLUMNS = [_t.c[name] for name in Phone.__dataclass_fields__]
_GET = select(*_COLUMNS).where(_t.c.id == bindparam("id"))
_OF = select(*_COLUMNS).where(_t.c.user_id == bindparam("user")).order_by(_t.c.paired_at, _t.c.id)
_LIVE_OF = _OF.where(_t.c.revoked_at.is_(None))
_GUARDING = _OF.where(
    or_(
        _t.c.revoked_at.is_(None),
        and_(_t.c.revoked_why == bindparam("why"), _t.c.revoked_at > bindparam("since")),
    )
)
_CLEAR_NUMBERS = (
    update(_t).where(_t.c.id == bindparam("device"), _t.c.wrong_numbers != 0).values(wrong_numbers=0)
)
_SEEN = update(_t).where(_t.c.id == bindparam("device")).values(seen_at=bindparam("now"))


class SqlPhones:
    """Implements ports.store.Phones."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, phone: Phone) -> None:
        self._connection.execute(
            insert(_t), {column.name: getattr(phone, column.name) for column in _COLUMNS}
        )
        self._connection.execute(update(users).where(users.c.id == phone.user_id).values(had_phone=True))

    def get(self, device_id: str) -> Phone | None:
        row = self._connection.execute(_GET, {"id": device_id}).first()
        return Phone(*row) if row else None

    def of(self, user_id: int) -> list[Phone]:
        return [Phone(*row) for row in self._connection.execute(_OF, {"user": user_id})]

    def live_of(self, user_id: int) -> list[Phone]:
        return [Phone(*row) for row in self._connection.execute(_LIVE_OF, {"user": user_id})]

    def guarding(self, user_id: int, why: str, since: int) -> list[Phone]:
        values = {"user": user_id, "why": why, "since": since}
        return [Phone(*row) for row in self._connection.execute(_GUARDING, values)]

    def revoke(self, device_id: str, now: int, why: str) -> bool:
        revoked = self._connection.execute(
            update(_t)
            .where(_t.c.id == device_id, _t.c.revoked_at.is_(None))
            .values(revoked_at=now, revoked_why=why)
        )
        return revoked.rowcount == 1

    def rename(self, device_id: str, name: str) -> None:
        self._connection.execute(update(_t).where(_t.c.id == device_id).values(name=name))

    def seen(self, device_id: str, now: int) -> None:
        self._connection.execute(_SEEN, {"device": device_id, "now": now})

    def told_kid(self, device_id: str) -> str | None:
        return self._connection.execute(select(_t.c.told_kid).where(_t.c.id == device_id)).scalar()

    def tell_keys(self, device_id: str, server_kid: str, told_kid: str) -> None:
        told = update(_t).where(_t.c.id == device_id).values(server_kid=server_kid, told_kid=told_kid)
        self._connection.execute(told)

    def count_wrong_number(self, device_id: str) -> int:
        count: int = self._connection.execute(
            update(_t)
            .where(_t.c.id == device_id)
            .values(wrong_numbers=_t.c.wrong_numbers + 1)
            .returning(_t.c.wrong_numbers)
        ).scalar_one()
        return count

    def clear_wrong_numbers(self, device_id: str) -> None:
        self._connection.execute(_CLEAR_NUMBERS, {"device": device_id})

    def count_wrong_password(self, device_id: str) -> int:
        count: int = self._connection.execute(
            update(_t)
            .where(_t.c.id == device_id)
            .values(wrong_passwords=_t.c.wrong_passwords + 1)
            .returning(_t.c.wrong_passwords)
        ).scalar_one()
        return count

    def clear_wrong_passwords(self, user_id: int) -> None:
        self._connection.execute(
            update(_t).where(_t.c.user_id == user_id, _t.c.wrong_passwords != 0).values(wrong_passwords=0)
        )

    def users_without(self) -> list[Account]:
        live = exists().where(_t.c.user_id == users.c.id, _t.c.revoked_at.is_(None))
        mobile = exists().where(user_mobile.c.user_id == users.c.id)
        rows = self._connection.execute(
            ACCOUNT.where(users.c.enabled, or_(~live, ~mobile)).order_by(users.c.name_key)
        )
        return [account_of(row) for row in rows]

    def live_counts(self) -> dict[int, int]:
        rows = self._connection.execute(
            select(_t.c.user_id, func.count()).where(_t.c.revoked_at.is_(None)).group_by(_t.c.user_id)
        )
        return {row[0]: row[1] for row in rows}

    def use_proof(self, kid: str, jti: str, until: int) -> bool:
        return insert_new(self._connection, used_proofs, {"kid": kid, "jti": jti, "until": until})

    def proofs_before(self, before: int) -> bool:
        return bool(self._connection.execute(select(exists().where(used_proofs.c.until < before))).scalar())

    def forget_proofs(self, before: int) -> None:
        self._connection.execute(delete(used_proofs).where(used_proofs.c.until < before))
