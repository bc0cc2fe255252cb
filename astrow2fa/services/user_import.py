"""Importing users from a file: read, looked at in pieces (the dry run), then imported in one transaction or not at all.

New users get a hash that no password has: making ten thousand passwords would take minutes, and somebody would have
to carry them in a file. They cannot sign in until a first password is set for them, one by one or on printed sheets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from astrow2fa.core.accounts import Account, name_key
from astrow2fa.core.directory import faults_of
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.user_csv import FIELDS, WHILE_READING, Meant, Row, meant
from astrow2fa.ports import Parts
from astrow2fa.ports.directory import Help, Import, ImportRow
from astrow2fa.ports.people import NameTaken
from astrow2fa.ports.store import Work
from astrow2fa.services.helping import (
    Refused,
    Stop,
    Why,
    an_administrator_is_left,
    closed,
    granting,
    helper,
    own_roles_in,
    seat_for,
    untouchable,
)
from astrow2fa.services.unit import Unit, change
from astrow2fa.services.users import created_fact, differing, disable, enable, follow, new_account

BATCH = 150
SHOWN = 200
CREATE, CHANGE, SAME = "create", "change", "same"
_COLUMN = {field: column for column, field in FIELDS.items()}


@dataclass(frozen=True, slots=True)
class Standing:
    """An import as its page shows it: how far it was looked at, what its rows become, the first that are wrong."""

    made: Import
    outcomes: Mapping[str, int]
    faulty: Sequence[ImportRow]


@dataclass(frozen=True, slots=True)
class Imported:
    """How many users were created, changed, and were so already."""

    created: int
    changed: int
    same: int


@dataclass(frozen=True, slots=True)
class _Judged:
    """A row with what it becomes, what it means, and the user it is about."""

    row: ImportRow
    meant: Meant
    present: Account | None


@closed
def begin(parts: Parts, helper_id: int, rows: Sequence[Row]) -> str:
    """Keeps the rows of a file that was read (core.user_csv.read); returns the import's id."""
    with parts.store.write() as work:
        acting = helper(work, helper_id)
        made = Import(parts.chance.token(128), acting.id, int(work.now), len(rows), 0, None)
        work.imports.begin(made, ((row.line, row.cells, row.faults) for row in rows))
    return made.id


def standing(parts: Parts, helper_id: int, import_id: str) -> Standing | None:
    """None when this helper has no such import."""
    with parts.store.read() as work:
        made = work.imports.get(import_id, helper_id)
        if made is None:
            return None
        return Standing(made, work.imports.outcomes(import_id), work.imports.faulty(import_id, SHOWN))


@closed
def look(parts: Parts, helper_id: int, import_id: str) -> Import:
    """The dry run: looks at the next rows, and at nothing else."""
    with parts.store.write() as work:
        acting, made = _mine(work, helper_id, import_id)
        rows = work.imports.rows(import_id, made.checked, BATCH)
        judged = [one.row for one in _judge(work, acting, own_roles_in(work), rows)]
        checked = made.checked + len(rows) if rows else made.total
        work.imports.looked_at(import_id, judged, checked)
    return replace(made, checked=checked)


def look_anew(parts: Parts, helper_id: int, import_id: str) -> None:
    """Begins the dry run again, after something else was changed."""
    with parts.store.write() as work:
        if work.imports.get(import_id, helper_id) is not None:
            work.imports.looked_at(import_id, [], 0)


def drop(parts: Parts, helper_id: int, import_id: str) -> None:
    with parts.store.write() as work:
        if work.imports.get(import_id, helper_id) is not None:
            work.imports.drop(import_id)


def _mine(work: Work, helper_id: int, import_id: str) -> tuple[Account, Import]:
    acting = helper(work, helper_id)
    made = work.imports.get(import_id, acting.id)
    if made is None or made.done_at is not None:
        raise Stop(Why.UNKNOWN)
    return acting, made


def _judge(
    work: Work, acting: Account, own: Mapping[str, tuple[str, ...]], rows: Sequence[ImportRow]
) -> Iterator[_Judged]:
    present = work.directory.named([_key(row) for row in rows])
    return (_judged(acting, own, row, present.get(_key(row))) for row in rows)


def _key(row: ImportRow) -> str:
    return name_key(row.cells.get("user_name", ""))


def _judged(
    acting: Account, own: Mapping[str, tuple[str, ...]], row: ImportRow, present: Account | None
) -> _Judged:
    what, faults = meant(row.cells, present)
    if present is not None and untouchable(acting, present):
        faults = {"user_name": Why.HOLDS_MORE.value}
    else:
        wrong = {_COLUMN.get(field, field): code for field, code in faults_of(what.wanted).items()}
        faults = {**wrong, **faults, **_not_granted(acting, own, what)}
    if present is not None and present.id == acting.id and what.enabled is False:
        faults["enabled"] = Why.YOURSELF.value
    # What reading found stays found: those cells are not what the file says.
    faults.update({column: code for column, code in row.faults.items() if code in WHILE_READING})
    return _Judged(replace(row, becomes=_becomes(what, present), faults=faults), what, present)


def _not_granted(acting: Account, own: Mapping[str, tuple[str, ...]], what: Meant) -> dict[str, str]:
    found = {}
    for column, roles, permissions in (
        ("roles", what.wanted.roles, ()),
        ("permissions", (), what.wanted.permissions),
    ):
        try:
            granting(own, acting, roles, permissions)
        except Stop as stop:
            found[column] = stop.refused.why.value
    return found


def _becomes(what: Meant, present: Account | None) -> str:
    if present is None:
        return CREATE
    enabled = what.enabled is None or what.enabled == present.enabled
    return SAME if enabled and not differing(present, what.wanted) else CHANGE


def run(parts: Parts, helper_id: int, import_id: str) -> Iterator[Imported | Refused | None]:
    """Imports every row or none; the last that it yields is the result, and between the others somebody else may run.

    What every row means is found out in pieces, before the transaction. It then only makes sure that no user and no
    role was changed since: judging ten thousand rows inside it would hold everybody else up.
    """
    unknown = parts.passwords.hash(parts.chance.token(256))
    judged: list[_Judged] = []
    with parts.store.read() as work:
        mark = work.directory.last_change()
    while True:
        some = _next(parts, helper_id, import_id, len(judged))
        if isinstance(some, Refused):
            yield some
            return
        if not some:
            break
        judged += some
        yield None
    yield _import(parts, helper_id, import_id, judged, mark, unknown)


@closed
def _next(parts: Parts, helper_id: int, import_id: str, first: int) -> list[_Judged]:
    with parts.store.read() as work:
        acting, made = _mine(work, helper_id, import_id)
        if made.checked < made.total:
            raise Stop(Why.NOT_CHECKED)
        rows = work.imports.rows(import_id, first, BATCH)
        return list(_judge(work, acting, own_roles_in(work), rows))


@closed
def _import(
    parts: Parts, helper_id: int, import_id: str, judged: Sequence[_Judged], mark: int, unknown: str
) -> Imported:
    with change(parts) as unit:
        work = unit.work
        acting, made = _mine(work, helper_id, import_id)
        unsure = work.directory.last_change() != mark or len(judged) != made.total
        if unsure or any(one.row.faults for one in judged):
            raise Stop(Why.STALE)
        seat_for(work, sum(_seats(one) for one in judged))
        new = [one.meant for one in judged if one.present is None]
        _create(unit, acting, new, unknown)
        changed = [one for one in judged if one.row.becomes == CHANGE]
        _change(unit, acting, changed)
        if any(one.present is not None and one.present.administrator for one in changed):
            an_administrator_is_left(work)
        done = Imported(len(new), len(changed), len(judged) - len(new) - len(changed))
        details = {"created": done.created, "changed": done.changed, "same": done.same}
        unit.record(Fact(Tag.USERS_IMPORTED, actor=acting.name, details=details))
        work.imports.finish(import_id, unit.now)
    return done


def _seats(one: _Judged) -> int:
    """The seats that a row takes (1), gives back (-1), or neither."""
    had = one.present is not None and bool(one.present.mobile)
    return bool(one.meant.wanted.mobile) - had


def _create(unit: Unit, acting: Account, new: Sequence[Meant], unknown: str) -> None:
    accounts = [new_account(one.wanted, unknown, 0, enabled=one.enabled is not False) for one in new]
    try:
        ids = unit.work.directory.add_all(accounts)
    except NameTaken as taken:
        raise Stop(Why.STALE) from taken
    unit.work.helps.add_all(ids.values(), acting.id, Help.CREATED, unit.now)
    for account in accounts:
        unit.record(created_fact(ids[name_key(account.name)], account, acting.name))


def _change(unit: Unit, acting: Account, changed: Sequence[_Judged]) -> None:
    of = [(one.present, one.meant) for one in changed if one.present is not None]
    fields = {account.id: differing(account, what.wanted) for account, what in of}
    unit.work.directory.change_all([(account.id, what.wanted, fields[account.id]) for account, what in of])
    for account, what in of:
        if fields[account.id]:
            follow(unit, account, what.wanted, fields[account.id], acting.name)
        if what.enabled is True and not account.enabled:
            enable(unit, account, acting.name)
        elif what.enabled is False and account.enabled:
            disable(unit, account, acting.name)
