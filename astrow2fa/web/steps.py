"""How long each step of a confirmation takes, for Prometheus: the book of steps, with a stopwatch."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Histogram

from astrow2fa.core.delivery import Step
from astrow2fa.ports.outside import Clock
from astrow2fa.ports.push import Trace

MOST_ASKED = 20_000
BUCKETS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0)
LAST = (Step.COLLECTED, Step.ENDED)


class Timed:
    """Implements ports.push.Trace: another one, timed. Known are the confirmations that were asked at this node."""

    def __init__(self, book: Trace, clock: Clock, registry: CollectorRegistry) -> None:
        self._book = book
        self._now = clock.now
        self._asked: dict[str, float] = {}
        took = Histogram(
            "astrow2fa_step_seconds",
            "From when a confirmation was asked at this node to each step that it made here",
            ["step"],
            buckets=BUCKETS,
            registry=registry,
        )
        # Made once: looking a label up costs more than counting under it.
        self._took = {step: took.labels(step.value) for step in Step if step is not Step.ASKED}
        self.flush, self.start, self.stop = book.flush, book.start, book.stop

    def note(
        self,
        confirmation_id: str,
        step: Step,
        *,
        device_id: str | None = None,
        how: str = "",
        at: float = 0.0,
    ) -> None:
        at = at or self._now()
        self._book.note(confirmation_id, step, device_id=device_id, how=how, at=at)
        if step is Step.ASKED:
            # The first time counts: one that is signed anew has been asked before.
            self._asked.setdefault(confirmation_id, at)
            if len(self._asked) > MOST_ASKED:
                del self._asked[next(iter(self._asked))]
            return
        asked = self._asked.pop(confirmation_id, None) if step in LAST else self._asked.get(confirmation_id)
        if asked is not None:
            self._took[step].observe(max(0.0, at - asked))
