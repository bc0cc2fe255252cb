"""`licence …`: install, show and issue licence files."""

from __future__ import annotations

import json

import click

from astrow2fa.adapters.signatures import PRIVATE_JWK, signing_key
from astrow2fa.commands.frame import Noun
from astrow2fa.commands.output import as_json, print_json, shown, table, when
from astrow2fa.core.licence import Licence, Module, missing
from astrow2fa.ports.outside import SigningKey
from astrow2fa.services import licences
from astrow2fa.web.context import parts

LONGEST_FILE = 64 * 1024
MOST_SEATS = 10_000_000
MOST_DAYS = 36_500


@click.group(cls=Noun)
def licence() -> None:
    """Install, show and issue licences."""


@licence.command()
@click.argument("file", type=click.Path(allow_dash=True))
def install(file: str) -> None:
    """Install the licence in FILE; - reads it from standard input."""
    installed = licences.install(parts(), _content(file).decode("utf-8"))
    titles = " and ".join(module.label for module in installed.modules)
    click.echo(f"Installed {titles} for {shown(installed.customer)}, until {when(installed.expires)}.")
    _count(full=False)


def _count(*, full: bool) -> None:
    """How many seats are taken; says so plainly when there are fewer than users who hold Mobile."""
    seats = licences.seats(parts())
    if seats.allowed is None:
        return
    if full or seats.used > seats.allowed:
        click.echo(f"Seats for {Module.ASTROW_MOBILE.label}: {seats.used} of {seats.allowed} taken.")
    if seats.used > seats.allowed:
        click.echo("Whoever holds Mobile keeps it; nobody else can be given it until there are more seats.")


@licence.command()
@as_json
def show(as_json: bool) -> None:
    """Show the licences that are installed, and which are missing."""
    installed, now = licences.installed(parts())
    lacking = missing(installed, now)
    if as_json:
        print_json({"licences": [_fields(one, now) for one in installed], "missing": list(lacking)})
        return
    table(
        ("Customer", "Modules", "Seats", "From", "Until", "State", "Issuer", "ID"),
        (
            (
                one.customer,
                ", ".join(module.label for module in one.modules),
                one.seats or "any",
                when(one.not_before),
                when(one.expires),
                _state(one, now),
                one.issuer,
                one.id,
            )
            for one in installed
        ),
    )
    _count(full=True)
    for module in lacking:
        click.echo(f"Missing: {module.label}")


def _fields(one: Licence, now: float) -> dict[str, object]:
    return {
        "id": one.id,
        "issuer": one.issuer,
        "customer": one.customer,
        "modules": list(one.modules),
        "seats": one.seats,
        "not_before": one.not_before,
        "expires": one.expires,
        "valid": one.valid(now),
    }


def _state(one: Licence, now: float) -> str:
    if one.valid(now):
        return "valid"
    return "expired" if now >= one.expires else "not yet valid"


@licence.command()
@click.option(
    "--key",
    "key_file",
    metavar="JWK_FILE",
    required=True,
    type=click.Path(allow_dash=True),
    help="The issuer's private P-256 key, as a JWK file.",
)
@click.option("--issuer", required=True, help="Who issues the licence.")
@click.option("--customer", required=True, help="Who it is for.")
@click.option(
    "--module",
    "modules",
    required=True,
    multiple=True,
    type=click.Choice([module.value for module in Module]),
    help="What is licensed; may be given several times.",
)
@click.option(
    "--seats",
    required=True,
    type=click.IntRange(0, MOST_SEATS),
    help="How many users may have the Mobile permission; 0 for any number.",
)
@click.option(
    "--days", required=True, type=click.IntRange(1, MOST_DAYS), help="How many days it is valid, from now on."
)
def issue(key_file: str, issuer: str, customer: str, modules: tuple[str, ...], seats: int, days: int) -> None:
    """Issue a licence and print the text of its file.

    An installation takes it when the public half of the key is in the file that ASTROW2FA_LICENCE_KEYS names.
    """
    key = _private_key(key_file)
    jws = licences.issue(
        parts(),
        key,
        issuer=issuer,
        customer=customer,
        modules=sorted({Module(module) for module in modules}),
        seats=seats,
        days=days,
    )
    licences.record_issue(parts(), key, jws)
    click.echo(jws)


def _private_key(path: str) -> SigningKey:
    """Raises ValueError; never with what the file holds."""
    content = _content(path)
    try:
        found = json.loads(content)
        return signing_key({name: found[name] for name in PRIVATE_JWK})
    except (ValueError, KeyError, TypeError):
        raise ValueError("The key file holds no private P-256 key as a JWK.") from None


def _content(path: str) -> bytes:
    """As much as a licence or a key may be long; the rest makes it neither. Raises ValueError."""
    try:
        with click.open_file(path, "rb") as file:
            return bytes(file.read(LONGEST_FILE))
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}.") from None
