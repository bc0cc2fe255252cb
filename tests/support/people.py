"""Helpers of several ranks, what they post, and refusals of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.test import TestResponse

from astrow2fa.core.directory import Wanted
from astrow2fa.services import accounts
from astrow2fa.services.accounts import NewUser
from astrow2fa.services.helping import Refused, Why
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.unchanged import nothing_changes


def moves_in(house: House, name: str, *roles: str, mobile: tuple[str, ...] = ()) -> int:
    """One more user, made by the operator; the id."""
    return accounts.create(house.parts, NewUser(name, PASSWORD, name.title(), "", roles, mobile))


def wanted(name: str = "eve", **more: object) -> Wanted:
    """A user with this name and, but for what is named, nothing."""
    fields: dict[str, object] = {"name": name, "display_name": "", "email": "", **more}
    return Wanted(**fields)  # type: ignore[arg-type]


@contextmanager
def is_refused(house: House, why: Why) -> Iterator[list[object]]:
    """What the block puts into the list was refused for this reason; nothing changed, nothing was recorded."""
    results: list[object] = []
    recorded = house.log()
    with nothing_changes(house):
        yield results
    assert results
    for result in results:
        assert isinstance(result, Refused)
        assert result.why is why
    assert house.log() == recorded


def signed_in(house: House, name: str) -> RobotBrowser:
    """This person's browser; while the policy is Off its session is fresh."""
    browser = RobotBrowser(house.app)
    assert browser.signs_in(name).status_code == 303
    assert browser.get("/").status_code == 200
    return browser


def posts(browser: RobotBrowser, path: str, **fields: str | list[str]) -> TestResponse:
    """Posts a form of the page the browser is on; a list is several ticks of one name."""
    return browser.post(path, **fields)  # type: ignore[arg-type]


def form_of(house: House, name: str, **changes: str | list[str]) -> dict[str, str | list[str]]:
    """The form of this user as it is filled, with changes."""
    account = accounts.named(house.parts, name)
    return {
        "name": account.name,
        "display_name": account.display_name,
        "email": account.email,
        "kind": list(account.kinds),
        "mobile": list(account.mobile),
        "role": list(account.roles),
        "permission": list(account.single),
        **changes,
    }
