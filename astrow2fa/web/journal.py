"""Lines of JSON on standard error, for those who follow a sign-in through several nodes.

One for each request that is meant to change something, for each socket that connects and for each answer on one. They
say who asked for what and how it ended: never a form, a path, a token, a number or a name. What belongs to one sign-in
has the same `confirmation` at every node, the id that *System – Log* and *System – Sign-ins* know it by.
"""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import structlog
from flask import Flask, g, request
from flask.wrappers import Response

from astrow2fa.core.confirmation import Confirmation
from astrow2fa.ports import Parts
from astrow2fa.ports.outside import Notifier
from astrow2fa.web.lines import Lines

READS = ("GET", "HEAD", "OPTIONS")
ID_BITS = 96
_FOREIGN_ID = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
_STEPS: list[structlog.typing.Processor] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


@dataclass(slots=True)
class _Act:
    """What is going on in this thread of control, since when, and what it was found to be about."""

    begun: float = field(default_factory=time.perf_counter)
    confirmation: str | None = None
    state: str | None = None


_act: ContextVar[_Act | None] = ContextVar("act", default=None)
lines = Lines("astrow2fa.journal")


def begin() -> None:
    """From here on all that the server logs is a line of JSON on standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
            foreign_pre_chain=[*_STEPS, structlog.stdlib.ExtraAdder()],
        )
    )
    ours = logging.getLogger("astrow2fa")
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    ours.propagate = False
    lines.begin(sys.stderr.write)


def end() -> None:
    """Writes what is left."""
    lines.end()


def install(app: Flask, parts: Parts, *, proxied: bool) -> None:
    """`proxied`: the proxy in front is trusted, also to number the requests."""
    lines.time_by(parts.clock)

    def before() -> None:
        g.act = _Act()
        _act.set(g.act)

    def after(response: Response) -> Response:
        act = g.pop("act", None)
        _act.set(None)
        if act is not None and request.method not in READS:
            lines.note(
                "request",
                {
                    **_known(act),
                    "request": request_id(parts, request.environ, proxied=proxied),
                    "method": request.method,
                    "endpoint": request.endpoint,
                    "status": response.status_code,
                    "milliseconds": round((time.perf_counter() - act.begun) * 1000, 1),
                },
            )
        return response

    app.before_request(before)
    app.after_request(after)


def request_id(parts: Parts, environ: Mapping[str, object], *, proxied: bool) -> str:
    """That of a trusted proxy (X-Request-ID), if it is one that can be written down; else a fresh one."""
    given = str(environ.get("HTTP_X_REQUEST_ID", ""))
    return given if proxied and _FOREIGN_ID.fullmatch(given) else parts.chance.token(ID_BITS)


@contextmanager
def act() -> Iterator[_Act]:
    """What happens meanwhile in this thread of control; afterwards it says what that was about."""
    found = _Act()
    before = _act.set(found)
    try:
        yield found
    finally:
        _act.reset(before)


def begun() -> float:
    """When what goes on in this thread of control began, by `time.perf_counter`; now, if nothing did."""
    found = _act.get()
    return time.perf_counter() if found is None else found.begun


def socket(namespace: str, event: str, outcome: str, **more: str | None) -> None:
    """A connect or an answer on a socket. `more` are ids."""
    lines.note("socket", {"namespace": namespace, "does": event, "outcome": outcome, **_some(more)})


def _known(act: _Act) -> dict[str, str]:
    return _some({"confirmation": act.confirmation, "state": act.state})


def _some(values: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


class Noting:
    """Implements ports.outside.Notifier: another one, and which confirmation the request was about."""

    def __init__(self, told: Notifier) -> None:
        self._told = told
        self.quiet = told.quiet
        self.phone_paired = told.phone_paired
        self.phone_revoked = told.phone_revoked

    def asked(self, confirmation: Confirmation, others_pending: int) -> None:
        self._told.asked(confirmation, others_pending)
        _note(confirmation)

    def moved(self, confirmation: Confirmation) -> None:
        # The browser that waits is told before anything is written down.
        self._told.moved(confirmation)
        _note(confirmation)


def _note(confirmation: Confirmation) -> None:
    act = _act.get()
    if act is not None:
        act.confirmation, act.state = confirmation.id, confirmation.state.value
