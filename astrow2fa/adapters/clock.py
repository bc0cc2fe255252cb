"""Time. With an embedded database the machine's clock is the database's clock."""

from __future__ import annotations

import time


class SystemClock:
    """Implements ports.outside.Clock."""

    def now(self) -> float:
        return time.time()
