"""What happened in the 90 days, drawn by the dice and carried out in the order of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from astrow2fa.core.confirmation import Act
from astrow2fa.core.errors import Refusal
from astrow2fa.ports import Parts
from astrow2fa.services import checkpoints, collect, settings, upkeep
from scripts.seed.parts import PastClock
from scripts.seed.people import (
    PHONES,
    STRANGER,
    WITHOUT_MOBILE,
    Machine,
    Person,
    answers,
    collects,
    machine,
    move_in,
    pairs,
    types,
)

DAY = 86_400
DAYS = 90
RANDOM_FROM, ALWAYS_FROM = 14, 30
"""The days on which the policy was switched to Random and to Always; before, it was Off."""
BOMBED_ON = (62, 81)
"""The days on which somebody who has a password asked again and again."""
HOW = {"in": 88, "mistyped": 5, "nobody": 4, "thought better": 2, "denied": 1}
"""How sign-ins end, in percent."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody is going to sign in."""

    at: float
    who: int
    how: str


class Story:
    """The company, and what is told of it."""

    def __init__(self, parts: Parts, clock: PastClock, random: Random) -> None:
        self._parts, self._clock, self._random = parts, clock, random
        self._start = clock.now()
        self._people: list[Person] = []
        self.told: Counter[str] = Counter()

    def happens(self) -> None:
        """All of it. Ends at the present, with nobody waiting."""
        self._people = move_in(self._parts)
        settings.change(self._parts, "log_days", "365")
        for number, person in enumerate(self._people):
            self._clock.reach(self._start + number * 1800)
            if person.name != WITHOUT_MOBILE:
                pairs(self._parts, person, PHONES[number % len(PHONES)])
        for day in range(1, DAYS):
            self._day(day)
        self._parts.trace.flush()

    def _day(self, day: int) -> None:
        begins = self._start + day * DAY
        self._clock.reach(begins)
        if day in (RANDOM_FROM, ALWAYS_FROM):
            mode = "random" if day == RANDOM_FROM else "always"
            settings.change(self._parts, "two_factor", mode, force=True)
        for attempt in sorted(self._attempts(day, begins), key=lambda one: one.at):
            self._clock.reach(attempt.at)
            self._signs_in(self._people[attempt.who], attempt.how)
        if day in BOMBED_ON:
            self._is_bombed(self._people[1 + day % 5], begins + 20 * 3600)
        self._clock.reach(begins + DAY - 60)
        upkeep.expire_overdue(self._parts)
        upkeep.forget(self._parts)
        checkpoints.sign(self._parts)
        self._parts.trace.flush()

    def _attempts(self, day: int, begins: float) -> Iterator[Attempt]:
        """On working days most people once or twice, else hardly anybody. Dice are thrown for everybody each day."""
        busy = 0.08 if day % 7 in (5, 6) else 0.85
        for who, person in enumerate(self._people):
            for mean in (8.5, 13.2):
                comes, at = self._random.random(), self._random.gauss(mean, 0.9)
                how = self._random.choices(list(HOW), weights=list(HOW.values()))[0]
                asked_of_all = day >= ALWAYS_FROM and person.name == WITHOUT_MOBILE
                if comes < (busy if mean < 12 else busy * 0.35) and not asked_of_all:
                    yield Attempt(begins + max(6.0, at) * 3600, who, how)

    def _signs_in(self, person: Person, how: str) -> None:
        at = self._at(person)
        if how == "mistyped":
            types(self._parts, person, at, "mistyped")
            self._passes(6, 15)
        try:
            asked = types(self._parts, person, at)
        except Refusal as refusal:
            self.told[refusal.code] += 1
            return
        if asked is None:
            self.told["not asked"] += 1
            return
        self._passes(4, 25)
        if how == "nobody":
            self._passes(130, 200)
            upkeep.expire(self._parts, [asked.id])
        elif how == "thought better" and at.session is not None:
            collect.cancel(self._parts, at.session)
        else:
            answers(self._parts, person, asked, Act.DENY if how == "denied" else Act.APPROVE)
            self._passes(0.1, 0.4)
            if how != "denied":
                collects(self._parts, at)
        self.told[how] += 1

    def _at(self, person: Person) -> Machine:
        """Nearly always the usual machine; now and then another one, which is new to the account."""
        if self._random.random() < 0.04:
            person.others.append(machine(self._parts, 100 + self._random.randrange(100)))
            return person.others[-1]
        return person.machine

    def _is_bombed(self, person: Person, at: float) -> None:
        """Fatigue bombing: five tries from elsewhere, of which the phone refuses the last."""
        self._clock.reach(at)
        elsewhere = Machine(self._parts.clients.describe("198.51.100.66", STRANGER))
        for tried in range(5):
            asked = types(self._parts, person, elsewhere)
            self._passes(20, 40)
            if asked is not None and tried == 4:
                answers(self._parts, person, asked, Act.DENY)
            elif elsewhere.session is not None:
                collect.cancel(self._parts, elsewhere.session)
        self.told["bombed"] += 1

    def _passes(self, least: float, most: float) -> None:
        self._clock.reach(self._clock.now() + self._random.uniform(least, most))
