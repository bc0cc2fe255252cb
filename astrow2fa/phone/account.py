"""The commands that look after the account."""

from __future__ import annotations

from typing import Literal

import click

from astrow2fa.phone.options import Options, kept, secret, shared
from astrow2fa.phone.words import me_text, moment


@click.command()
@shared
@click.pass_obj
def me(options: Options) -> None:
    """Who this is, with phones, sessions, browsers and recent sign-ins."""
    with kept(options) as phone:
        answer = phone.me()
    options.voice.say("me", me_text(answer), answer)


@click.command("not-me")
@shared
@click.argument("id_", metavar="ID")
@click.option(
    "--of", type=click.Choice(["sign-in", "session", "browser"]), default="sign-in", help="what ID is of"
)
@click.pass_obj
def not_me(options: Options, id_: str, of: Literal["sign-in", "session", "browser"]) -> None:
    """Say that the sign-in ID (see: me) was somebody else: ends its session and what else is open."""
    with kept(options) as phone:
        phone.not_me(id_, of)
    options.voice.say(
        "not_me", "Reported. Its session is over; change your password now.", {"id": id_, "of": of}
    )


@click.command()
@shared
@click.pass_obj
def password(options: Options) -> None:
    """Change the password: the present one and the new one are asked for (two lines of standard input)."""
    with kept(options) as phone:
        phone.change_password(secret("Present password"), secret("New password", twice=True))
    options.voice.say("password", "Changed. Other sessions are over, and browsers have to be confirmed anew.")


@click.command()
@shared
@click.argument("kind", type=click.Choice(["phone", "session", "browser"]))
@click.argument("id_", metavar="ID")
@click.pass_obj
def remove(options: Options, kind: str, id_: str) -> None:
    """Remove another phone (asks for the password), end a session or forget a browser (see: me)."""
    with kept(options) as phone:
        if kind == "phone":
            phone.revoke_phone(id_, secret("Present password"))
        elif kind == "session":
            phone.end_session(id_)
        else:
            phone.forget_browser(id_)
    options.voice.say("removed", f"Removed: {kind} {id_}.", {"kind": kind, "id": id_})


@click.command()
@shared
@click.pass_obj
def unpair(options: Options) -> None:
    """Take this phone off the account and delete its file."""
    with kept(options) as phone:
        phone.unpair()
    options.state.unlink()
    options.voice.say("unpaired", f"Unpaired. {options.state} is deleted.")


@click.command("clock")
@shared
@click.pass_obj
def clock_(options: Options) -> None:
    """Compare this phone's clock with the server's; --wrong-clock shows how it is corrected."""
    with kept(options) as phone:
        phone.me()
        off, now = phone.clock.correction, phone.clock.now()
    facts = {"server_time": round(now), "correction": round(off, 1)}
    options.voice.say(
        "clock", f"{moment(now)} at the server; this phone's clock is corrected by {off:+.1f} s.", facts
    )
