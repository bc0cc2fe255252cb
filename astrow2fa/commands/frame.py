"""What all commands have in common: how they end, and where they find the parts of the program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import click
from flask import current_app
from flask.cli import ScriptInfo

from astrow2fa.config import Config
from astrow2fa.core.errors import NotLicensed, NotPermitted, Refusal, WeakPassword
from astrow2fa.ports.people import NameTaken
from astrow2fa.ports.store import Unavailable
from astrow2fa.services.accounts import Impossible
from astrow2fa.services.settings import WouldLockOut

CONFIG = "astrow2fa.config"
REASONS = (Impossible, NameTaken, Refusal, Unavailable, ValueError, WouldLockOut)
LACKS = {
    "too_short": "it needs at least 6 characters, letters or digits",
    "too_long": "it has more than 256 characters",
    "too_few_different": "it needs more different letters or digits",
    "needs_special": "it needs a special character",
    "needs_capital": "it needs a capital letter",
    "needs_more_signs": "it needs more different special characters or capital letters",
    "common": "it is one of the first that somebody would guess",
    "own_name": "it is hardly more than the user's own name",
    "used_before": "it was used before",
}


@contextmanager
def plainly(ctx: click.Context) -> Iterator[None]:
    """A command that was written wrongly ends with 2 and one line, as a refusal does with 1: no usage before it."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        said = f"{error.format_message().rstrip('.')}. See: {ctx.command_path} --help"
        raise click.UsageError(" ".join(said.split())) from error


class Verb(click.Command):
    """A command whose refusals end it with 1 and one line. What nobody foresaw stays a traceback."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with plainly(ctx):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with ctx.ensure_object(ScriptInfo).load_app().app_context(), plainly(ctx):
                return super().invoke(ctx)
        except REASONS as error:
            raise click.ClickException(" ".join(reason(error).split())) from error


class Readable(click.File):
    """A file to read. One that cannot be opened is a reason to end (1, one line), no wrong usage of the command."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            raise click.ClickException(error.message) from error


class Noun(click.Group):
    """A group of such commands."""

    command_class = Verb

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        with plainly(ctx):
            return super().resolve_command(ctx, args)


def reason(error: Exception) -> str:
    """Why nothing was done, in a sentence."""
    match error:
        case WeakPassword():
            return f"This password is not taken: {'; '.join(LACKS.get(r, r) for r in error.reasons)}."
        case NameTaken():
            return f"There is a user {str(error)!r} already."
        case Unavailable():
            return f"The database does not answer ({error}). Nothing was changed."
        case NotPermitted():
            return "This user is disabled or has no Mobile permission."
        case NotLicensed():
            return "This needs a licence for Astrow Mobile. Install one with: licence install FILE"
        case WouldLockOut():
            who = "1 user" if error.many == 1 else f"{error.many} users"
            return f"{who} could not sign in any more, so nothing was changed. Pair phones, or use two-factor --force."
        case UnicodeError():
            return "This is not UTF-8 text."
        case Refusal():
            return f"This was refused: {error.code}."
    return str(error)


def present_config() -> Config:
    """What the operator decided for this process."""
    return cast(Config, current_app.extensions[CONFIG])
