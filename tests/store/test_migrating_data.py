"""Migrations with people, sign-ins and a log in the tables: what was there is there afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from astrow2fa.store import migrate as module
from astrow2fa.store.migrate import is_current, migrate
from astrow2fa.store.opening import open_any
from tests.services.acting import Desk, approves, confirmation_of, denies, everything
from tests.support.databases import BOTH
from tests.support.house import House
from tests.support.phone import RobotPhone

pytestmark = BOTH

FIRST = "0001"
OLD_TABLES = ("users", "phones", "log", "keys", "licences", "passwords", "browsers", "user_mobile")
SINCE = ("users", "phones")


def revisions() -> list[str]:
    """Newest first, without the first one."""
    scripts: ScriptDirectory = module._scripts()
    return [script.revision for script in scripts.walk_revisions() if script.revision != FIRST]


@pytest.fixture
def lived_in(strict_house: House, phone: RobotPhone, desk: Desk) -> House:
    """A house in which people have signed in, and one waits."""
    desk.comes_in("anna", phone)
    strict_house.phone("bob")
    Desk(strict_house).waits("bob")
    return strict_house


def engine_of(house: House) -> Engine:
    return open_any(house.config.database_url, "threading")


def test_down_to_the_first_and_up_again_loses_no_user_phone_or_fact(lived_in: House) -> None:
    # Given
    before = everything(lived_in)
    lived_in.parts.store.close()  # type: ignore[attr-defined]
    engine = engine_of(lived_in)
    # When
    for revision in [*revisions()[1:], FIRST]:
        assert migrate(engine, revision)
        assert not is_current(engine)
    assert migrate(engine)
    # Then, but for what the first version could not know, each table is as it was
    assert is_current(engine)
    engine.dispose()
    after = everything(lived_in)
    for table in OLD_TABLES:
        kept = [_known_to_the_first(row, table) for row in after[table]]
        assert kept == [_known_to_the_first(row, table) for row in before[table]], table


def _known_to_the_first(row: dict[str, object], table: str) -> dict[str, object]:
    later = {"owes", "unasked", "unasked_since", "revoked_why", "answered_at"} if table in SINCE else set()
    return {name: value for name, value in row.items() if name not in later}


def test_after_a_step_back_and_forth_who_waited_is_let_in(lived_in: House, tmp_path: Path) -> None:
    # Given
    phone = lived_in.phone("bob", "iPhone")
    desk = Desk(lived_in)
    asked = desk.waits("bob")
    lived_in.parts.store.close()  # type: ignore[attr-defined]
    engine = engine_of(lived_in)
    # When
    assert migrate(engine, revisions()[1])
    assert migrate(engine)
    engine.dispose()
    # Then
    approves(lived_in, phone, confirmation_of(lived_in, asked.id))
    desk.collects()
    assert desk.signed_in


def test_when_something_was_answered_is_filled_in_from_the_log_and_else_unknown(
    lived_in: House, phone: RobotPhone
) -> None:
    # Given a sign-in that waits, one that came in later than it was answered, one refused, one whose log is cut off
    [oldest] = [one for one, at in answered(lived_in).items() if at is not None]
    desk = Desk(lived_in)
    asked = desk.waits("anna")
    lived_in.clock.advance(5.7)
    approves(lived_in, phone, asked)
    lived_in.clock.advance(20)
    desk.collects()
    refused = Desk(lived_in).waits("anna")
    lived_in.clock.advance(9)
    denies(lived_in, phone, refused)
    with lived_in.parts.store.write() as work:
        run = work._connection.exec_driver_sql  # type: ignore[attr-defined]
        run(f"DELETE FROM log WHERE confirmation_id = '{oldest}'")  # noqa: S608
    before = answered(lived_in)
    assert before[asked.id] == asked.asked_at + 5
    lived_in.parts.store.close()  # type: ignore[attr-defined]
    engine = engine_of(lived_in)
    # When
    assert migrate(engine, "0012")
    assert migrate(engine)
    engine.dispose()
    # Then
    assert answered(lived_in) == {**before, oldest: None}
    assert None not in (before[oldest], before[refused.id])


def answered(house: House) -> dict[str, object]:
    """When each confirmation was answered, as far as its row knows."""
    return {str(row["id"]): row["decided_at"] for row in house.rows("confirmations")}
