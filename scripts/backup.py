"""The database into one file while servers run, and back: backup.py save|restore FILE.

SQLite by its online backup, PostgreSQL by pg_dump and pg_restore. The secret key is in neither: without it the keys in
a backup cannot be opened, so it is kept elsewhere. Restoring asks that no server runs.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parent.parent
SQLITE = "sqlite:///"


def database(environ: dict[str, str]) -> str:
    """The address of the database as the server would have it."""
    instance = environ.get("ASTROW2FA_INSTANCE", str(ROOT / "instance"))
    return environ.get("ASTROW2FA_DATABASE_URL", f"{SQLITE}{Path(instance).resolve() / 'astrow2fa.sqlite3'}")


def _copy(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        # In one go: a writer meanwhile would make it begin again with every page it changes.
        old.backup(new)
        [said] = new.execute("PRAGMA integrity_check").fetchone()
        if said != "ok":
            raise SystemExit(f"{source} is damaged: {said}")


def _libpq(url: str) -> str:
    return "postgresql:" + url.partition(":")[2]


def save(url: str, file: Path) -> None:
    """Writes `file`, which must not be there."""
    if file.exists():
        raise SystemExit(f"{file} is there already")
    file.touch(mode=0o600)
    if url.startswith("sqlite:"):
        _copy(Path(url.removeprefix(SQLITE)), file)
    else:
        subprocess.run(
            ["pg_dump", "--format=custom", "--no-owner", f"--file={file}", f"--dbname={_libpq(url)}"],
            check=True,
        )


def restore(url: str, file: Path) -> None:
    """Puts the database in the state of `file`; what has happened since is gone."""
    if url.startswith("sqlite:"):
        place = Path(url.removeprefix(SQLITE))
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = place.with_suffix(".restored")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        _copy(file, fresh)
        for leftover in (place.with_name(place.name + end) for end in ("-wal", "-shm")):
            leftover.unlink(missing_ok=True)
        fresh.replace(place)
    else:
        subprocess.run(
            [
                "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error",
                f"--dbname={_libpq(url)}", str(file),
            ],
            check=True,
        )  # fmt: skip


def main() -> None:
    """What `make backup` and `make restore` call."""
    verbs = {"save": save, "restore": restore}
    if len(sys.argv) != 3 or sys.argv[1] not in verbs or not sys.argv[2]:
        raise SystemExit("usage: make backup FILE=…  or  make restore FILE=…")
    try:
        verbs[sys.argv[1]](database(dict(os.environ)), Path(sys.argv[2]))
    except (OSError, sqlite3.Error, subprocess.CalledProcessError) as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
