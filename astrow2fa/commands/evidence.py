"""`log show-evidence`: what the server asked and what the phone answered, with all that a third party needs."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

import click

from astrow2fa.commands.frame import Verb
from astrow2fa.commands.output import as_json, print_json, shown, when
from astrow2fa.core.errors import UnknownConfirmation
from astrow2fa.services import evidence as service
from astrow2fa.services.accounts import OPERATOR, Impossible
from astrow2fa.services.evidence import Shown
from astrow2fa.web.context import parts


# An ID may begin with a dash.
@click.command("show-evidence", cls=Verb, context_settings={"ignore_unknown_options": True})
@click.argument("confirmation_id", metavar="ID")
@as_json
def show_evidence(confirmation_id: str, as_json: bool) -> None:
    """Print what was asked and what was answered in the confirmation ID, and verify both.

    Both are texts signed with ES256 (compact JWS). With them and the two public keys, which are printed too, anybody
    can verify them with any JOSE library: the hash in the decision is that of the text of the request.
    """
    try:
        found = service.show(parts(), confirmation_id, OPERATOR)
    except UnknownConfirmation as error:
        raise Impossible(f"There is no confirmation {shown(confirmation_id)!r}.") from error
    if as_json:
        print_json(as_object(found))
    else:
        _print(found)
    if not found.checked.holds:
        raise click.ClickException(found.checked.faults[0])


def as_object(found: Shown) -> dict[str, object]:
    """Everything, for programs."""
    evidence = found.evidence
    return {
        "confirmation": evidence.confirmation_id,
        "state": evidence.state,
        "reason": evidence.reason,
        "phone": evidence.phone,
        "answered_from": evidence.decided_address,
        "moved_at": evidence.moved_at,
        "request": found.request,
        "decision": evidence.decision,
        "server_key": found.server_key,
        "phone_key": found.phone_key,
        "request_claims": found.checked.request,
        "decision_claims": found.checked.decision,
        "holds": found.checked.holds,
        "faults": list(found.checked.faults),
    }


def _print(found: Shown) -> None:
    evidence = found.evidence
    ended = f"{evidence.state} ({evidence.reason})" if evidence.reason else evidence.state
    click.echo(f"Confirmation {evidence.confirmation_id}, asked {when(evidence.asked_at)}: {ended}")
    _part("Request, signed by the server", found.request, found.server_key)
    if evidence.decision is None:
        click.echo("\nNo phone answered.")
    else:
        _part(
            f"Decision, signed by the phone {shown(evidence.phone or '')!r}",
            evidence.decision,
            found.phone_key,
        )
    if found.checked.holds:
        click.echo("\nEverything holds." if evidence.decision else "\nThe request holds.")
    for fault in found.checked.faults:
        click.echo(f"\nDoes not hold: {shown(fault)}")


def _part(title: str, jws: str, key: Mapping[str, str] | None) -> None:
    click.echo(f"\n{title}:\n{shown(jws)}\nwhich says:")
    for part in jws.split(".")[:2]:
        click.echo(json.dumps(_said(part), indent=2))
    click.echo(f"Public key: {json.dumps(key)}")


def _said(part: str) -> object:
    """A part of a JWS, whether it is signed or not."""
    try:
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        return None
