"""The write-ahead log is laid out at its full length before many are served, and that changes nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from astrow2fa.store import engine as subject
from tests.support.house import House


def wal_of(house: House) -> Path:
    return next(Path(house.environment["ASTROW2FA_INSTANCE"]).glob("*-wal"))


def test_it_has_its_full_length_and_commits_go_on_in_it(house: House) -> None:
    house.parts.store.make_ready()
    size = wal_of(house).stat().st_size
    assert size > 16 * 1024 * 1024
    house.phone("bob", "Pixel 10")
    assert wal_of(house).stat().st_size == size
    assert len(house.rows("phones")) == 1


def test_it_is_laid_out_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.parts.store.make_ready()
    before = wal_of(house).stat().st_mtime_ns
    house.parts.store.make_ready()
    assert wal_of(house).stat().st_mtime_ns == before


def test_what_was_committed_before_a_crash_is_there_after_it(house: House, tmp_path: Path) -> None:
    """A copy of the files as they lie, with zeros behind the last frame, is what a crash leaves."""
    house.parts.store.make_ready()
    house.phone("bob", "Pixel 10")
    left = tmp_path / "left"
    left.mkdir(mode=0o700)
    for file in Path(house.environment["ASTROW2FA_INSTANCE"]).iterdir():
        if file.is_file() and not file.name.endswith("-shm"):
            (left / file.name).write_bytes(file.read_bytes())
            (left / file.name).chmod(0o600)
    again = House(left.parent / "again", ASTROW2FA_INSTANCE=str(left))
    assert len(again.rows("phones")) == 1


def test_without_room_on_the_disk_it_stays_as_it_is(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    before = wal_of(house).stat().st_size

    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(subject.os, "fsync", full)
    house.parts.store.make_ready()
    house.phone("bob", "Pixel 10")
    assert len(house.rows("phones")) == 1
    assert wal_of(house).stat().st_size >= before


def test_tidied_it_is_written_from_its_beginning_again(house: House) -> None:
    house.parts.store.make_ready()
    house.phone("bob", "Pixel 10")
    with house.parts.store.read() as work:  # Who reads meanwhile sees what was there.
        house.parts.store.tidy()
        assert len(work.phones.of(house.id_of("bob"))) == 1
    head = wal_of(house).read_bytes()[:32]
    house.parts.store.tidy()
    house.phone("charlie", "Pixel 11")
    assert wal_of(house).read_bytes()[:32] != head
    assert len(house.rows("phones")) == 2


def test_the_last_room_on_the_disk_is_left_to_others(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    before = wal_of(house).stat().st_size
    usage = subject.disk_usage(house.environment["ASTROW2FA_INSTANCE"])
    monkeypatch.setattr(subject, "disk_usage", lambda _: usage._replace(free=20 * 1024 * 1024))
    # When
    house.parts.store.make_ready()
    # Then
    assert wal_of(house).stat().st_size == before
