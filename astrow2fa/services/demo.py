"""A demo on an empty database: four users, a licence by the demo issuer, and the policy Always."""

from __future__ import annotations

from dataclasses import dataclass

from astrow2fa.core.accounts import ADMINISTRATOR, Account, MobileKind
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.licence import Module
from astrow2fa.core.policy import Mode
from astrow2fa.ports import Parts
from astrow2fa.services import accounts, keys, licences, settings
from astrow2fa.services.accounts import OPERATOR, Impossible, NewUser
from astrow2fa.services.passwords import generated
from astrow2fa.services.settings import Saver

ISSUER = "Astrow 2FA demo"
CUSTOMER = "Demo"
DAYS = 365


@dataclass(frozen=True, slots=True)
class Person:
    """Who is in the demo."""

    name: str
    display_name: str
    roles: tuple[str, ...]
    mobile: MobileKind


PEOPLE = (
    Person("anna", "Anna Ansen", (), MobileKind.ESS),
    Person("ben", "Ben Bakker", (), MobileKind.ESS),
    Person("chloe", "Chloe Claes", (), MobileKind.ESS),
    Person("admin", "Ada Admin", (ADMINISTRATOR,), MobileKind.MSS),
)
"""In the order in which they get their phones."""


def is_empty(parts: Parts) -> bool:
    """Whether the database has no user."""
    with parts.store.read() as work:
        return not work.accounts.all()


def create(parts: Parts) -> dict[str, str]:
    """The passwords by user name, which nothing keeps. All of it is there afterwards, or nothing.

    Raises Impossible when there are users, or when the demo issuer is not trusted here.
    """
    key = keys.ensure(parts.store, parts.signatures, keys.Purpose.DEMO_ISSUER)
    jws = licences.issue(
        parts, key, issuer=ISSUER, customer=CUSTOMER, modules=list(Module), seats=0, days=DAYS
    )
    licence = licences.read(parts, jws)
    passwords = {person.name: generated(parts.chance) for person in PEOPLE}
    # Hashed with nothing open; the transaction below is short.
    drafts = [accounts.checked(parts, _new(person, passwords[person.name])) for person in PEOPLE]
    with parts.store.write() as work:
        if work.accounts.all():
            raise Impossible("There are users already; a demo needs an empty database.")
        for draft in drafts:
            accounts.add(work, draft)
        licences.add(work, licence, jws)
        before = work.settings.get()
        if before.two_factor is not Mode.ALWAYS:
            settings.write(work, before, {"two_factor": Mode.ALWAYS}, Saver())
        work.log.record(Fact(Tag.DEMO_CREATED, actor=OPERATOR, details={"users": len(drafts)}))
    return passwords


def _new(person: Person, password: str) -> NewUser:
    return NewUser(person.name, password, person.display_name, "", person.roles, (person.mobile.value,))


def is_demo(parts: Parts) -> bool:
    """Whether the demo was made here and its licence still holds: a user of the same name elsewhere is no demo user."""
    with parts.store.read() as work:
        return any(lic.issuer == ISSUER and lic.valid(work.now) for lic in work.licences.all())


def without_phone(parts: Parts) -> Account | None:
    """The first demo user who could pair a phone and has none."""
    with parts.store.read() as work:
        unable = {account.name: account for account in work.phones.users_without() if account.mobile}
    return next((unable[person.name] for person in PEOPLE if person.name in unable), None)
