"""`user …`: a user's phones and sessions."""

from __future__ import annotations

import sys

import click

from astrow2fa.commands.frame import Verb
from astrow2fa.commands.output import NOTHING, as_json, print_json, shown, table, when
from astrow2fa.core.accounts import Phone
from astrow2fa.services import accounts, pairing, phones, sessions
from astrow2fa.services.accounts import OPERATOR, Impossible
from astrow2fa.services.pairing import Issued
from astrow2fa.web.context import parts


def new_link(user_id: int) -> tuple[Issued, str]:
    """A pairing code of the operator's, and the link that carries it. Raises NotPermitted, NotLicensed."""
    issued = pairing.issue_code(parts(), user_id, OPERATOR, actor=OPERATOR)
    return issued, pairing.pairing_link(parts(), issued.link)


@click.command("pairing-code", cls=Verb)
@click.argument("name")
@click.option(
    "--invitation",
    is_flag=True,
    help="Print an invitation instead: one link that lives 7 days and asks for name and password.",
)
def pairing_code(name: str, invitation: bool) -> None:
    """Print a code and a link, each of which pairs one phone of the user NAME.

    Line 1 is the code to type in the app, line 2 the link to open on the phone. Both live 10 minutes, and using
    one ends the other.
    """
    account = accounts.named(parts(), name)
    if not account.enabled:
        raise Impossible(f"{account.name!r} is disabled. Enable the user first: user enable NAME")
    if not account.mobile:
        raise Impossible(f"{account.name!r} has no Mobile permission.")
    if invitation:
        issued = pairing.invite(parts(), account.id, OPERATOR, actor=OPERATOR)
        click.echo(pairing.invitation_link(parts(), issued.link))
    else:
        issued, link = new_link(account.id)
        click.echo(issued.typed)
        click.echo(link)
    if sys.stderr.isatty():
        click.echo(f"For one phone of {shown(account.name)}, until {when(issued.expires_at)}.", err=True)


@click.command("phones", cls=Verb)
@click.argument("name")
@as_json
def list_phones(name: str, as_json: bool) -> None:
    """List the phones of the user NAME, revoked ones too."""
    found = phones.ever_paired(parts(), accounts.named(parts(), name).id)
    if as_json:
        print_json([_fields(phone) for phone in found])
        return
    table(
        ("ID", "Phone", "Platform", "Storage", "Paired", "By", "Last seen", "Revoked"),
        (
            (
                phone.id,
                phone.name,
                phone.platform,
                phone.storage,
                when(phone.paired_at),
                phone.source or NOTHING,
                when(phone.seen_at),
                when(phone.revoked_at),
            )
            for phone in found
        ),
    )


def _fields(phone: Phone) -> dict[str, object]:
    names = ("id", "name", "platform", "storage", "source", "paired_at", "seen_at", "revoked_at")
    return {name: getattr(phone, name) for name in names}


# An ID may begin with a dash.
@click.command("revoke-phone", cls=Verb, context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("device_id", metavar="[ID]", required=False)
@click.option("--all", "every", is_flag=True, help="Revoke every phone of the user.")
def revoke_phone(name: str, device_id: str | None, every: bool) -> None:
    """Revoke the phone ID of the user NAME, or all of them.

    A revoked phone can neither listen nor answer any more; it has to be paired anew. `user phones` lists the IDs.
    """
    if every == (device_id is not None):
        raise click.UsageError("Give either the ID of one phone or --all.")
    account = accounts.named(parts(), name)
    if device_id is not None:
        if not phones.revoke(parts(), account.id, device_id, actor=OPERATOR):
            raise Impossible(f"{account.name!r} has no live phone {device_id!r}.")
        click.echo(f"Revoked the phone of {shown(account.name)}.")
        return
    live = [p.id for p in phones.ever_paired(parts(), account.id) if p.revoked_at is None]
    revoked = sum(phones.revoke(parts(), account.id, one, actor=OPERATOR) for one in live)
    click.echo(f"Revoked {revoked} {'phone' if revoked == 1 else 'phones'} of {shown(account.name)}.")


@click.command("end-sessions", cls=Verb)
@click.argument("name")
def end_sessions(name: str) -> None:
    """End every session of the user NAME, in all browsers, waiting ones too."""
    account = accounts.named(parts(), name)
    ended = sessions.end_others(parts(), account.id, None, actor=OPERATOR)
    click.echo(f"Ended {ended} {'session' if ended == 1 else 'sessions'} of {shown(account.name)}.")


ALL: tuple[click.Command, ...] = (pairing_code, list_phones, revoke_phone, end_sessions)
