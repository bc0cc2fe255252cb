"""What is sent when: a lane for each phone, so that one which does not answer holds up nobody else.

Pure: time comes in, and what may be begun comes out. A lane sends one wake-up at a time, in order, and is patient
with its own service (Retry-After, or twice as long after each failure). A lane that failed last is a suspect: suspects
have a few places of their own, so that however many phones never answer, the others find theirs free.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from astrow2fa.core.push import Kind, Subscription, WakeUp
from astrow2fa.ports.push import Outcome, Verdict

PLACES = 128
SUSPECT_PLACES = 16
MOST_WAITING = 20_000
MOST_IN_A_LANE = 16
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
REMEMBERED_SECONDS = 600.0
"""How long a lane stays suspect that has nothing to send."""


@dataclass(slots=True)
class Task:
    """One wake-up for one phone, not to be begun before `start`."""

    subscription: Subscription
    wake_up: WakeUp
    start: float = 0.0
    tries: int = 0

    @property
    def device_id(self) -> str:
        return self.subscription.device_id


@dataclass(slots=True)
class _Lane:
    tasks: list[Task] = field(default_factory=list)
    busy: bool = False
    queued: bool = False
    pause_until: float = 0.0
    failures: int = 0


class _Places:
    """So many at once, and who comes next."""

    def __init__(self, most: int) -> None:
        self.free = most
        self.queue: deque[str] = deque()


class Lanes:
    """Not for several threads at once: whoever uses it holds a lock."""

    def __init__(self, places: int = PLACES, suspect_places: int = SUSPECT_PLACES) -> None:
        self._good = _Places(places)
        self._suspect = _Places(suspect_places)
        self._lanes: dict[str, _Lane] = {}
        self._later: list[tuple[float, str]] = []
        self._taken: dict[str, _Places] = {}
        self.waiting = 0

    def add(self, task: Task, now: float) -> bool:
        """False when there is no room, and then it is not kept."""
        lane = self._lanes.get(task.device_id) or _Lane()
        # What would replace it at the push service replaces it here, while it has not gone out.
        self._drop(lane, lambda other: other.wake_up.about == task.wake_up.about)
        if self.waiting >= MOST_WAITING or len(lane.tasks) >= MOST_IN_A_LANE:
            return False
        self._lanes[task.device_id] = lane
        lane.tasks.append(task)
        self.waiting += 1
        self._queue(task.device_id, lane, now)
        return True

    def drop(self, confirmation_id: str, device_id: str) -> None:
        """What asks this phone about this confirmation needs not go out any more."""
        lane = self._lanes.get(device_id)
        if lane is not None:
            self._drop(
                lane,
                lambda task: (
                    task.wake_up.confirmation_id == confirmation_id and task.wake_up.kind is Kind.CONFIRMATION
                ),
            )

    def _drop(self, lane: _Lane, unwanted: Callable[[Task], bool]) -> None:
        kept = [task for task in lane.tasks if not unwanted(task)]
        self.waiting -= len(lane.tasks) - len(kept)
        lane.tasks = kept

    def _queue(self, device_id: str, lane: _Lane, now: float) -> None:
        """Puts a lane where it will be found when its next task may begin."""
        if lane.busy or lane.queued or not lane.tasks:
            return
        when = max(lane.pause_until, min(task.start for task in lane.tasks))
        if when > now:
            heapq.heappush(self._later, (when, device_id))
            return
        lane.queued = True
        (self._suspect if lane.failures else self._good).queue.append(device_id)

    def take(self, now: float) -> tuple[list[Task], list[Task]]:
        """What to begin now, and what was given up because its time is over."""
        while self._later and self._later[0][0] <= now:
            _, device_id = heapq.heappop(self._later)
            lane = self._lanes.get(device_id)
            if lane is not None:
                self._queue(device_id, lane, now)
                self._forget(device_id, lane, now)
        begun: list[Task] = []
        over: list[Task] = []
        for places in (self._good, self._suspect):
            while places.free and places.queue:
                device_id = places.queue.popleft()
                task = self._begin(device_id, now, over)
                if task is not None:
                    places.free -= 1
                    self._taken[device_id] = places
                    begun.append(task)
        return begun, over

    def _begin(self, device_id: str, now: float, over: list[Task]) -> Task | None:
        lane = self._lanes[device_id]
        lane.queued = False
        late = [task for task in lane.tasks if task.wake_up.until <= now]
        self._drop(lane, lambda task: task in late)
        over += late
        task = next((task for task in lane.tasks if task.start <= now), None)
        if task is None:
            self._queue(device_id, lane, now)
            self._forget(device_id, lane, now)
            return None
        lane.tasks.remove(task)
        self.waiting -= 1
        lane.busy = True
        return task

    def done(self, task: Task, outcome: Outcome, now: float) -> bool:
        """After a try. Whether it is tried again: not when its life ends before that, or a later word replaced it."""
        device_id, lane = task.device_id, self._lanes[task.device_id]
        lane.busy = False
        self._taken.pop(device_id).free += 1
        again = False
        if outcome.verdict is Verdict.LATER:
            lane.failures += 1
            pause = min(FIRST_PAUSE * 2.0 ** min(lane.failures - 1, 10), LONGEST_PAUSE)
            lane.pause_until = now + max(pause, float(outcome.retry_after or 0))
            replaced = any(other.wake_up.about == task.wake_up.about for other in lane.tasks)
            again = lane.pause_until < task.wake_up.until and not replaced
            if again:
                task.tries += 1
                lane.tasks.insert(0, task)
                self.waiting += 1
        else:
            lane.failures = 0
            lane.pause_until = 0.0
        self._queue(device_id, lane, now)
        self._forget(device_id, lane, now)
        return again

    def _forget(self, device_id: str, lane: _Lane, now: float) -> None:
        """A lane with nothing to do goes; one that failed last is remembered for a while."""
        if lane.tasks or lane.busy or lane.queued:
            return
        if lane.failures and now < lane.pause_until + REMEMBERED_SECONDS:
            heapq.heappush(self._later, (lane.pause_until + REMEMBERED_SECONDS, device_id))
        else:
            del self._lanes[device_id]
