"""`user …`: who may sign in."""

from __future__ import annotations

import sys

import click

from astrow2fa.commands.frame import Noun
from astrow2fa.commands.output import as_json, print_json, shown, table, when
from astrow2fa.core.accounts import ADMINISTRATOR, Account, MobileKind
from astrow2fa.core.permissions import SYSTEM_ROLES
from astrow2fa.services import accounts
from astrow2fa.services.accounts import NewUser
from astrow2fa.services.passwords import generated
from astrow2fa.web.context import parts

LONGEST_LINE = 4096

from_stdin = click.option(
    "--password-stdin",
    is_flag=True,
    help="Read the password from the first line of standard input. Without it one is made and printed once.",
)


@click.group(cls=Noun)
def user() -> None:
    """Manage users, their phones and sessions."""


@user.command()
@click.argument("name")
@click.option("--administrator", is_flag=True, help="Give the role Administrator.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    metavar="ROLE",
    help=f"Give a role: {', '.join(SYSTEM_ROLES)}, or one of your own.",
)
@click.option("--email", default="", help="The user's e-mail address.")
@click.option("--display-name", default="", help="The name as people read it; NAME when left out.")
@click.option(
    "--mobile",
    multiple=True,
    type=click.Choice([kind.value for kind in MobileKind]),
    help="Give the Mobile permission of this kind, which lets the user pair a phone.",
)
@from_stdin
def create(
    name: str,
    administrator: bool,
    roles: tuple[str, ...],
    email: str,
    display_name: str,
    mobile: tuple[str, ...],
    password_stdin: bool,
) -> None:
    """Create the user NAME.

    When the password is made here, it is the last line that is printed.
    """
    password = _line() if password_stdin else generated(parts().chance)
    roles = (*roles, ADMINISTRATOR) if administrator else roles
    accounts.create(parts(), NewUser(name, password, display_name, email, roles, mobile))
    click.echo(f"Created the user {shown(name.strip())}.")
    if not password_stdin:
        _print_once(password)


@user.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List all users, with their roles, Mobile kinds and the number of their phones."""
    listed = accounts.everybody(parts())
    if as_json:
        print_json([{**_fields(row.account), "phones": row.phones} for row in listed])
        return
    table(
        ("User", "Name", "Roles", "Mobile", "Phones", "State"),
        (
            (
                row.account.name,
                row.account.display_name,
                ", ".join(row.account.roles),
                ", ".join(row.account.mobile),
                row.phones,
                _state(row.account),
            )
            for row in listed
        ),
    )


def _fields(account: Account) -> dict[str, object]:
    return {
        "name": account.name,
        "display_name": account.display_name,
        "email": account.email,
        "roles": list(account.roles),
        "mobile": list(account.mobile),
        "enabled": account.enabled,
        "locked_at": account.locked_at,
        "password_changed_at": account.password_changed_at,
    }


def _state(account: Account) -> str:
    if not account.enabled:
        return "disabled"
    return "active" if account.locked_at is None else f"locked {when(account.locked_at)}"


@user.command()
@click.argument("name")
def enable(name: str) -> None:
    """Enable the user NAME, and unlock it after too many wrong passwords."""
    accounts.enable(parts(), name)
    click.echo(f"Enabled and unlocked {shown(name)}.")


@user.command()
@click.argument("name")
def disable(name: str) -> None:
    """Disable the user NAME.

    This ends the user's sessions, pending confirmations and pairing codes. Phones stay paired, but cannot answer.
    """
    left = accounts.disable(parts(), name)
    click.echo(f"Disabled {shown(name)}; every session has ended.")
    if not left:
        click.echo(
            "No administrator is left who can sign in: enable one, or create one with --administrator."
        )


@user.command("set-password")
@click.argument("name")
@from_stdin
def set_password(name: str, password_stdin: bool) -> None:
    """Set a new password for the user NAME.

    This ends the user's sessions, pending confirmations and pairing codes, and no browser is recognised any more.
    When the password is made here, it is the last line that is printed.
    """
    password = _line() if password_stdin else generated(parts().chance)
    accounts.reset_password(parts(), name, password)
    click.echo(f"Set a new password for {shown(name)}; every session has ended.")
    if not password_stdin:
        _print_once(password)


def _line() -> str:
    """The first line of standard input. Raises ValueError for an empty or undecodable one."""
    raw = sys.stdin.buffer.readline(LONGEST_LINE)
    password = raw.decode("utf-8").removesuffix("\n").removesuffix("\r")
    if not password:
        raise ValueError("There is no password on standard input.")
    return password


def _print_once(password: str) -> None:
    click.echo("The password is printed only this once:")
    click.echo(password)
