"""Makes the database: `python -m scripts.seed FOLDER [SEED]`."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from random import Random

from astrow2fa.app import CannotStart
from astrow2fa.config import ConfigError
from scripts.seed.parts import Refused, opened
from scripts.seed.people import NAMES, PASSWORD, user_name
from scripts.seed.story import DAY, DAYS, Story

ROOT = Path(__file__).resolve().parents[2]
USUAL = "instance-dev"


def main() -> int:
    """Exit code: 0; or 2 and one line, with nothing changed."""
    folder, seed = ([*sys.argv[1:], "", ""])[:2]
    instance = ROOT / (folder or USUAL)
    ours = sorted(name for name in os.environ if name.startswith("ASTROW2FA_"))
    try:
        if ours:
            # Whoever has set these means another database than a development one.
            raise Refused(f"{ours[0]} is set; make seed fills a development database only: leave it out")
        if not seed.isdigit() and seed:
            raise Refused(f"{seed!r} is no seed; write a whole number, SEED=7")
        random = Random(int(seed or 1))
        # Whole days before this one, so that a day is a day in every run.
        start = (time.time() // DAY - DAYS) * DAY
        story = Story(*opened(instance, start, random), random)
        story.happens()
    except (Refused, ConfigError, CannotStart) as error:
        sys.stderr.write(" ".join(str(error).split()) + "\n")
        return 2
    print(f"{len(NAMES)} users over {DAYS} days in {instance}: {dict(story.told)}")
    print(f"Sign in as {user_name(NAMES[0])} or another; every password is: {PASSWORD}")
    print(f"Serve it:    ASTROW2FA_INSTANCE={folder or USUAL} .venv/bin/python server.py")
    print("A phone of yours: in another terminal, with the same variable:")
    print("             .venv/bin/flask --app server user pairing-code anna")
    return 0


if __name__ == "__main__":
    sys.exit(main())
