"""When the database fails: one error, nobody is let in, and it works again when it can."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from astrow2fa.core.facts import Fact, Tag
from astrow2fa.ports.store import Unavailable
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
    return house.config.instance / "astrow2fa.db"


@contextmanager
def full_disk(house: House) -> Iterator[None]:
    """The database may not grow by a single page."""
    with house.parts.store.write():
        pass
    writing = store_of(house)._writing
    assert writing is not None
    before = writing.exec_driver_sql("PRAGMA max_page_count").scalar_one()
    pages = writing.exec_driver_sql("PRAGMA page_count").scalar_one()
    writing.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    yield
    now = store_of(house)._writing
    if now is not None:
        now.exec_driver_sql(f"PRAGMA max_page_count={before}")


def fill(house: House) -> None:
    """Writes until there is no room."""
    for _ in range(1000):
        with house.parts.store.write() as work:
            work.log.record(Fact(Tag.SIGNED_OUT, details={"much": "x" * 2000}))


def test_a_full_disk_lets_nobody_in_and_loses_nothing(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given an approval, and no room left
    asked = desk.waits("anna")
    approves(strict_house, phone, asked)
    with full_disk(strict_house):
        with pytest.raises(Unavailable):
            fill(strict_house)
        before = everything(strict_house)
        # When
        with pytest.raises(Unavailable):
            for _ in range(50):
                desk.waits("anna")
        # Then what was refused left nothing behind, and reading goes on
        assert again(strict_house, asked).id == asked.id
        assert len(everything(strict_house)["log"]) >= len(before["log"])
        unbroken(strict_house)
    # And with room again it works
    desk.waits("bob")
    unbroken(strict_house)


def test_a_unit_that_found_no_room_changed_nothing(house: House) -> None:
    with full_disk(house):
        with pytest.raises(Unavailable):
            fill(house)
        before = everything(house)
        # When
        with pytest.raises(Unavailable), house.parts.store.write() as work:
            work.accounts.set_locked(1, 7)
            for n in range(50):
                work.log.record(Fact(Tag.SIGNED_OUT, details={"n": n, "much": "x" * 2000}))
        # Then
        assert everything(house) == before
        unbroken(house)


@pytest.mark.parametrize("how", ["its folder is gone", "it is no database", "it is empty", "it is a folder"])
def test_a_database_that_cannot_be_read(house: House, desk: Desk, how: str) -> None:
    # Given
    desk.types("anna")
    store_of(house).close()
    file = database(house)
    kept = file.rename(file.with_suffix(".kept"))
    for leftover in file.parent.glob("*.db-*"):
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
    with pytest.raises(Unavailable), house.parts.store.write():
        pass
    # And when it is back, so is everything
    store_of(house).close()
    if how == "its folder is gone":
        file.parent.with_name("elsewhere").rename(file.parent)
    elif how == "it is a folder":
        file.rmdir()
    for leftover in file.parent.glob("*.db*"):
        if leftover != kept:
            leftover.unlink()
    kept.rename(file)
    assert desk.signed_in


def test_an_error_of_ours_is_not_dressed_up_as_the_databases(house: House) -> None:
    for unit in (house.parts.store.read, house.parts.store.write):
        with pytest.raises(KeyError), unit() as work:
            assert work.now
            raise KeyError("ours")


def test_after_an_error_in_a_unit_the_next_one_begins_clean(house: House) -> None:
    # Given
    with pytest.raises(KeyError), house.parts.store.write() as work:
        work.accounts.set_locked(1, 7)
        raise KeyError
    with pytest.raises(KeyError), house.parts.store.read() as work:
        raise KeyError
    # Then
    with house.parts.store.write() as work:
        account = work.accounts.get(1)
    assert account is not None
    assert account.locked_at is None
