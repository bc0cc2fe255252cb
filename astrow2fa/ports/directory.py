"""Shelves of those who look after users: the list of users and its changes, own roles, helps, imports."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from astrow2fa.core.accounts import Account
from astrow2fa.core.directory import Entry, Search, Wanted


class Directory(Protocol):
    """Users as they are searched and changed. A change of a name that is taken raises NameTaken (ports.people)."""

    def page(self, search: Search) -> list[Entry]:
        """The users of that page, in one query."""
        ...

    def count(self, search: Search) -> int:
        """How many there are on all pages."""
        ...

    def ids(self, search: Search) -> list[int]:
        """All that are found, whatever the page, ordered by id."""
        ...

    def accounts(self, ids: Collection[int]) -> list[Account]:
        """Ordered by name. At most a few hundred at a time."""
        ...

    def named(self, keys: Collection[str]) -> dict[str, Account]:
        """By `name_key`, those that exist. At most a few hundred at a time."""
        ...

    def entries_after(self, user_id: int, limit: int) -> list[Account]:
        """Users with a higher id, ordered by id: for reading them all in pieces."""
        ...

    def change_all(self, changes: Sequence[tuple[int, Wanted, Collection[str]]]) -> None:
        """Many users at once, each with the fields of Wanted in which it changes. Raises NameTaken."""
        ...

    def add_all(self, accounts: Sequence[Account]) -> dict[str, int]:
        """Many new users at once, with no password history; `name_key` → id. Raises NameTaken."""
        ...

    def reachable(self, ids: Collection[int], now: float) -> set[int]:
        """Those of these users who have a live phone, a code or invitation, or a confirmation under way."""
        ...

    def last_change(self) -> int:
        """A number that is another one after any change of users or roles."""
        ...

    def active_administrators(self) -> int:
        """Enabled and not locked."""
        ...

    def ever_signed_in(self, user_id: int) -> bool:
        """Whether there ever was a signed-in session, or a phone."""
        ...


@dataclass(frozen=True, slots=True)
class OwnRole:
    """A role made by the customer. `users` counts those who hold it."""

    name: str
    permissions: tuple[str, ...]
    users: int


class Roles(Protocol):
    """The customer's own roles. System roles are in core.permissions; who holds them is asked here as well."""

    def own(self) -> list[OwnRole]:
        """Ordered by name."""
        ...

    def holders(self) -> dict[str, int]:
        """How many users hold each role, system roles too; a role that nobody holds is not in it."""
        ...

    def held_by(self, role: str, limit: int) -> list[Account]:
        """Ordered by name."""
        ...

    def held_with(self, role: str, roles: Collection[str], permissions: Collection[str]) -> bool:
        """Whether anybody who holds the role also holds one of these roles, or singly one of these permissions."""
        ...

    def add(self, name: str, permissions: Collection[str], now: int) -> None: ...

    def change(self, name: str, new_name: str, permissions: Collection[str], now: int) -> None:
        """Another name moves with everybody who holds the role."""
        ...

    def delete(self, name: str) -> None:
        """Of a role that nobody holds."""
        ...


class Help(StrEnum):
    """What one user did for another that may open the way to the account."""

    CREATED = "created"
    FIRST_PASSWORD = "first_password"  # noqa: S105 (a kind of help)
    RESET = "reset"
    CODE = "code"
    EXEMPTION = "exemption"


class Helps(Protocol):
    """Who helped whom lately."""

    def add(self, user_id: int, helper_id: int, kind: Help, now: int) -> None:
        """Rows that are older than anybody asks for are forgotten on the way."""
        ...

    def add_all(self, user_ids: Iterable[int], helper_id: int, kind: Help, now: int) -> None: ...

    def given(self, user_id: int, since: int) -> list[tuple[int, Help]]:
        """(helper, kind) of what this user got."""
        ...

    def allies(self, helper_id: int, since: int) -> set[int]:
        """Those whom this helper helped, and who helped this helper: one pair of hands with it."""
        ...


@dataclass(frozen=True, slots=True)
class Import:
    """A file that was read and waits to be checked or imported. `checked` of `total` rows have been looked at."""

    id: str
    helper_id: int
    made_at: int
    total: int
    checked: int
    done_at: int | None


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row of it: column → cell as it was read, what it becomes (create, change, same), column → fault code."""

    line: int
    cells: Mapping[str, str]
    becomes: str | None
    faults: Mapping[str, str]


class Imports(Protocol):
    """Imports under way; one for each helper."""

    def begin(self, made: Import, rows: Iterable[tuple[int, Mapping[str, str], Mapping[str, str]]]) -> None:
        """Takes the place of what this helper had begun. `rows`: line, cells, faults found while reading."""
        ...

    def get(self, import_id: str, helper_id: int) -> Import | None: ...

    def rows(self, import_id: str, first: int, limit: int) -> list[ImportRow]:
        """`limit` rows from the one number `first` (from 0) on, in the order of the file."""
        ...

    def faulty(self, import_id: str, limit: int) -> list[ImportRow]: ...

    def outcomes(self, import_id: str) -> dict[str, int]:
        """How many rows become what; `faulty` counts those with a fault."""
        ...

    def looked_at(self, import_id: str, rows: Sequence[ImportRow], checked: int) -> None: ...

    def drop(self, import_id: str) -> None:
        """Forgets the import and its rows."""
        ...

    def finish(self, import_id: str, now: int) -> None:
        """Forgets the rows, keeps that it was done."""
        ...
