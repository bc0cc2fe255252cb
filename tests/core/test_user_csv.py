"""Users as CSV: what is read, what is refused and where, and that what goes out comes in again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from astrow2fa.core import user_csv
from astrow2fa.core.accounts import Account
from astrow2fa.core.directory import Wanted
from astrow2fa.core.user_csv import Unreadable, meant, read

EVE = Account(
    id=7,
    name="eve",
    display_name="Eve Evers",
    email="eve@example.org",
    password_hash="",
    password_changed_at=1,
    enabled=True,
    failed_passwords=0,
    locked_at=None,
    had_phone=False,
    roles=("HR", "Help desk"),
    mobile=("ess",),
    kinds=("ess", "vt"),
    single=("chat",),
)


def test_a_file_is_read_by_its_heading_whatever_the_order() -> None:
    [row] = read(b"email,user_name\neve@example.org,eve\n")

    assert row.cells == {"email": "eve@example.org", "user_name": "eve"}
    assert (row.line, row.faults) == (2, {})


@pytest.mark.parametrize(
    "text", ["user_name;roles\neve;HR\n", "user_name\troles\neve\tHR\n", "\ufeffuser_name,roles\r\neve,HR"]
)
def test_files_of_spreadsheets_are_read(text: str) -> None:
    [row] = read(text.encode())

    assert row.cells == {"user_name": "eve", "roles": "HR"}


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    rows = read(b'user_name,display_name\n\neve,"Eve\nEvers"\nbob,Bob\n')

    assert [(row.line, row.cells["user_name"]) for row in rows] == [(3, "eve"), (5, "bob")]


@pytest.mark.parametrize(
    ("data", "code", "column"),
    [
        (b"", "no_user_name", ""),
        (b"user_name\n", "empty", ""),
        (b"user_name\n\n , \n", "empty", ""),
        (b"name\neve\n", "unknown_column", "name"),
        (b"user_name,password\neve,x\n", "unknown_column", "password"),
        (b"user_name,email,email\neve,a,b\n", "column_twice", "email"),
        (b"email\ne@x\n", "no_user_name", ""),
        (b"user_name\n\xff\n", "not_utf8", ""),
        (b"user_name\n\x00\n", "not_csv", ""),
        (b'user_name\n"eve\n', "not_csv", ""),
        (b"user_name\n" + b"x" * user_csv.LARGEST_BYTES, "too_large", ""),
        (b"user_name\n" + b"".join(b"u%d\n" % n for n in range(10_001)), "too_many", ""),
    ],
)
def test_what_is_no_file_of_users_is_refused_as_a_whole(data: bytes, code: str, column: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(data)

    assert (caught.value.code, caught.value.column) == (code, column)


def test_ten_thousand_are_read() -> None:
    assert len(read(b"user_name\n" + b"".join(b"u%d\n" % n for n in range(10_000)))) == 10_000


def test_faults_are_told_by_column() -> None:
    rows = read(b"user_name,email\neve,a,b\nbob\nEVE,\nann,x\n")

    assert [row.faults for row in rows] == [
        {"user_name": "cells"},
        {"user_name": "cells"},
        {"user_name": "twice"},
        {},
    ]


def test_a_new_user_gets_what_the_cells_say() -> None:
    cells = {"user_name": "eve", "kinds": "ess+mobile; VT", "roles": "HR;;HR", "enabled": "No"}

    what, faults = meant(cells, None)

    assert faults == {}
    assert what.wanted == Wanted("eve", "eve", "", ("ess", "vt"), ("ess",), ("HR",), ())
    assert what.enabled is False


def test_a_column_that_is_not_there_changes_nothing_and_an_empty_cell_empties() -> None:
    what, _ = meant({"user_name": "EVE", "roles": ""}, EVE)

    assert what.wanted.roles == ()
    assert what.enabled is None
    assert replace(what.wanted, roles=EVE.roles) == Wanted(
        "eve", "Eve Evers", "eve@example.org", EVE.kinds, EVE.mobile, EVE.roles, EVE.single
    )


def test_unknown_kinds_and_other_words_for_yes_are_faults() -> None:
    _, faults = meant({"user_name": "eve", "kinds": "ess+mobil;boss", "enabled": "perhaps"}, None)

    assert faults == {"kinds": "unknown", "enabled": "yes_or_no"}


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "+x", "-x", "'x", "''=x", 'a,b;"c"\nd', "Zoë"])
def test_what_goes_out_comes_in_again_and_is_no_formula(name: str) -> None:
    out = user_csv.heading() + user_csv.written([replace(EVE, display_name=name)])
    [row] = read(out.encode())

    assert row.cells["display_name"] == name
    assert meant(row.cells, EVE)[0].wanted == Wanted(
        "eve", name, EVE.email, EVE.kinds, EVE.mobile, EVE.roles, EVE.single
    )
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in out.replace('"', "").split(","))
