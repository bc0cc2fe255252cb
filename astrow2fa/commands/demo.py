"""`demo`: from nothing to a first OK in two minutes."""

from __future__ import annotations

from dataclasses import dataclass

import click

from astrow2fa.commands.frame import Verb, present_config
from astrow2fa.commands.output import prose, table, when
from astrow2fa.commands.phones import new_link
from astrow2fa.core.accounts import Account
from astrow2fa.services import demo as service
from astrow2fa.services.accounts import Impossible
from astrow2fa.services.pairing import Issued
from astrow2fa.web.context import parts

FLASK = ".venv/bin/flask --app server"


@dataclass(frozen=True, slots=True)
class Pairing:
    """Who is to pair a phone next, and with what."""

    account: Account
    issued: Issued
    link: str


@click.command(cls=Verb)
@click.option(
    "--if-empty", is_flag=True, help="On a database in use, change nothing and say what to do next again."
)
def demo(if_empty: bool) -> None:
    """Make a demo in an empty database.

    It makes an administrator, three users and a licence for both modules, sets 2 Factor Authentication to Always,
    and prints random passwords, once, and what to do next. It works only while the public URL is on localhost.
    """
    if if_empty and not service.is_empty(parts()):
        if present_config().local and service.is_demo(parts()):
            _again()
        else:
            click.echo("The database is in use, so no demo was made.")
        return
    _refuse()
    passwords = service.create(parts())
    told(passwords)
    _next(_pairing(), password="from the list above", starting=if_empty)  # noqa: S106 (a hint, no password)


def _refuse() -> None:
    if not present_config().local:
        raise Impossible(
            f"A demo is for localhost only, and the public URL is {present_config().public_url}. "
            "Make a first user instead: user create NAME --administrator"
        )
    if present_config().licence_keys is not None:
        raise Impossible(
            "A demo needs its own licence issuer, and ASTROW2FA_LICENCE_KEYS names others; leave it out."
        )
    if not service.is_empty(parts()):
        raise Impossible("There are users already; a demo needs an empty database.")


def _pairing() -> Pairing | None:
    account = service.without_phone(parts())
    return Pairing(account, *new_link(account.id)) if account is not None else None


def told(passwords: dict[str, str]) -> None:
    """Who is in a demo that was just made."""
    _heading("A demo of Astrow 2FA, for this machine only")
    prose(
        "Four users, a licence for both modules, and 2 Factor Authentication set to Always. "
        "The passwords are printed only this once."
    )
    table(
        ("User", "Password", "Name", "Is"),
        (
            (
                person.name,
                passwords[person.name],
                person.display_name,
                ", ".join(person.roles) or "an employee",
            )
            for person in service.PEOPLE
        ),
    )


def _again() -> None:
    click.echo()
    prose("The demo of Astrow 2FA is here already.")
    _next(_pairing(), password="printed when the demo was made", starting=True)  # noqa: S106 (a hint)


def _next(pairing: Pairing | None, *, password: str, starting: bool) -> None:
    """The three steps. What is copied stands on a line of its own, unwrapped."""
    _heading("What to do next")
    who = pairing.account.name if pairing else service.PEOPLE[0].name
    prose("Wait for the line “listening on …” below." if starting else "Start the server with: make run")
    if pairing is not None:
        until = when(pairing.issued.expires_at)[-5:]
        _copied(
            f"1. Open this link in another browser, another profile or a private window. That window is “the phone” "
            f"of {who}: keep it open. The link works once, until {until}.",
            pairing.link,
        )
    else:
        _copied(
            "1. Open “the phone”, the window in which a phone was paired:", f"{parts().public_url}/mobile/"
        )
    _copied(
        f"2. Open this address in a normal window and sign in as {who}, with the password {password}.",
        parts().public_url,
    )
    click.echo()
    prose("3. “The phone” asks. Type the number that the other window shows, and press OK: you are in.")
    other = next(person.name for person in service.PEOPLE if person.name != who)
    _heading("Later, in another terminal")
    _copied(f"A phone for another user, such as {other}:", f"{FLASK} user pairing-code {other}", first=True)
    _copied("A new password for a user:", f"{FLASK} user set-password {other}")
    _copied("Everything else that an operator can do:", f"{FLASK} --help")
    click.echo()


def _heading(text: str) -> None:
    click.echo()
    click.secho(text, bold=True)
    click.echo()


def _copied(what: str, text: str, *, first: bool = False) -> None:
    """Echoed plainly, so that a terminal offers it as one link and no line break gets into it."""
    if not first:
        click.echo()
    prose(what)
    click.echo(text)
