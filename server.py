"""Start the server: `python server.py`. For commands: `flask --app server …`, which neither patches nor serves."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

from astrow2fa import runtime

if TYPE_CHECKING:
    from flask import Flask

    from astrow2fa.config import Config

WRONG_CONFIGURATION = 2


def _end(why: object) -> NoReturn:
    sys.stderr.write(f"{why}\n")
    sys.exit(WRONG_CONFIGURATION)


def _config() -> Config:
    from astrow2fa.config import Config, ConfigError  # noqa: PLC0415 (only after the patch, see main)

    try:
        return Config.load(os.environ)
    except ConfigError as error:
        _end(error)


def create_app() -> Flask:
    """For the flask command."""
    from astrow2fa.app import CannotStart  # noqa: PLC0415 (only after the patch, see main)
    from astrow2fa.app import create_app as compose  # noqa: PLC0415

    try:
        return compose(_config())
    except CannotStart as error:
        _end(error)


def main() -> None:
    mode = os.environ.get("ASTROW2FA_ASYNC_MODE", "eventlet")
    # An unknown mode is refused by Config, with a better sentence.
    runtime.patch(mode if mode in runtime.MODES else "threading")
    # Everything that opens sockets or makes locks is imported after the patch, or keeps the blocking ones.
    from astrow2fa.app import CannotStart, start  # noqa: PLC0415

    try:
        start(_config())
    except CannotStart as error:
        _end(error)


if __name__ == "__main__":
    main()
