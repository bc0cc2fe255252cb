"""What the forms of users and roles send, as the services take it; and the statuses of refusals."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from astrow2fa.core.accounts import Account
from astrow2fa.core.directory import OfKind, OfPhones, Order, Search, Standing, Wanted
from astrow2fa.services.helping import FORBIDDEN, Refused, Why
from astrow2fa.web.admin.query import fields

USERS = "/system/users"
_CONFLICTS = {Why.STALE, Why.LAST_ADMINISTRATOR, Why.IN_USE, Why.NOT_CHECKED}
_MOST_PAGES = 100_000
E = TypeVar("E", bound=StrEnum)


def status_of(refused: Refused) -> int:
    if refused.why in FORBIDDEN:
        return 403
    if refused.why is Why.UNKNOWN:
        return 404
    return 409 if refused.why in _CONFLICTS else 422


def wanted_in(form: MultiDict[str, str]) -> Wanted:
    """A user as the form has it."""
    return Wanted(
        name=form.get("name", ""),
        display_name=form.get("display_name", ""),
        email=form.get("email", ""),
        kinds=tuple(form.getlist("kind")),
        mobile=tuple(form.getlist("mobile")),
        roles=tuple(form.getlist("role")),
        permissions=tuple(form.getlist("permission")),
    )


def as_wanted(account: Account) -> Wanted:
    """A user as it is, for a form to be filled with."""
    return Wanted(
        name=account.name,
        display_name=account.display_name,
        email=account.email,
        kinds=account.kinds,
        mobile=account.mobile,
        roles=account.roles,
        permissions=account.single,
    )


def search_in(query: str) -> Search:
    """What is looked for, from the query of an address; whatever makes no sense is as if it were not there."""
    given = fields(query)
    page = given.get("page", "")
    return Search(
        text=given.get("q", "")[:200],
        standing=_choice(Standing, given.get("state"), Standing.ACTIVE),
        kind=_choice(OfKind, given.get("kind"), OfKind.ANY),
        phones=_choice(OfPhones, given.get("phones"), OfPhones.ANY),
        order=_choice(Order, given.get("sort"), Order.NAME),
        backwards=given.get("down") == "1",
        page=max(1, min(int(page), _MOST_PAGES))
        if page.isascii() and page.isdigit() and len(page) < 7
        else 1,
    )


def _choice(choices: type[E], given: str | None, otherwise: E) -> E:
    return choices(given) if given in list(choices) else otherwise


def query_of(search: Search, **other: object) -> str:
    """The inverse, with some of it otherwise; what is as by default is left out."""
    every = {
        "q": search.text,
        "state": search.standing.value,
        "kind": search.kind.value,
        "phones": search.phones.value,
        "sort": search.order.value,
        "down": "1" if search.backwards else "",
        "page": search.page,
        **other,
    }
    default = {
        "q": "",
        "state": "active",
        "kind": "any",
        "phones": "any",
        "sort": "name",
        "down": "",
        "page": 1,
    }
    return urlencode({name: value for name, value in every.items() if value != default[name]})


def list_of(search: Search) -> str:
    """The address of that page of the list."""
    query = query_of(search)
    return f"{USERS}?{query}" if query else USERS
