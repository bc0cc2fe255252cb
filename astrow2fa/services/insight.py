"""What an administrator sees at a glance: thirty days of sign-ins, the phones, who is at risk, what needs attention.

All of it is counted piece by piece, and others are served between two pieces. What can no longer change is counted once
in the life of the process; it is kept in memory only, because the database can always say it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from astrow2fa.core import insight
from astrow2fa.core.confirmation import Purpose
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.insight import DAY, DAYS, HOUR, SETTLED_SECONDS, Alert, DayTally, Seen, Tally
from astrow2fa.core.policy import enforced
from astrow2fa.ports import Parts
from astrow2fa.ports.insight import Silenced
from astrow2fa.ports.readiness import Counts
from astrow2fa.ports.store import Work
from astrow2fa.services import readiness
from astrow2fa.services.preview import UNSEEN_DAYS

PIECE = 500
"""Phones that are counted at a time: 2 ms."""
STANDING_SECONDS = 60
SHOWN = 10


@dataclass(frozen=True, slots=True)
class NotMe:
    """Somebody said at `at` (Unix seconds) that it was not they; `number` is that of its row in the log.

    `sign_in` is the one it was said of, by its id in the list of sign-ins: none, if it was said of something else.
    """

    number: int
    user: str
    sign_in: str | None
    at: float


@dataclass(frozen=True, slots=True)
class Attention:
    """What somebody should look at now."""

    bursts: Sequence[Alert]
    silenced: Sequence[Silenced]
    not_me: Sequence[NotMe]

    @property
    def needed(self) -> bool:
        return bool(self.bursts or self.silenced or self.not_me)


@dataclass(frozen=True, slots=True)
class Standing:
    """How users and their phones stood at `at` (Unix seconds). `asks`: the policy asks for confirmations now."""

    counts: Counts
    phones: Mapping[Seen, int]
    asks: bool
    at: float


class Insight:
    """Of one process. `pause` lets others be served."""

    def __init__(self, parts: Parts, pause: Callable[[], None]) -> None:
        self._parts = parts
        self._pause = pause
        self._whole: dict[int, Tally] = {}
        self._settled: dict[int, Tally] = {}
        self._standing: Standing | None = None

    def days(self) -> list[DayTally]:
        """The last 30 days of UTC, oldest first, today last."""
        with self._parts.store.read() as work:
            now = work.now
        today = int(now) // DAY * DAY
        first = today - (DAYS - 1) * DAY
        for kept in (self._whole, self._settled):
            for begins in [begins for begins in kept if begins < first]:
                kept.pop(begins, None)
        return [
            DayTally(
                (datetime.fromtimestamp(first, UTC) + timedelta(days=number)).date(),
                self._day(first + number * DAY, now),
            )
            for number in range(DAYS)
        ]

    def today(self) -> Tally:
        """This day of UTC, so far."""
        with self._parts.store.read() as work:
            now = work.now
        return self._day(int(now) // DAY * DAY, now)

    def _day(self, begins: int, now: float) -> Tally:
        known = self._whole.get(begins)
        if known is not None:
            return known
        hours = [self._hour(hour, now) for hour in range(begins, min(begins + DAY, int(now) + 1), HOUR)]
        tally = sum(hours, Tally())
        if begins + DAY + SETTLED_SECONDS <= now:
            self._whole[begins] = tally
        return tally

    def _hour(self, begins: int, now: float) -> Tally:
        known = self._settled.get(begins)
        if known is not None:
            return known
        with self._parts.store.read() as work:
            tally = work.insight.tally(begins, begins + HOUR, now)
        self._pause()
        if begins + HOUR + SETTLED_SECONDS <= now:
            self._settled[begins] = tally
        return tally

    def standing(self) -> Standing:
        """As it was at most a minute ago."""
        with self._parts.store.read() as work:
            now = work.now
            asks = enforced(work.settings.get().two_factor)
        known = self._standing
        if known is None or known.asks != asks or not known.at <= now < known.at + STANDING_SECONDS:
            known = self._standing = Standing(
                readiness.count(self._parts, int(now) - UNSEEN_DAYS * DAY, self._pause),
                self._phones(now),
                asks,
                now,
            )
        return known

    def _phones(self, now: float) -> Mapping[Seen, int]:
        found: Counter[Seen] = Counter()
        after = ""
        while True:
            with self._parts.store.read() as work:
                some = work.insight.phones_seen(after, PIECE)
            found.update(insight.seen(seen_at, now) for _, seen_at in some)
            if len(some) < PIECE:
                return found
            after = some[-1][0]
            self._pause()

    def attention(self) -> Attention:
        """Read anew each time."""
        with self._parts.store.read() as work:
            return Attention(
                work.insight.bursts(work.now, SHOWN), work.insight.silenced(work.now, SHOWN), _not_me(work)
            )


def _not_me(work: Work) -> list[NotMe]:
    found = []
    for row in work.log.newest(Tag.NOT_ME, SHOWN):
        account = work.accounts.get(row.fact.user_id) if row.fact.user_id is not None else None
        if account is not None and row.at > work.now - insight.NOT_ME_SECONDS:
            found.append(NotMe(row.id, account.name, _sign_in_of(work, row.fact), row.at))
    return found


def _sign_in_of(work: Work, fact: Fact) -> str | None:
    if fact.confirmation_id is not None:
        confirmation = work.confirmations.get(fact.confirmation_id)
        return confirmation.id if confirmation and confirmation.purpose is Purpose.SIGN_IN else None
    session = work.sessions.get(fact.session_id) if fact.session_id is not None else None
    return (session.confirmation_id or session.id) if session is not None else None
