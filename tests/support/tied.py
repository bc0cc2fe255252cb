"""Servers for tests that end when the tests do, also when nobody was left to end them: pytest was killed."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable

PATIENCE = 60
"""Seconds after which something that has to happen has evidently not happened."""


def tied(signal: str, command: list[str]) -> list[str]:
    """The command under util-linux' setpriv, which becomes it: the kernel sends it the signal when we end.

    The kernel means the thread that started it, so threads that come and go tie nothing. Elsewhere than on Linux it is
    the command as it was.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None or threading.current_thread() is not threading.main_thread():
        return command
    return [setpriv, "--pdeathsig", signal, "--", *command]


def comes_true(what: Callable[[], bool]) -> None:
    """Looks until it is so; fails when it never is."""
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)
