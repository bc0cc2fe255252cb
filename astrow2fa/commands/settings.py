"""`two-factor …` and `settings …`: the fields of tab Security."""

from __future__ import annotations

import click

from astrow2fa.commands.frame import Noun, Verb
from astrow2fa.commands.output import as_json, print_json, table
from astrow2fa.core import policy
from astrow2fa.core.accounts import Account
from astrow2fa.core.policy import Mode
from astrow2fa.core.settings import NAMES, Settings, text_of, unknown
from astrow2fa.services import settings as service
from astrow2fa.services.settings import WouldLockOut
from astrow2fa.web.context import parts


@click.command("two-factor", cls=Verb)
@click.argument("mode", type=click.Choice([mode.value for mode in Mode]))
@click.option("--force", is_flag=True, help="Do not stop for users who could not sign in any more.")
def two_factor(mode: str, force: bool) -> None:
    """Set 2 Factor Authentication to Off, Always or Random.

    Before it is switched on, the users who could not answer a confirmation are listed and nothing is changed,
    unless --force is given. Sign-ins that have begun finish under the value that they began with.
    """
    before = service.current(parts()).two_factor
    try:
        service.change(parts(), "two_factor", mode, force=force)
    except WouldLockOut:
        unable = service.unable(parts())
        table(("User", "Name", "Lacks"), ((a.name, a.display_name, _lacks(a)) for a in unable))
        raise
    if before == mode:
        click.echo(f"2 Factor Authentication is {mode}, as it was.")
        return
    click.echo(f"2 Factor Authentication is {mode} from now on; it was {before}.")
    many = len(service.unable(parts()))
    if policy.enforced(Mode(mode)) and many:
        click.echo(f"Users who cannot sign in until they have a phone or the Mobile permission: {many}")


def _lacks(account: Account) -> str:
    lacks = "phone" if account.mobile else "Mobile permission"
    return f"{lacks} (an administrator)" if account.administrator else lacks


@click.group(cls=Noun)
def settings() -> None:
    """Show and change the fields of tab Security."""


@settings.command("get")
@click.argument("name", required=False)
@as_json
def get(name: str | None, as_json: bool) -> None:
    """Print the value of the field NAME, or all fields."""
    if name is not None and name not in NAMES:
        raise unknown(name)
    stored = service.current(parts())
    if as_json:
        print_json({one: _plain(stored, one) for one in ([name] if name else NAMES)})
    elif name is not None:
        click.echo(text_of(getattr(stored, name)))
    else:
        table(("Field", "Value"), ((one, text_of(getattr(stored, one))) for one in NAMES))


def _plain(stored: Settings, name: str) -> int | str:
    """Numbers as numbers; everything else in the words that `settings set` takes."""
    value = getattr(stored, name)
    return value if type(value) is int else text_of(value)


@settings.command("set")
@click.argument("name")
@click.argument("value")
def set_(name: str, value: str) -> None:
    """Set the field NAME to VALUE.

    To switch 2 Factor Authentication on although users could not sign in any more, use two-factor with --force.
    """
    stored = service.change(parts(), name, value)
    click.echo(f"{name} is {text_of(getattr(stored, name))}.")
