"""For those who look after the server: is it alive, can it work."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from astrow2fa.web.context import parts

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    return "alive\n", 200, {"Content-Type": "text/plain"}


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Ready while the database answers; start-up has migrated it."""
    with parts().store.read() as work:
        work.settings.get()
    return "ready\n", 200, {"Content-Type": "text/plain"}
