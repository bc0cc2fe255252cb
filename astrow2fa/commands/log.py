"""`log …`: verifying, signing, exporting the log, and showing what was signed of a confirmation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from fnmatch import fnmatchcase
from typing import TextIO

import click

from astrow2fa.commands.frame import Noun, Readable
from astrow2fa.commands.output import as_json, print_json, shown, table
from astrow2fa.core.facts import Tag
from astrow2fa.ports.history import Sought
from astrow2fa.ports.outside import Jwk
from astrow2fa.services import checkpoints, log_check, log_reading
from astrow2fa.services.accounts import OPERATOR, Impossible
from astrow2fa.services.checkpoints import NotSigned
from astrow2fa.services.log_check import SAYS, Result
from astrow2fa.web.context import parts

PIECE = 2_000
_MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]


@click.group(cls=Noun)
def log() -> None:
    """Verify, sign and export the log; show the evidence of a confirmation."""


@log.command("verify")
@click.option(
    "--against",
    type=Readable(encoding="utf-8", errors="replace"),
    metavar="FILE",
    help="Checkpoints that were kept elsewhere, in a log of any kind; - is standard input.",
)
@click.option(
    "--key",
    type=Readable(encoding="utf-8"),
    metavar="JWK_FILE",
    help="Trust this public key (a JWK or a set of them) instead of those in the database.",
)
@as_json
def verify(against: TextIO | None, key: TextIO | None, as_json: bool) -> None:
    """Check every row of the log against its hash chain, and the chains against what was signed of them.

    Without --against, a tail that was cut off is found as far as the checkpoints in the database go; whoever can
    write there could have cut them too. With it, checkpoints kept elsewhere decide: what they signed has to be
    there, and only rows may be missing whose removal they announce.
    """
    signatures = parts().signatures
    trusted: Mapping[str, Jwk] | None = checkpoints.trusted(signatures, key.read()) if key else None
    try:
        keys = trusted if trusted is not None else checkpoints.public_keys(parts())
        outside = checkpoints.in_file(signatures, against, keys) if against else None
    except NotSigned as error:
        raise Impossible(str(error)) from error
    result = Result()
    for step in log_check.verify(parts(), against=outside, trusted=trusted, piece=PIECE):
        if isinstance(step, Result):
            result = step
    log_check.record(parts(), result, OPERATOR)
    _print(result, as_json=as_json)
    if result.why:
        raise click.ClickException(result.why)


def _print(result: Result, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "holds": not result.why,
                "why": result.why or None,
                "rows": result.rows,
                "checkpoints": result.checkpoints,
                "notes": list(result.notes),
                "chains": [
                    {
                        "writer": chain.writer,
                        "first": chain.first,
                        "last": chain.last,
                        "rows": chain.rows,
                        "fault": chain.finding.fault.value if chain.finding else None,
                        "at": chain.finding.seq if chain.finding else None,
                    }
                    for chain in result.chains
                ],
            }
        )
        return
    if result.chains:
        table(
            ("Writer", "Rows", "From", "To", ""),
            (
                (
                    chain.writer,
                    chain.rows,
                    chain.first,
                    chain.last,
                    f"row {chain.finding.seq} {SAYS[chain.finding.fault]}" if chain.finding else "holds",
                )
                for chain in result.chains
            ),
        )
    for note in result.notes:
        click.echo(f"Note: {note}")
    if not result.why:
        click.echo(
            f"The log holds: {result.rows} rows in {len(result.chains)} chains, {result.checkpoints} checkpoints."
        )


@log.command("checkpoint")
def checkpoint() -> None:
    """Sign where the log stands now, and print what was signed: one line of JSON, to be kept elsewhere."""
    for line in checkpoints.sign(parts(), always=True):
        click.echo(line)


@log.command("checkpoints")
def all_checkpoints() -> None:
    """Print every checkpoint that is kept in the database, as the lines that were written when it was made."""
    try:
        for signed in checkpoints.stored(parts(), checkpoints.public_keys(parts())):
            click.echo(checkpoints.line_of(signed.checkpoint.number, signed.checkpoint.at, signed.jws))
    except NotSigned as error:
        raise Impossible(str(error)) from error


@log.command("key")
def key() -> None:
    """Print the public keys that sign checkpoints, as a JWK set for --key. Keep it beside the checkpoints."""
    found = checkpoints.public_keys(parts())
    print_json({"keys": [{**public, "kid": kid} for kid, public in found.items()]})


@log.command("export")
@click.option(
    "--format", "kind", type=click.Choice(["jsonl", "csv"]), default="jsonl", help="Lines of JSON, or CSV."
)
@click.option("--since", type=click.DateTime(_MOMENTS), help="From this moment on, on this machine's clock.")
@click.option("--until", type=click.DateTime(_MOMENTS), help="Up to this moment, and not the moment itself.")
@click.option("--user", metavar="NAME", help="Only rows about this user.")
@click.option(
    "--tag",
    "tags",
    multiple=True,
    metavar="TAG",
    help="Only this tag; * stands for anything, as in 'phone:*'.",
)
def export(
    kind: str, since: datetime | None, until: datetime | None, user: str | None, tags: tuple[str, ...]
) -> None:
    """Print the log, oldest first: a line of JSON for each row, or CSV."""
    user_id = None
    if user is not None:
        user_id = log_reading.user_id_of(parts(), user)
        if user_id is None:
            raise Impossible(f"There is no user {shown(user)!r}.")
    sought = Sought(
        user_id=user_id,
        tags=_tags(tags),
        since=since.astimezone().timestamp() if since else None,
        until=until.astimezone().timestamp() if until else None,
    )
    for piece in log_reading.export(parts(), sought, OPERATOR, as_csv=kind == "csv"):
        click.echo(piece, nl=False)


def _tags(patterns: Iterable[str]) -> tuple[Tag, ...]:
    found: list[Tag] = []
    for pattern in patterns:
        meant = [tag for tag in Tag if fnmatchcase(tag.value, pattern)]
        if not meant:
            raise Impossible(f"There is no tag like {shown(pattern)!r}.")
        found += meant
    return tuple(dict.fromkeys(found))
