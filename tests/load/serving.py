"""The product as it is run, for those who measure it from outside."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.load.subject import ROOT, SERVER_CORE, pin


@contextmanager
def serving(folder: Path, own: dict[str, str], *, pinned: bool = True) -> Iterator[str]:
    """Its address. What it writes goes to a file in `folder`; `pinned`: on a core of its own."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ASTROW2FA_")}
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "server.py"],
            cwd=ROOT,
            env={**inherited, **own},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("listening on ")
        if pinned:
            pin(SERVER_CORE, server.pid)
        yield own["ASTROW2FA_PUBLIC_URL"]
    finally:
        server.terminate()
        server.communicate()
