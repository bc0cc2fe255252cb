"""Opening the database, so that what was committed stays committed and waiting never stops the event loop."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from shutil import disk_usage
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url

_READ_WAIT_MS = 250
_PAGE_BYTES = 4096
_LOG_PAGES = 4096
_FRAME_HEAD_BYTES = 24


def _make_private(url: str) -> None:
    """A new SQLite file is made for its owner alone; the files beside it get the mode that it has."""
    path = make_url(url).database
    if url.startswith("sqlite:") and path and Path(path).parent.is_dir():
        with suppress(FileExistsError, PermissionError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def open_engine(url: str) -> Engine:
    """An engine for `url`. SQLite: write-ahead log, synchronous FULL (durable before it is told), foreign keys on.

    The driver is left in its autocommit mode: units of work say BEGIN and COMMIT themselves, because only
    BEGIN IMMEDIATE takes the write lock at a moment when nothing is lost by giving up and trying again.
    """
    _make_private(url)
    engine = create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        connect_args={"check_same_thread": False, "timeout": _READ_WAIT_MS / 1000},
        pool_size=8,
        max_overflow=8,
        pool_timeout=5,
        pool_reset_on_return=None,
        skip_autocommit_rollback=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: Any) -> None:
        for pragma in (
            # Only a new file takes it. A question and its decision fit into one page of 4 KiB, and indexes are less
            # deep than with 1 KiB: an answer changed 11 pages instead of 16, a tenth of all that it cost the processor.
            f"page_size={_PAGE_BYTES}",
            "journal_mode=WAL",
            # Moving the log into the file takes tens of milliseconds: a server does it at leisure (`fold_log`), and
            # only when it cannot keep up, or is not running, does it happen inside somebody's commit.
            f"wal_autocheckpoint={_LOG_PAGES}",
            "synchronous=FULL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            "cache_size=-16384",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def lay_out_log(engine: Engine) -> None:
    """Writes the write-ahead log to its full length once, so that later commits write over what is there.

    A file that grows is made durable in two steps, its data and its new length: on one disk a commit took 250 µs at
    the end of the log and 150 µs inside it. SQLite reads no further than the last frame whose salt and checksum are
    right (its file format, section 4), so what lies behind may be anything.
    """
    name = engine.url.database
    if not name or engine.url.get_backend_name() != "sqlite":
        return
    with engine.connect() as connection:
        # Nobody else may be adding frames meanwhile.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        # Without room on the disk the log stays as it is, and commits are slower until there is. The last room there
        # is does not go into it: others write to that disk too.
        with suppress(OSError), Path(f"{name}-wal").open("r+b") as file:
            missing = _LOG_PAGES * (_PAGE_BYTES + _FRAME_HEAD_BYTES) - file.seek(0, os.SEEK_END)
            if 0 < missing < disk_usage(name).free // 2:
                file.write(bytes(missing))
                file.flush()
                os.fsync(file.fileno())
        connection.exec_driver_sql("ROLLBACK")


def fold_log(engine: Engine) -> None:
    """Moves what the write-ahead log holds into the file, so that it can be written from its beginning again.

    For a real thread: it opens a connection of its own, past the pool, whose locks are the loop's, and keeps nobody
    from writing meanwhile. Raises sqlite3.Error.
    """
    name = engine.url.database
    if not name or engine.url.get_backend_name() != "sqlite":
        return
    with closing(sqlite3.connect(name, timeout=0)) as connection:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
