"""The secret key is changed with its predecessor beside it; the database moves to another machine with it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from astrow2fa.app import CannotStart
from astrow2fa.core.confirmation import State
from astrow2fa.core.policy import Mode
from tests.support.acts import asked, says_ok
from tests.support.browser import RobotBrowser
from tests.support.house import House

OLD, NEW, OTHER = "old-" * 10, "new-" * 10, "other-" * 10


def in_use(folder: Path) -> None:
    """A house under the old secret key, closed again."""
    house = House(folder, ASTROW2FA_SECRET_KEY=OLD).people().policy(Mode.ALWAYS)
    house.parts.store.close()  # type: ignore[attr-defined]


def opened(folder: Path, key: str, *previous: str) -> House:
    more = {"ASTROW2FA_SECRET_KEY_PREVIOUS": ",".join(previous)} if previous else {}
    return House(folder, ASTROW2FA_SECRET_KEY=key, **more)


def test_a_start_with_the_predecessor_seals_all_keys_anew_once(tmp_path: Path) -> None:
    # Given
    in_use(tmp_path)
    # When it is started with the new key and its predecessor
    first = opened(tmp_path, NEW, OTHER, OLD)
    kid, sealed = first.parts.server_key.kid, first.rows("keys")
    assert first.log()[-1] == "server:keys:sealed_anew"
    # When it is started again, with both and then with the new one alone
    opened(tmp_path, NEW, OLD)
    last = opened(tmp_path, NEW)
    # Then nothing had to be done any more
    assert last.parts.server_key.kid == kid
    assert last.rows("keys") == sealed
    assert last.log().count("server:keys:sealed_anew") == 1
    # Then the old one opens nothing
    with pytest.raises(CannotStart):
        opened(tmp_path, OLD)


def test_a_key_that_does_not_open_leaves_all_as_they_were(tmp_path: Path) -> None:
    # Given one key that neither secret opens
    in_use(tmp_path)
    house = opened(tmp_path, OLD)
    with house.parts.store.write() as work:
        work._connection.exec_driver_sql(  # type: ignore[attr-defined]
            "UPDATE keys SET sealed = 'a.b.c.d.e' WHERE purpose = 'push'"
        )
    before = house.rows("keys")
    # When, Then it ends with one line that says which variable
    with pytest.raises(CannotStart, match=r"^ASTROW2FA_SECRET_KEY: [^\n]+$"):
        opened(tmp_path, NEW, OLD)
    assert house.rows("keys") == before


def test_a_restore_with_the_same_secret_key(tmp_path: Path) -> None:
    # Given a phone that was paired, and a copy of the database taken while the server runs
    house = House(tmp_path / "here").people().policy(Mode.ALWAYS)
    phone = house.phone("anna")
    kid = house.parts.server_key.kid
    copy = tmp_path / "copy.sqlite3"
    with (
        closing(sqlite3.connect(house.config.instance / "astrow2fa.sqlite3")) as running,
        closing(sqlite3.connect(copy)) as kept,
    ):
        running.backup(kept)
    # When it is put into an empty folder with the same secret key, which was kept apart
    instance = tmp_path / "there" / "instance"
    instance.mkdir(parents=True, mode=0o700)
    shutil.copy(copy, instance / "astrow2fa.sqlite3")
    there = House(tmp_path / "there", ASTROW2FA_SECRET_KEY=house.config.secret_key.decode())
    # Then its requests are signed by the key that the phone has pinned, and the phone's answer counts
    browser = RobotBrowser(there.app)
    browser.signs_in("anna")
    request = asked(there, "anna")
    assert there.parts.signatures.peek(request.request, "astrow2fa-confirmation+jwt").kid == kid
    assert says_ok(there, phone, request) is State.APPROVED
    assert browser.collects().status_code == 303
    assert browser.signed_in


def test_a_restore_without_the_secret_key(tmp_path: Path) -> None:
    in_use(tmp_path)
    with pytest.raises(CannotStart, match=r"^ASTROW2FA_SECRET_KEY: [^\n]+$"):
        House(tmp_path)
