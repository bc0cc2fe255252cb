"""What a request needs from the composition root, found on the app; and the client it came from."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, cast

from flask import current_app, request

from astrow2fa import runtime
from astrow2fa.ports import Parts
from astrow2fa.ports.outside import Client
from astrow2fa.ports.store import Unavailable

if TYPE_CHECKING:
    from astrow2fa.services.log_upkeep import LogUpkeep
    from astrow2fa.web.board import Board
    from astrow2fa.web.hub import Hub
    from astrow2fa.web.metrics import Metrics

EXTENSION = "astrow2fa"
CLOCK_SECONDS = 10


class Web:
    """What `create_app` hands to the views."""

    __slots__ = ("board", "hub", "insight", "log_upkeep", "metrics", "metrics_token", "parts", "secure")

    def __init__(
        self,
        parts: Parts,
        hub: Hub,
        board: Board,
        log_upkeep: LogUpkeep,
        metrics: Metrics,
        *,
        secure: bool,
        metrics_token: str | None,
    ) -> None:
        self.metrics = metrics
        self.metrics_token = metrics_token
        self.parts = parts
        self.hub = hub
        self.board = board
        self.insight = board.insight
        self.log_upkeep = log_upkeep
        self.secure = secure

    def start(self) -> None:
        """Begins what this process does beside its requests."""
        self.hub.start()
        self.board.start()
        self.metrics.start()
        runtime.every(CLOCK_SECONDS, self._look_at_clock)
        self.parts.trace.start()
        self.parts.push.start()

    def _look_at_clock(self) -> None:
        """Machines' clocks drift apart; while the database is away the one measured last is carried on."""
        with suppress(Unavailable):
            self.metrics.clock.set(self.parts.store.look_at_clock())

    def drain(self) -> None:
        """The process is about to end."""
        self.hub.drain()
        self.board.stop()
        self.parts.push.stop()
        self.parts.trace.stop()


def web() -> Web:
    return cast(Web, current_app.extensions[EXTENSION])


def parts() -> Parts:
    return web().parts


def client() -> Client:
    """Who is at the other end: the address as far as proxies are trusted, the rest in its own words."""
    return parts().clients.describe(request.remote_addr or "", request.headers.get("User-Agent", ""))
