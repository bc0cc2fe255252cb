"""For those who look after the server: is it alive, can it work."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from astrow2fa.web.context import parts, web

blueprint = Blueprint("health", __name__)

CLOCK_SECONDS = 5
"""So far a machine's clock may be from the database's, by which everything is decided, before its node says so."""


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    return "alive\n", 200, {"Content-Type": "text/plain"}


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Ready while the database answers, has the present shape, and this machine's clock agrees with it.

    A node whose clock is wrong goes on deciding by the database's; its other logs, and TLS, would be wrong.
    """
    with parts().store.read() as work:
        work.settings.get()
    ahead = parts().store.look_at_clock()
    web().metrics.clock.set(ahead)
    if not parts().store.health().current:
        return _not_ready("the database is at another version")
    if abs(ahead) > CLOCK_SECONDS:
        return _not_ready(f"this machine's clock is {ahead:+.0f} s off the database's")
    return "ready\n", 200, {"Content-Type": "text/plain"}


def _not_ready(why: str) -> ResponseReturnValue:
    return f"not ready: {why}\n", 503, {"Content-Type": "text/plain", "Retry-After": "5"}
