"""`python -m tests.support.serving CLOCK_FILE` is server.py with that clock; the product itself has no such switch.

And none for WORDS, a folder of other catalogues (tests/support/longer.py).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from astrow2fa import runtime

if __name__ == "__main__":
    runtime.patch(os.environ.get("ASTROW2FA_ASYNC_MODE", "eventlet"))

from astrow2fa.app.serving import start
from astrow2fa.config import Config
from astrow2fa.web import language
from tests.support.clock import FileClock


def serve(arguments: list[str]) -> None:
    """As server.py does it, with the clock of that file."""
    language.FOLDER = os.environ.get("WORDS", language.FOLDER)
    config, clock = Config.load(os.environ), FileClock(Path(arguments[0]))
    if config.database_url.startswith("sqlite:"):
        start(config, clock=clock)
    else:
        # The database's clock counts; what tests move is the machine's.
        start(config, machine=clock)


if __name__ == "__main__":
    serve(sys.argv[1:])
