"""Numbers for Prometheus. Counting is adding to a number in memory; what is gauged is asked when somebody reads."""

from __future__ import annotations

import hmac
import math
import time
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from typing import Protocol

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import CounterMetricFamily
from prometheus_client.registry import Collector
from werkzeug.exceptions import Unauthorized

from astrow2fa import runtime
from astrow2fa.core.confirmation import Confirmation, State
from astrow2fa.ports.outside import Notifier
from astrow2fa.ports.push import ServiceReport
from astrow2fa.ports.store import Unavailable
from astrow2fa.web import journal
from astrow2fa.web.context import web

blueprint = Blueprint("metrics", __name__)

LAG_SECONDS = 0.5
_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_ANSWERS = {"approved", "denied"}


class Metrics:
    """Of one process, under the prefix `astrow2fa_`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.asked = Counter(
            "astrow2fa_confirmations_asked", "Confirmations asked here", registry=self.registry
        )
        self.moved = Counter(
            "astrow2fa_confirmations_moved",
            "Moves made here, by the state moved to",
            ["state"],
            registry=self.registry,
        )
        told = Histogram(
            "astrow2fa_answer_to_browser_seconds",
            "Of browsers that wait here: from the phone's answer, at this node or at another one, to being told",
            ["answered"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        # Made once: looking a label up costs more than counting under it.
        self.answered_here = told.labels("here")
        self.answered_elsewhere = told.labels("elsewhere")
        self.lag = Histogram(
            "astrow2fa_loop_lag_seconds",
            "How late the event loop wakes up",
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.clock = Gauge(
            "astrow2fa_machine_clock_ahead_seconds",
            "This machine's clock against the database's",
            registry=self.registry,
        )
        self.unavailable = Counter(
            "astrow2fa_unavailable",
            "Requests answered with 503: the database did not answer, or has no room on its disk",
            registry=self.registry,
        )
        self._browsers = Gauge(
            "astrow2fa_browsers_waiting", "Browsers connected here", registry=self.registry
        )
        self._phones = Gauge("astrow2fa_phones_listening", "Phones connected here", registry=self.registry)
        self._lookers = Gauge(
            "astrow2fa_administrators_looking",
            "Pages of sign-ins open here, which are told what waits",
            registry=self.registry,
        )
        self._pending = Gauge(
            "astrow2fa_confirmations_pending",
            "Confirmations without an answer, of all nodes; not a number while the database is away",
            registry=self.registry,
        )
        self._pushes = _Pushes()
        self.registry.register(self._pushes)

    def start(self) -> None:
        """Begins to measure the loop."""
        self._due = time.monotonic() + LAG_SECONDS
        runtime.every(LAG_SECONDS, self._tick)

    def _tick(self) -> None:
        now = time.monotonic()
        self.lag.observe(max(0.0, now - self._due))
        self._due = now + LAG_SECONDS

    def text(
        self, browsers: int, phones: int, lookers: int, pending: float, pushes: Sequence[ServiceReport]
    ) -> bytes:
        """All of it, in Prometheus' text format 0.0.4."""
        self._lookers.set(lookers)
        self._browsers.set(browsers)
        self._phones.set(phones)
        self._pending.set(pending)
        self._pushes.reports = pushes
        return generate_latest(self.registry)


class _Pushes(Collector):
    """What became of each try to wake a phone, as the queue counts it."""

    def __init__(self) -> None:
        self.reports: Sequence[ServiceReport] = ()

    def collect(self) -> Iterator[CounterMetricFamily]:
        found = CounterMetricFamily(
            "astrow2fa_push_tries",
            "Tries to wake a phone, by service and outcome",
            labels=["host", "outcome"],
        )
        for report in self.reports:
            for outcome, count in report.counts.items():
                found.add_metric([report.host, outcome], count)
        yield found


class Waiting(Protocol):
    """Who knows for what browsers wait here."""

    def is_waited_for(self, confirmation_id: str) -> bool: ...


class Counting:
    """Implements ports.outside.Notifier: another one, counted."""

    def __init__(self, told: Notifier, metrics: Metrics, waiting: Waiting) -> None:
        self._told = told
        self._metrics = metrics
        self._is_waited_for = waiting.is_waited_for
        self._states = {
            state.value: metrics.moved.labels(state.value) for state in State if state is not State.PENDING
        }
        self.quiet = told.quiet
        self.phone_paired = told.phone_paired
        self.phone_revoked = told.phone_revoked

    def asked(self, confirmation: Confirmation, others_pending: int) -> None:
        self._metrics.asked.inc()
        self._told.asked(confirmation, others_pending)

    def moved(self, confirmation: Confirmation) -> None:
        self._told.moved(confirmation)
        state = confirmation.state.value
        self._states[state].inc()
        if state in _ANSWERS and self._is_waited_for(confirmation.id):
            self._metrics.answered_here.observe(time.perf_counter() - journal.begun())


@blueprint.get("/metrics")
def show() -> ResponseReturnValue:
    """For a direct call from this machine, or with the token; through a proxy never without it."""
    if not _direct() and not _has_token():
        raise Unauthorized
    hub, pushes = web().hub, web().parts.push.reports()
    text = web().metrics.text(hub.browsers, hub.phones, web().board.lookers, _pending(), pushes)
    return text, 200, {"Content-Type": CONTENT_TYPE_PLAIN_0_0_4}


def _pending() -> float:
    try:
        with web().parts.store.read() as work:
            return work.confirmations.count_pending(work.now)
    except Unavailable:
        return math.nan


def _direct() -> bool:
    forwarded = any(
        name.startswith(("HTTP_X_FORWARDED", "HTTP_FORWARDED", "HTTP_VIA")) for name in request.environ
    )
    try:
        return not forwarded and ip_address(request.environ.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _has_token() -> bool:
    token = web().metrics_token
    given = request.headers.get("Authorization", "")
    return token is not None and hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
