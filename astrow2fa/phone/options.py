"""What all commands share: the state file, the form of the output, secrets that are typed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from astrow2fa.phone import identity as state
from astrow2fa.phone.calls import Clock
from astrow2fa.phone.client import Phone
from astrow2fa.phone.words import Voice

STATE = "~/.config/astrow2fa-phone.json"
Command = TypeVar("Command", bound=Callable[..., Any])


def _usual_state() -> Path:
    return Path(os.environ.get("ASTROW_PHONE") or STATE).expanduser()


@dataclass(slots=True)
class Options:
    """What may be said before or after the command's name."""

    state: Path = field(default_factory=_usual_state)
    json: bool = False
    wrong_clock: float = 0

    @property
    def voice(self) -> Voice:
        return Voice(self.json)

    def phone(self) -> Phone:
        return Phone(state.load(self.state), Clock(self.wrong_clock))


def _keep(context: click.Context, parameter: click.Parameter, value: object) -> None:
    if value is not None:
        setattr(context.ensure_object(Options), str(parameter.name), value)


def shared(command: Command) -> Command:
    options = (
        click.option(
            "--state", type=click.Path(path_type=Path, dir_okay=False),
            help=f"The file that remembers this phone. Default: $ASTROW_PHONE or {STATE}",
            callback=_keep, expose_value=False,
        ),
        click.option(
            "--json", is_flag=True, default=None, help="One JSON object a line, for scripts.",
            callback=_keep, expose_value=False,
        ),
        click.option(
            "--wrong-clock", type=float, metavar="SECONDS", help="Pretend that this phone's clock is off.",
            callback=_keep, expose_value=False,
        ),
    )  # fmt: skip
    for option in options:
        command = option(command)
    return command


class kept:  # noqa: N801 (reads as the verb it is)
    """The phone of the state file; keeps what it learned meanwhile, such as newer keys of the server."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._phone = options.phone()
        self._before = self._phone.identity

    def __enter__(self) -> Phone:
        return self._phone

    def __exit__(self, *_: object) -> None:
        if self._phone.identity is not self._before:
            state.save(self._options.state, self._phone.identity)


def secret(prompt: str, *, twice: bool = False) -> str:
    """Typed unseen at a terminal; otherwise a line of standard input."""
    if sys.stdin.isatty():
        return str(click.prompt(prompt, hide_input=True, confirmation_prompt=twice, err=True))
    return sys.stdin.readline().rstrip("\r\n")
