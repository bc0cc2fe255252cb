"""Start the server: `python server.py`. For commands: `flask --app server …`, which neither patches nor serves."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

from astrow2fa import runtime

if __name__ == "__main__":
    # Before anything that opens sockets or makes locks is imported, or it keeps the blocking ones. An unknown mode
    # is refused by Config, with a better sentence.
    _mode = os.environ.get("ASTROW2FA_ASYNC_MODE", "eventlet")
    runtime.patch(_mode if _mode in runtime.MODES else "threading")

from astrow2fa.app import CannotStart
from astrow2fa.app import create_app as compose
from astrow2fa.app.serving import start
from astrow2fa.config import Config, ConfigError

if TYPE_CHECKING:
    from flask import Flask

WRONG_CONFIGURATION = 2


def _end(why: object) -> NoReturn:
    """In one line, also where a database driver says it in two."""
    sys.stderr.write(" ".join(str(why).split()) + "\n")
    sys.exit(WRONG_CONFIGURATION)


def create_app() -> Flask:
    """For the flask command."""
    try:
        return compose(Config.load(os.environ))
    except (ConfigError, CannotStart) as error:
        _end(error)


def main() -> None:
    try:
        start(Config.load(os.environ))
    except (ConfigError, CannotStart) as error:
        _end(error)


if __name__ == "__main__":
    main()
