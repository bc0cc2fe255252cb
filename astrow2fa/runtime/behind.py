"""Threads that work beside the loop, at a lower priority: on a busy core the loop goes first.

A hash takes 20 ms, and the system lets whoever computes go on for some of them before it looks who else wants to. An
answer that comes meanwhile takes less than one, and somebody waits for it.

The price: such a thread holds Python's lock for a moment before and after its hash. If another process takes its core
just then, the loop waits until it is let on again. Leave a core that nothing else fills.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

NICER = 15
_here = threading.local()


def the_loop(fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Calls `fn`. For threads of a pool, and not for those that answer: a priority once given up does not come back."""
    if not getattr(_here, "nicer", False):
        _here.nicer = True
        if sys.platform == "linux":  # where a thread has a priority of its own
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), os.nice(0) + NICER)
    return fn(*args, **kwargs)
