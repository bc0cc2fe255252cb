"""WebSockets of simple-websocket, which gevent and threads use: bounded in what they keep, and fair to the others."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from astrow2fa.runtime.loop import IN_A_ROW

STEP_SECONDS = 0.005


def bound(longest: int, sleep: Callable[[float], None]) -> None:
    """From here on a message has at most `longest` bytes, and only a few of one socket wait to be read.

    Its reader takes in whatever arrives, of any length, however far behind the application is. The library is looked
    up, not imported: Engine.IO has loaded it by now, after the loop's patch.
    """
    library = sys.modules["simple_websocket"]

    class Bounded(library.Server):  # type: ignore[name-defined,misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **{"max_message_size": longest, **options})

        def _handle_events(self) -> bool:
            going: bool = super()._handle_events()
            if not going:
                # The library wakes whoever reads before it says that there is nothing more to be read.
                self.connected = False
                self.event.set()
            sleep(0)
            while going and self.connected and len(self.input_buffer) > IN_A_ROW:
                sleep(STEP_SECONDS)
            return going

    library.Server = Bounded  # type: ignore[attr-defined]
