"""The whole program in this process, on a database in a temporary folder, with a clock that tests move.

Who is in it: Anna (Mobile, an administrator), Bob (Mobile), Charlie the stranger (a user with a phone, but with
no business in what the others do), Dora (no Mobile permission).
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from flask import Flask
from sqlalchemy import delete, insert

from astrow2fa.adapters.signatures import JoseSignatures
from astrow2fa.app import create_app
from astrow2fa.config import Config
from astrow2fa.core.licence import Module
from astrow2fa.core.permissions import Permission
from astrow2fa.core.policy import Mode
from astrow2fa.ports import Parts
from astrow2fa.ports.outside import Client, Clock, SigningKey
from astrow2fa.services import accounts, keys, licences, pairing, settings
from astrow2fa.services.accounts import NewUser
from astrow2fa.store.tables import user_permissions
from astrow2fa.web.context import EXTENSION
from tests.support.clock import MovableClock
from tests.support.phone import RobotPhone

DATABASE = "database"
PASSWORD = "correct Horse-7 battery"
PEOPLE = {
    "anna": NewUser("anna", PASSWORD, "Anna Ansen", "anna@example.org", ("Administrator",), ("ess",)),
    "bob": NewUser("bob", PASSWORD, "Bob Boer", "", (), ("ess",)),
    "charlie": NewUser("charlie", PASSWORD, "Charlie Cole", "", (), ("ess",)),
    "dora": NewUser("dora", PASSWORD, "Dora Dahl"),
}
CHROME = Client(address="192.0.2.10", browser="Chrome 156", os="Linux", place="")
ELSEWHERE = Client(address="198.51.100.7", browser="Firefox 148", os="Windows 11", place="Netherlands")


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a house: everything in `folder`, limits that tests do not run into."""
    limits = (
        "login.address=100000/minute,login.account=100000/minute,pair.address=100000/minute,"
        "pair.account=100000/minute,answer.phone=100000/minute,socket.address=100000/minute,"
        "password.account=100000/minute"
    )
    # A house that stands on PostgreSQL says so in its folder, so that every process of it comes to the same one.
    elsewhere = folder / DATABASE
    database = {"ASTROW2FA_DATABASE_URL": elsewhere.read_text()} if elsewhere.exists() else {}
    return {"ASTROW2FA_INSTANCE": str(folder / "instance"), "ASTROW2FA_LIMITS": limits, **database, **more}


class House:
    """The program and its people."""

    on_postgres: ClassVar[list[House]] = []
    """Those whose connections somebody has to close."""

    def __init__(self, folder: Path, clock: Clock | None = None, **more: str) -> None:
        self.environment = environment(folder, **more)
        self.config = Config.load(self.environment)
        self._clock = clock or MovableClock()
        self.app: Flask = create_app(self.config, clock=self._clock)
        self.parts: Parts = self.app.extensions[EXTENSION].parts
        if (folder / DATABASE).exists():
            self.on_postgres.append(self)

    @classmethod
    def close_later_than(cls, known: int) -> None:
        """Closes the connections of those that were made since there were `known`.

        The earlier ones are lived in: closed here they would open others, which nobody closes any more.
        """
        while len(cls.on_postgres) > known:
            cls.on_postgres.pop().parts.store.close()  # type: ignore[attr-defined]

    @property
    def clock(self) -> MovableClock:
        assert isinstance(self._clock, MovableClock)
        return self._clock

    def people(self) -> House:
        """Everybody moves in, with the licence."""
        install_licence(self.parts)
        for new in PEOPLE.values():
            accounts.create(self.parts, new)
        return self

    def policy(self, mode: Mode) -> House:
        settings.change(self.parts, "two_factor", mode.value, force=True)
        return self

    def set(self, name: str, value: str) -> House:
        settings.change(self.parts, name, value, force=True)
        return self

    def may(self, name: str, *permissions: Permission) -> House:
        """Gives this person these single permissions, and no others."""
        user_id = self.id_of(name)
        with self.parts.store.write() as work:
            run = work._connection.execute  # type: ignore[attr-defined]
            run(delete(user_permissions).where(user_permissions.c.user_id == user_id))
            for permission in permissions:
                run(insert(user_permissions), {"user_id": user_id, "permission": permission.value})
        return self

    def id_of(self, name: str) -> int:
        return accounts.named(self.parts, name).id

    def phone(self, name: str, label: str = "Pixel 9") -> RobotPhone:
        """Pairs a phone for this person, by a code of the operator's."""
        return pair_phone(self.parts, self.id_of(name), label)

    def log(self) -> list[str]:
        """The tags of the log, oldest first."""
        return [row["tag"] for row in self.rows("log")]

    def loses_its_database(self) -> None:
        """Nobody can open it any more, as when a disk went away."""
        self.parts.store.close()  # type: ignore[attr-defined]
        database = self.config.instance / "astrow2fa.sqlite3"
        database.unlink()
        database.mkdir()

    def delete(self, table: str) -> None:
        """Empties a table, as nothing in the product does."""
        with self.parts.store.write() as work:
            work._connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608

    def rows(self, table: str) -> list[dict[str, object]]:
        """A table as it is, to see that nothing changed."""
        with self.parts.store.read() as work:
            connection = work._connection  # type: ignore[attr-defined]
            ordered = " ORDER BY 1, 2" if connection.dialect.name != "sqlite" else ""
            cursor = connection.exec_driver_sql(f"SELECT * FROM {table}{ordered}")  # noqa: S608
            return [dict(row._mapping) for row in cursor]


def install_licence(
    parts: Parts, modules: tuple[Module, ...] = tuple(Module), days: int = 365, seats: int = 0
) -> None:
    """A licence of the demo issuer's."""
    issuer: SigningKey = keys.ensure(parts.store, parts.signatures, keys.Purpose.DEMO_ISSUER)
    text = licences.issue(
        parts, issuer, issuer="Demo", customer="Test", modules=list(modules), seats=seats, days=days
    )
    licences.install(parts, text)


def pair_phone(parts: Parts, user_id: int, label: str) -> RobotPhone:
    signatures = JoseSignatures(b"a secret key that only this robot has")
    key = signatures.new_key()
    issued = pairing.issue_code(parts, user_id, "operator")
    paired = pairing.pair(
        parts,
        pairing.NewPhone(issued.link, key.public, label, "robot", "persisted", None, None),
        "192.0.2.50",
    )
    return RobotPhone(signatures, key, paired.device_id, parts.public_url, parts.clock.now)
