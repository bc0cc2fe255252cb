"""What a request needs from the composition root, found on the app; and the client it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app, request

from astrow2fa.ports import Parts
from astrow2fa.ports.outside import Client

if TYPE_CHECKING:
    from astrow2fa.services.log_upkeep import LogUpkeep
    from astrow2fa.web.hub import Hub

EXTENSION = "astrow2fa"


class Web:
    """What `create_app` hands to the views."""

    __slots__ = ("hub", "log_upkeep", "parts", "secure")

    def __init__(self, parts: Parts, hub: Hub, log_upkeep: LogUpkeep, *, secure: bool) -> None:
        self.parts = parts
        self.hub = hub
        self.log_upkeep = log_upkeep
        self.secure = secure

    def start(self) -> None:
        """Begins what this process does beside its requests."""
        self.hub.start()
        self.parts.trace.start()
        self.parts.push.start()

    def drain(self) -> None:
        """The process is about to end."""
        self.hub.drain()
        self.parts.push.stop()
        self.parts.trace.stop()


def web() -> Web:
    return cast(Web, current_app.extensions[EXTENSION])


def parts() -> Parts:
    return web().parts


def client() -> Client:
    """Who is at the other end: the address as far as proxies are trusted, the rest in its own words."""
    return parts().clients.describe(request.remote_addr or "", request.headers.get("User-Agent", ""))
