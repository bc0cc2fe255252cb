"""When the database fails: one error, nobody is let in, and it works again when it can."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from astrow2fa.core.facts import Fact, Tag
from astrow2fa.ports.store import Unavailable, Work
from astrow2fa.store.work import SqlStore
from tests.services.acting import Desk, again, approves, everything
from tests.store.test_log_chain import unbroken
from tests.support.house import House
from tests.support.phone import RobotPhone


def store_of(house: House) -> SqlStore:
    store = house.parts.store
    assert isinstance(store, SqlStore)
    return store


def database(house: House) -> Path:
    return house.config.instance / "astrow2fa.sqlite3"


@contextmanager
def full_disk(house: House) -> Iterator[None]:
    """The database has no page to spare, and may not grow by a single one, on no connection."""
    store = store_of(house)
    store.close()
    with store._engine.connect() as connection:
        connection.exec_driver_sql("VACUUM")
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    store.close()

    def limit(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(store._engine, "connect", limit)
    yield
    event.remove(store._engine, "connect", limit)
    store.close()


def writes_much(house: House) -> None:
    """One unit that needs more room than there can be left over in the pages."""
    with house.parts.store.write() as work:
        work.accounts.set_locked(1, 7)
        for n in range(50):
            work.log.record(Fact(Tag.SIGNED_OUT, details={"n": n, "much": "x" * 2000}))


def wait_one_after_another(house: House, times: int) -> None:
    for _ in range(times):
        Desk(house).waits("anna")
        house.clock.advance(120)


def test_a_full_disk_lets_nobody_in_and_loses_nothing(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given something that is waited for, and soon no room left
    asked = desk.waits("anna")
    with full_disk(strict_house):
        # When
        with pytest.raises(Unavailable):
            wait_one_after_another(strict_house, 200)
        # Then what was refused left nothing behind, and reading goes on
        before = everything(strict_house)
        assert again(strict_house, asked) == asked
        unbroken(strict_house)
        assert len(before["sessions"]) == len(before["confirmations"])
        with pytest.raises(Unavailable):
            wait_one_after_another(strict_house, 200)
    # And with room again it works
    approves(strict_house, phone, Desk(strict_house).waits("anna"))
    unbroken(strict_house)


def test_a_unit_that_found_no_room_changed_nothing(house: House) -> None:
    with full_disk(house):
        before = everything(house)
        for _ in range(2):
            with pytest.raises(Unavailable):
                writes_much(house)
            assert everything(house) == before
        unbroken(house)
    writes_much(house)
    unbroken(house)


@pytest.mark.parametrize("how", ["its folder is gone", "it is no database", "it is empty", "it is a folder"])
def test_a_database_that_cannot_be_read(house: House, desk: Desk, how: str) -> None:
    # Given
    desk.types("anna")
    store_of(house).close()
    file = database(house)
    kept = file.rename(file.with_suffix(".kept"))
    for leftover in file.parent.glob("*.sqlite3-*"):
        leftover.unlink()
    if how == "it is no database":
        file.write_bytes(b"this is not a database, however long it may be " * 100)
    elif how == "it is empty":
        file.touch()
    elif how == "it is a folder":
        file.mkdir()
    else:
        file.parent.rename(file.parent.with_name("elsewhere"))
    # When, Then
    with pytest.raises(Unavailable):
        desk.types("anna")
    with pytest.raises(Unavailable):
        desk.held()
    with pytest.raises(Unavailable), house.parts.store.write() as work:
        work.settings.get()
    # And when it is back, so is everything
    store_of(house).close()
    if how == "its folder is gone":
        file.parent.with_name("elsewhere").rename(file.parent)
    elif how == "it is a folder":
        file.rmdir()
    for leftover in file.parent.glob("*.sqlite3*"):
        if leftover != kept:
            leftover.unlink()
    kept.rename(file)
    assert desk.signed_in


def breaks_off(unit: AbstractContextManager[Work]) -> None:
    """A unit in which our own code fails."""
    with unit as work:
        assert work.accounts.get(1)
        raise KeyError("ours")


def test_an_error_of_ours_is_not_dressed_up_as_the_databases(house: House) -> None:
    for unit in (house.parts.store.read, house.parts.store.write):
        with pytest.raises(KeyError):
            breaks_off(unit())


def locks_and_breaks_off(house: House) -> None:
    with house.parts.store.write() as work:
        work.accounts.set_locked(1, 7)
        raise KeyError("ours")


def test_after_an_error_in_a_unit_the_next_one_begins_clean(house: House) -> None:
    # Given
    with pytest.raises(KeyError):
        locks_and_breaks_off(house)
    # Then
    with house.parts.store.write() as work:
        account = work.accounts.get(1)
    assert account is not None
    assert account.locked_at is None
