"""`keys …`: the server's own keys."""

from __future__ import annotations

import click

from astrow2fa.commands.frame import Noun
from astrow2fa.commands.output import as_json, print_json, table, when
from astrow2fa.ports.store import StoredKey
from astrow2fa.services import keys as service
from astrow2fa.services.accounts import OPERATOR
from astrow2fa.services.keys import KEPT_SECONDS, ROTATING
from astrow2fa.web.context import parts

NAMES = {purpose.value: name for name, purpose in ROTATING.items()}


@click.group(cls=Noun)
def keys() -> None:
    """List and rotate the server's own keys."""


@keys.command()
@click.argument("purpose", type=click.Choice(list(ROTATING)))
def rotate(purpose: str) -> None:
    """Make a new key for PURPOSE. It signs from now on.

    A running server takes it up within two seconds. What waits for an answer stays answerable, and paired phones
    follow by themselves: for 90 days the key before is kept, to tell them of the new one.
    """
    made = service.rotate(parts(), ROTATING[purpose], actor=OPERATOR)
    click.echo(f"The new key for {purpose} is {made.kid}.")


@keys.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List the keys, also those that no longer sign; never their private halves."""
    found = service.listed(parts())
    if as_json:
        print_json([_fields(key, retired_at) for key, retired_at in found])
        return
    table(
        ("Purpose", "ID", "Made", "State"),
        (
            (NAMES.get(key.purpose, key.purpose), key.kid, when(key.made_at), _state(key, at))
            for key, at in found
        ),
    )


def _fields(key: StoredKey, retired_at: int | None) -> dict[str, object]:
    return {
        "purpose": NAMES.get(key.purpose, key.purpose),
        "kid": key.kid,
        "made_at": key.made_at,
        "retired_at": retired_at,
        "kept_until": retired_at + KEPT_SECONDS if retired_at is not None else None,
        "dropped": key.sealed is None,
    }


def _state(key: StoredKey, retired_at: int | None) -> str:
    if retired_at is None:
        return "signs"
    return "dropped" if key.sealed is None else f"kept until {when(retired_at + KEPT_SECONDS)}"
