"""How each push service did, for the administrator's page and the metrics."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from astrow2fa.ports.push import Outcome, ServiceReport, Verdict

MOST_HOSTS = 200


class Reports:
    """Since this process started. Bounded: of hosts under a `.suffix` there may be many."""

    def __init__(self) -> None:
        self._of: dict[str, ServiceReport] = {}
        self._counts: dict[str, Counter[str]] = {}

    def add(self, host: str, outcome: Outcome, now: float) -> None:
        if host not in self._of and len(self._of) >= MOST_HOSTS:
            return
        counts = self._counts.setdefault(host, Counter())
        counts[outcome.verdict.value] += 1
        report = replace(self._of.get(host, ServiceReport(host)), counts=counts, last_at=now, last=outcome)
        if outcome.verdict is not Verdict.ACCEPTED:
            report = replace(report, failed_at=now, failed=outcome)
        self._of[host] = report

    def all(self) -> list[ServiceReport]:
        return [self._of[host] for host in sorted(self._of)]
