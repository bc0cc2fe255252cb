"""Looking at users: the list, one of them, and all of them as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from astrow2fa.core import user_csv
from astrow2fa.core.accounts import Account, Phone, Session
from astrow2fa.core.directory import Entry, Search
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.permissions import Permission
from astrow2fa.ports import Parts
from astrow2fa.services.helping import untouchable
from astrow2fa.services.licences import Seats, seats_in

BATCH = 250


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list, and how many users there are on all pages."""

    entries: list[Entry]
    total: int


@dataclass(frozen=True, slots=True)
class Profile:
    """One user, as a helper sees it. `editable`: this helper may act on the user; `codes`: how many codes live."""

    account: Account
    editable: bool
    oneself: bool
    phones: list[Phone]
    sessions: list[Session]
    codes: int
    ever_signed_in: bool
    seats: Seats


def listed(parts: Parts, search: Search) -> Listed:
    """One query for the page and one for the count, whatever the number of users."""
    with parts.store.read() as work:
        return Listed(work.directory.page(search), work.directory.count(search))


def found(parts: Parts, search: Search) -> list[int]:
    """The ids of all that are found, on all pages."""
    with parts.store.read() as work:
        return work.directory.ids(search)


def profile(parts: Parts, helper_id: int, user_id: int) -> Profile | None:
    """None when there is no such user."""
    with parts.store.read() as work:
        account = work.accounts.get(user_id)
        acting = work.accounts.get(helper_id)
        if account is None or acting is None:
            return None
        return Profile(
            account=account,
            editable=Permission.EDIT_USERS in acting.permissions and not untouchable(acting, account),
            oneself=account.id == acting.id,
            phones=work.phones.live_of(user_id),
            sessions=work.sessions.alive_of(user_id, work.now),
            codes=len(work.codes.of(user_id, int(work.now))),
            ever_signed_in=work.directory.ever_signed_in(user_id),
            seats=seats_in(work),
        )


def export(parts: Parts, actor: str) -> Iterator[str]:
    """All users as CSV, in pieces."""
    with parts.store.write() as work:
        work.log.record(Fact(Tag.USERS_EXPORTED, actor=actor))
    yield user_csv.heading()
    last = 0
    while True:
        with parts.store.read() as work:
            accounts = work.directory.entries_after(last, BATCH)
        if not accounts:
            return
        last = accounts[-1].id
        yield user_csv.written(accounts)
