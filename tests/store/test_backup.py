"""`make backup` and `make restore`: what was saved while people were in it opens again, and they sign in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.services.acting import Desk, approves
from tests.support.databases import BOTH
from tests.support.house import House

pytestmark = BOTH

SCRIPT = Path(__file__).parent.parent.parent / "scripts" / "backup.py"


def backup(house: House, verb: str, file: Path) -> subprocess.CompletedProcess[str]:
    """As an operator calls it, with the environment of the server."""
    environ = {**os.environ, **house.environment}
    return subprocess.run(
        [sys.executable, SCRIPT, verb, file], env=environ, capture_output=True, text=True, check=False
    )


def test_after_a_restore_a_phone_paired_before_it_lets_its_user_in(
    strict_house: House, tmp_path: Path
) -> None:
    # Given a backup while the database is in use
    phone = strict_house.phone("anna")
    waiting = Desk(strict_house)
    asked = waiting.waits("anna")
    file = tmp_path / "saved"
    done = backup(strict_house, "save", file)
    assert done.returncode == 0, done.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    # When what came later is lost
    strict_house.phone("bob")
    strict_house.parts.store.close()  # type: ignore[attr-defined]
    done = backup(strict_house, "restore", file)
    assert done.returncode == 0, done.stderr
    # Then
    again = House(strict_house.config.instance.parent, strict_house.clock)
    assert [row["user_id"] for row in again.rows("phones")] == [again.id_of("anna")]
    desk = Desk(again)
    approves(again, phone, desk.waits("anna"))
    desk.collects()
    assert desk.signed_in
    # And who waited at the time of the backup waits still
    waiting.house = again
    approves(again, phone, asked)
    waiting.collects()
    assert waiting.signed_in
    again.parts.store.close()  # type: ignore[attr-defined]


def test_a_backup_never_writes_over_another(house: House, tmp_path: Path) -> None:
    file = tmp_path / "saved"
    file.write_text("the only one")

    assert backup(house, "save", file).returncode != 0
    assert file.read_text() == "the only one"
