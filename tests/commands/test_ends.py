"""How commands end, whatever they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from flask import Flask

from astrow2fa.commands import frame
from astrow2fa.commands.frame import Verb, reason
from astrow2fa.core.errors import Limited, NotPermitted, WeakPassword
from astrow2fa.ports.store import Unavailable
from tests.commands.operator import Operator
from tests.support.house import House

COMMANDS = [
    "user create",
    "user list",
    "user enable",
    "user disable",
    "user set-password",
    "user pairing-code",
    "user phones",
    "user revoke-phone",
    "user end-sessions",
    "user exempt",
    "two-factor",
    "settings get",
    "settings set",
    "licence install",
    "licence show",
    "licence issue",
    "keys list",
    "keys rotate",
    "demo",
    "doctor",
    "log verify",
    "log checkpoint",
    "log checkpoints",
    "log key",
    "log export",
    "log show-evidence",
]


def verbs(app: Flask) -> Iterator[tuple[str, click.Command]]:
    """Our own commands, and not those that Flask brings."""
    for name, command in app.cli.commands.items():
        if isinstance(command, click.Group):
            yield from ((f"{name} {verb}", below) for verb, below in command.commands.items())
        else:
            yield name, command


def test_these_are_the_commands(house: House) -> None:
    assert sorted(name for name, _ in verbs(house.app)) == sorted(COMMANDS)


@pytest.mark.parametrize("line", COMMANDS)
def test_each_explains_itself_in_sentences(operator: Operator, line: str) -> None:
    printed = "\n".join(operator.does(f"{line} --help"))

    [about] = re.findall(r"\n\n  (.+?)\n\n", printed, re.DOTALL)[:1]
    assert about.endswith(".")


def test_what_options_do_is_said_in_sentences(house: House) -> None:
    options = [
        (name, option)
        for name, command in verbs(house.app)
        for option in command.params
        if isinstance(option, click.Option)
    ]

    assert [(name, option.name) for name, option in options if not str(option.help).endswith(".")] == []


def test_an_unknown_command_is_wrong_usage(operator: Operator) -> None:
    operator.is_wrong("user forgive bob --reason lost")
    operator.is_wrong("settings set log_days")
    operator.is_wrong("user list --jsno")


def test_a_group_alone_lists_what_it_has(operator: Operator) -> None:
    shown = operator.types("user")

    assert shown.exit_code == 2
    assert all(verb in shown.output for verb in ("create", "disable", "exempt"))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Unavailable("disk I/O error"), "does not answer (disk I/O error). Nothing was changed."),
        (WeakPassword(["too_long", "a_new_reason"]), "it has more than 256 characters; a_new_reason."),
        (NotPermitted("mobile"), "no Mobile permission"),
        (Limited(3), "limited"),
    ],
)
def test_every_refusal_has_words(error: Exception, said: str) -> None:
    assert said in reason(error)


def test_a_reason_is_one_line(operator: Operator) -> None:
    @click.command(cls=Verb)
    def fails() -> None:
        raise ValueError("first\nsecond\n  third")

    operator.house.app.cli.add_command(fails)

    assert operator.is_refused("fails") == "first second third"


def test_a_mistake_of_the_program_is_not_dressed_as_a_refusal(operator: Operator) -> None:
    @click.command(cls=Verb)
    def breaks() -> None:
        raise KeyError("a bug")

    operator.house.app.cli.add_command(breaks)

    with pytest.raises(KeyError):
        operator.types("breaks")


def test_every_weakness_of_a_password_has_words() -> None:
    strengths = "too_short too_few_different needs_special needs_capital needs_more_signs"
    always = "too_long common own_name used_before"

    assert sorted(frame.LACKS) == sorted(f"{strengths} {always}".split())
