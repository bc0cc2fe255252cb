"""The operator's commands, `flask --app server …`.

A command is read from the command line here, done by a service, which also records it, and told to the person at
the terminal. It ends with 0, with 1 and a one-line reason, or with 2 when it was written wrongly.
"""

from __future__ import annotations

import click
from flask import Flask

from astrow2fa.commands import (
    demo,
    doctor,
    evidence,
    exemptions,
    keys,
    licences,
    log,
    phones,
    settings,
    users,
)
from astrow2fa.commands.frame import CONFIG
from astrow2fa.config import Config

ALL: tuple[click.Command, ...] = (
    users.user,
    settings.two_factor,
    settings.settings,
    licences.licence,
    keys.keys,
    demo.demo,
    doctor.doctor,
    log.log,
)


def register(app: Flask, config: Config) -> None:
    """Puts them on `flask --app server`."""
    app.extensions[CONFIG] = config
    for command in ALL:
        app.cli.add_command(command)
    for command in (*phones.ALL, exemptions.exempt):
        users.user.add_command(command)
    log.log.add_command(evidence.show_evidence)
