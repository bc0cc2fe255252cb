"""What an HTTP status means for a wake-up."""

from __future__ import annotations

import json
from collections.abc import Mapping

from astrow2fa.adapters.push.network import Answer
from astrow2fa.ports.push import Outcome, Verdict

GONE = (404, 410)
LONGEST_PATIENCE = 3600


def outcome(answer: Answer) -> Outcome:
    """What an HTTP status means for a wake-up (RFC 8030 §5, §7.3, §8.4). A redirect is a refusal: nobody follows it."""
    status = answer.status
    if 200 <= status < 300:
        return Outcome(Verdict.ACCEPTED, status)
    if status in GONE:
        return Outcome(Verdict.GONE, status, "the subscription is gone")
    if status == 429 or status >= 500:
        return Outcome(Verdict.LATER, status, "not now", retry_after(answer.headers))
    return Outcome(Verdict.REFUSED, status, "a redirect" if 300 <= status < 400 else "refused")


def retry_after(headers: Mapping[str, str]) -> int | None:
    """Seconds (RFC 9110 §10.2.3); a date counts as not said, our own backoff is as good."""
    said = headers.get("retry-after", "").strip()
    return min(int(said), LONGEST_PATIENCE) if said.isascii() and said.isdigit() and len(said) < 10 else None


def said(answer: Answer) -> Mapping[str, object]:
    """The members of an answer in JSON; none when it is something else."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
