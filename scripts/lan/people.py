"""Who is in the demo, before the server serves: `python -m scripts.lan.people PUBLIC_URL ISSUERS`.

A process of its own, in which nothing is patched. A demo is made as `make run` makes it, with this machine's own
address as the public one; where there is a demo, the file ISSUERS lets the server on the network believe its licence.
"""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import click
import segno

from astrow2fa.app import CannotStart, create_app
from astrow2fa.commands.demo import told
from astrow2fa.commands.output import prose, when
from astrow2fa.config import Config, ConfigError
from astrow2fa.ports import Parts
from astrow2fa.services import demo, keys, pairing
from astrow2fa.services.accounts import OPERATOR
from astrow2fa.web.context import EXTENSION, Web


def opened(environ: dict[str, str]) -> Parts:
    """The program's parts as that environment has it."""
    web: Web = create_app(Config.load(environ)).extensions[EXTENSION]
    return web.parts


def prepare(environ: dict[str, str], issuers: Path) -> bool:
    """Whether the demo is there, made or found; then `issuers` names who signed its licence."""
    parts = opened(environ)
    parts.store.make_ready()
    if demo.is_empty(parts):
        told(demo.create(parts))
    if not demo.is_demo(parts):
        return False
    issuer = keys.ensure(parts.store, parts.signatures, keys.Purpose.DEMO_ISSUER)
    issuers.write_text(json.dumps({"keys": [dict(issuer.public)]}))
    return True


def qr(text: str) -> None:
    """For a phone's camera: two modules in one sign, dark on light whatever the terminal's colours are."""
    drawn = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(drawn, compact=True, border=2)
    for line in drawn.getvalue().splitlines():
        # The blocks are the light modules. No colours go into a pipe or a file.
        click.secho(line, fg="bright_white", bg="black")


def invite(environ: dict[str, str]) -> None:
    """The next demo user's phone, and who signs in at the computer."""
    parts = opened(environ)
    account = demo.without_phone(parts)
    click.secho("\n2. Make it the phone of a user\n", bold=True)
    if account is None:
        prose("Every demo user has a phone. On the phone open the app again:")
        click.echo(f"{parts.public_url}/mobile/")
        name = demo.PEOPLE[0].name
    else:
        name = account.name
        issued = pairing.issue_code(parts, account.id, OPERATOR, actor=OPERATOR)
        link = pairing.pairing_link(parts, issued.link)
        prose(f"Scan this with the phone. It works once, until {when(issued.expires_at)[-5:]}, for {name}.")
        qr(link)
        click.echo(link)
    click.secho("\n3. Sign in\n", bold=True)
    prose(f"On this computer, as {name}. The browser warns of the certificate until it has it, too: go on.")
    click.echo(parts.public_url + "\n")


def main() -> int:
    """Exit code: 0, or 2 with one line."""
    public_url, issuers = sys.argv[1], Path(sys.argv[2])
    local = dict(os.environ)
    try:
        if prepare(local, issuers):
            invite({**local, "ASTROW2FA_PUBLIC_URL": public_url, "ASTROW2FA_LICENCE_KEYS": str(issuers)})
        else:
            prose("\nThe database is in use, so no demo was made. A phone for one of its users:")
            click.echo(
                f"ASTROW2FA_PUBLIC_URL={public_url} .venv/bin/flask --app server user pairing-code NAME\n"
            )
    except (ConfigError, CannotStart) as error:
        click.echo(" ".join(str(error).split()), err=True)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
