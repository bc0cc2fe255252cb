"""The small shelves: settings, licences, the server's keys."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, select, update

from astrow2fa.core.licence import Licence, Module
from astrow2fa.core.number import Matching
from astrow2fa.core.password import Strength
from astrow2fa.core.policy import Mode
from astrow2fa.core.settings import Settings
from astrow2fa.ports.store import StoredKey
from astrow2fa.store.inserting import insert_new
from astrow2fa.store.tables import keys, licences, settings

_ONLY = 1
DROPPED = ""
_SETTINGS = select(*(settings.c[name] for name in Settings.__dataclass_fields__)).where(
    settings.c.id == bindparam("only")
)


class SqlSettings:
    """Implements ports.store.SettingsShelf. The first migration puts the row of defaults there."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self) -> Settings:
        values = self._connection.execute(_SETTINGS, {"only": _ONLY}).one()._asdict()
        values["password_strength"] = Strength(values["password_strength"])
        values["two_factor"] = Mode(values["two_factor"])
        values["number_matching"] = Matching(values["number_matching"])
        return Settings(**values)

    def save(self, new: Settings) -> bool:
        values = {name: getattr(new, name) for name in Settings.__dataclass_fields__}
        saved = self._connection.execute(
            update(settings)
            .where(settings.c.id == _ONLY, settings.c.version == new.version - 1)
            .values(**values)
        )
        return saved.rowcount == 1


class SqlLicences:
    """Implements ports.store.Licences."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[Licence]:
        return [
            Licence(
                id=row.id,
                issuer=row.issuer,
                customer=row.customer,
                modules=tuple(Module(name) for name in row.modules.split()),
                seats=row.seats,
                not_before=row.not_before,
                expires=row.expires,
            )
            for row in self._connection.execute(select(licences).order_by(licences.c.expires))
        ]

    def add(self, licence: Licence, jws: str, now: int) -> bool:
        return insert_new(
            self._connection,
            licences,
            {
                "id": licence.id,
                "issuer": licence.issuer,
                "customer": licence.customer,
                "modules": " ".join(licence.modules),
                "seats": licence.seats,
                "not_before": licence.not_before,
                "expires": licence.expires,
                "jws": jws,
                "installed_at": now,
            },
        )


class SqlKeys:
    """Implements ports.store.Keys."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sealed(self, purpose: str) -> list[str]:
        newest = select(keys.c.sealed).where(keys.c.purpose == purpose, keys.c.sealed != DROPPED)
        return list(self._connection.execute(newest.order_by(keys.c.id.desc())).scalars())

    def all(self) -> list[StoredKey]:
        return [
            StoredKey(row.kid, row.purpose, row.made_at, row.sealed or None, row.public)
            for row in self._connection.execute(select(keys).order_by(keys.c.id.desc()))
        ]

    def add(self, purpose: str, kid: str, sealed: str, now: int) -> None:
        self._connection.execute(
            insert(keys), {"purpose": purpose, "kid": kid, "sealed": sealed, "made_at": now}
        )

    def reseal(self, kid: str, sealed: str) -> None:
        self._connection.execute(update(keys).where(keys.c.kid == kid).values(sealed=sealed))

    def drop(self, kid: str, public: str) -> None:
        self._connection.execute(update(keys).where(keys.c.kid == kid).values(sealed=DROPPED, public=public))
