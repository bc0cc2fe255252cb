"""`user exempt`: the way out for a user who cannot confirm."""

from __future__ import annotations

import click

from astrow2fa.commands.frame import Verb
from astrow2fa.commands.output import shown, when
from astrow2fa.services import exemptions
from astrow2fa.web.context import parts


@click.command(cls=Verb)
@click.argument("name")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it is written to the log.")
def exempt(name: str, reason: str) -> None:
    """Print a one-time code by which the user NAME signs in once without a phone.

    Line 1 is the code. The user types it at the waiting screen, after the password, within 60 minutes. The session
    that comes of it is marked as exempted, cannot pair a phone and opens nothing sensitive.
    """
    issued = exemptions.issue(parts(), name, reason)
    click.echo(issued.code)
    click.echo(f"For {shown(name.strip())}, once, until {when(issued.expires_at)}.")
