"""The queue of wake-ups: beside everything else, bounded, and nothing that an answer has to wait for.

A notifier's call leaves a note and returns. What comes of it (whose phones, where, what became of it) happens in
tasks of the loop that wait for the network as all the others do. What is in here is forgotten when the process ends;
the marks in the database tell the next one what was never delivered and still waits.
"""

from __future__ import annotations

import logging
import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from astrow2fa import runtime
from astrow2fa.adapters.push.lanes import Lanes, Task
from astrow2fa.adapters.push.left_behind import LeftBehind
from astrow2fa.adapters.push.reports import Reports
from astrow2fa.adapters.push.told import PIECE, Told
from astrow2fa.core.accounts import Phone
from astrow2fa.core.confirmation import Confirmation, State
from astrow2fa.core.delivery import PUSH, Step, on_its_way, reach
from astrow2fa.core.errors import PushHost, Refusal
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.push import Kind, Service, Subscription, WakeUp
from astrow2fa.ports.outside import Clock
from astrow2fa.ports.push import Carrier, Outcome, Screens, ServiceReport, Trace, Verdict
from astrow2fa.ports.store import Store, Unavailable
from astrow2fa.runtime.loop import Repeating

log = logging.getLogger(__name__)

TICK_SECONDS = 0.25
GRACE_SECONDS = 2.0
"""A phone with an open connection gets a moment to show the request by itself."""
UNREACHED_SECONDS = 8.0
CLOSING_SECONDS = 600
"""How long a push service keeps the word that a confirmation is closed."""
TEST_SECONDS = 120
PAIRED_SECONDS = 86_400
MOST_NOTES = 10_000
LONGEST_HOW = 128


class PushQueue:
    """Implements ports.push.Push."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        trace: Trace,
        carriers: Mapping[Service, Carrier],
        screens: Screens,
    ) -> None:
        self._store = store
        self._clock = clock
        self._trace = trace
        self._carriers = carriers
        self._screens = screens
        self._lock = runtime.lock()
        self._lanes = Lanes()
        self._notes: deque[Callable[[], None]] = deque(maxlen=MOST_NOTES)
        self._told: dict[str, Told] = {}
        self._reports = Reports()
        self._repeating: Repeating | None = None
        self._reading = False
        self._left_behind = LeftBehind(
            store, self._told, self._watched, self._add, self._begin, self._add_closing
        )

    # What others ask for; each only leaves a note.

    def asked(self, confirmation: Confirmation) -> None:
        self._note(lambda: self._wake(confirmation))

    def settled(self, confirmation: Confirmation) -> None:
        # Read with the next tick: to close a notification is never as urgent as the answer that it comes from.
        if self._notes or confirmation.id in self._told:
            self._notes.append(lambda: self._close(confirmation))

    def silenced(self, user_id: int, until: int) -> None:
        self._note(lambda: self._wake_all(user_id, WakeUp(Kind.SILENCE, None, until)))

    def paired(self, phone: Phone) -> None:
        until = int(self._clock.now()) + PAIRED_SECONDS
        self._note(lambda: self._wake_all(phone.user_id, WakeUp(Kind.PAIRED, None, until), but=phone.id))

    def seen(self, confirmation_id: str, device_id: str) -> None:
        if confirmation_id in self._told:
            self._told[confirmation_id].seen = True
        with self._lock:
            self._lanes.drop(confirmation_id, device_id)

    def try_out(self, subscription: Subscription) -> None:
        until = int(self._clock.now()) + TEST_SECONDS
        self._note(lambda: self._add(subscription, WakeUp(Kind.TEST, None, until)))

    def check(self, service: Service, endpoint: str) -> None:
        self._carrier(service).check(endpoint)

    def host(self, service: Service, endpoint: str) -> str:
        return self._carrier(service).host(endpoint)

    def hosts(self) -> Sequence[str]:
        return [host for carrier in self._carriers.values() for host in carrier.allowed]

    def reports(self) -> list[ServiceReport]:
        return self._reports.all()

    def start(self) -> None:
        self._left_behind.begin()
        self._repeating = runtime.every(TICK_SECONDS, self.tick)

    def stop(self) -> None:
        if self._repeating is not None:
            self._repeating.stop()
        for carrier in self._carriers.values():
            carrier.close()

    # Reading the notes

    def _note(self, note: Callable[[], None]) -> None:
        self._notes.append(note)
        if self._repeating is not None and not self._reading:
            self._reading = True
            runtime.spawn(self._read)

    def _read(self) -> None:
        self._reading = False
        while self._notes:
            note = self._notes.popleft()
            try:
                note()
            except Unavailable as error:
                log.warning("nobody is woken: %s", error)
        self._begin()

    def tick(self) -> None:
        """Does what was asked for, and begins what has become due. Without a database it goes on with the next one."""
        self._read()
        try:
            self._left_behind.take_up()
            self._look_at_due()
        except Unavailable as error:
            log.warning("who is reached is not known for now: %s", error)
        self._begin()
        now = self._clock.now()
        for confirmation_id in [
            i for i, told in list(self._told.items()) if told.until + CLOSING_SECONDS <= now
        ]:
            self._told.pop(confirmation_id, None)

    def _look_at_due(self) -> None:
        now = self._clock.now()
        due = [(i, told) for i, told in list(self._told.items()) if told.look_at <= now]
        for confirmation_id, told in runtime.at_leisure(due, PIECE):
            told.look_at = math.inf
            try:
                self._look(confirmation_id, told)
            except Unavailable:
                told.look_at = now
                raise

    def _wake(self, confirmation: Confirmation) -> None:
        self._watched(confirmation)
        self._wake_all(confirmation.user_id, WakeUp(Kind.CONFIRMATION, confirmation.id, confirmation.until))

    def _watched(self, confirmation: Confirmation) -> Told:
        look_at = self._clock.now() + UNREACHED_SECONDS
        return self._told.setdefault(confirmation.id, Told(confirmation.until, look_at))

    def _wake_all(self, user_id: int, wake_up: WakeUp, *, but: str = "") -> None:
        with self._store.read() as work:
            found = work.subscriptions.of_user(user_id)
        for subscription in found:
            if subscription.device_id != but:
                self._add(subscription, wake_up)

    def _add(self, subscription: Subscription, wake_up: WakeUp) -> None:
        now, start = self._clock.now(), 0.0
        if wake_up.kind is Kind.CONFIRMATION:
            told = self._told.get(wake_up.confirmation_id or "")
            if told is not None:
                told.phones[subscription.device_id] = subscription
            if self._screens.listens(subscription.user_id, subscription.device_id):
                start = now + GRACE_SECONDS
        task = Task(subscription, wake_up, start)
        with self._lock:
            kept = self._lanes.add(task, now)
        if not kept:
            log.error("too many wake-ups wait, one is not sent")
            self._mark(task, Step.FAILED, "too many wait")

    def _close(self, confirmation: Confirmation) -> None:
        told = self._told.get(confirmation.id)
        if told is None or told.settled or confirmation.state is State.PENDING:
            return
        told.settled, told.answered_by = True, confirmation.decided_by
        with self._lock:
            for device_id in told.phones:
                self._lanes.drop(confirmation.id, device_id)
        for device_id in list(told.woken):
            self._add_closing(confirmation.id, told, device_id)

    def _look(self, confirmation_id: str, told: Told) -> None:
        """After a while without a word from any phone: none is known to have it."""
        if told.seen or told.settled:
            return
        with self._store.read() as work:
            marks = work.marks.of(confirmation_id)
        if reach(marks) is None and not on_its_way(marks):
            self._trace.note(confirmation_id, Step.UNREACHED)

    def _add_closing(self, confirmation_id: str, told: Told, device_id: str) -> None:
        if device_id != told.answered_by:
            until = int(self._clock.now()) + CLOSING_SECONDS
            self._add(told.phones[device_id], WakeUp(Kind.CLOSED, confirmation_id, until))

    # Sending

    def _begin(self) -> None:
        with self._lock:
            begun, over = self._lanes.take(self._clock.now())
        for task in over:
            self._mark(task, Step.FAILED, "its time was over")
        for task in begun:
            if self._repeating is not None:
                runtime.spawn(self._send, task)
            else:
                self._send(task)

    def _send(self, task: Task) -> None:
        self._mark(task, Step.SENT, PUSH)
        host = ""
        try:
            carrier = self._carrier(task.subscription.service)
            host = carrier.host(task.subscription.endpoint)
            outcome = carrier.send(task.subscription, task.wake_up, self._clock.now())
        except Refusal as refusal:
            outcome = Outcome(Verdict.REFUSED, why=f"not allowed any more: {refusal.code}")
        except Unavailable:
            outcome = Outcome(Verdict.LATER, why="the database is away")
        except Exception:
            log.exception("a wake-up could not be made")
            outcome = Outcome(Verdict.REFUSED, why="internal")
        self._done(task, host, outcome)

    def _done(self, task: Task, host: str, outcome: Outcome) -> None:
        now = self._clock.now()
        with self._lock:
            again = self._lanes.done(task, outcome, now)
        self._reports.add(host, outcome, now)
        if outcome.verdict is Verdict.ACCEPTED:
            self._mark(task, Step.ACCEPTED, f"{host} {outcome.status}")
        else:
            said = f"{outcome.status} {outcome.why}" if outcome.status else outcome.why
            log.info("push to %s: %s%s", host, said, ", tried again" if again else "")
            if not again:
                self._mark(task, Step.FAILED, f"{host} {said}"[:LONGEST_HOW])
        if outcome.verdict is Verdict.GONE:
            self._forget(task.subscription, host, outcome)
        told = self._told.get(task.wake_up.confirmation_id or "")
        reached = outcome.verdict is Verdict.ACCEPTED or outcome.maybe
        if told is not None and reached and task.wake_up.kind is Kind.CONFIRMATION:
            told.woken.add(task.device_id)
            if told.settled:
                self._add_closing(task.wake_up.confirmation_id or "", told, task.device_id)
        self._begin()

    def _forget(self, subscription: Subscription, host: str, outcome: Outcome) -> None:
        try:
            with self._store.write() as work:
                if work.subscriptions.drop(subscription.device_id, subscription.endpoint):
                    work.log.record(
                        Fact(
                            Tag.PUSH_GONE,
                            user_id=subscription.user_id,
                            device_id=subscription.device_id,
                            details={"host": host, "status": outcome.status},
                        )
                    )
        except Unavailable as error:
            log.warning("a subscription that is gone is kept: %s", error)

    def _carrier(self, service: Service) -> Carrier:
        try:
            return self._carriers[service]
        except KeyError:
            raise PushHost(service) from None

    def _mark(self, task: Task, step: Step, how: str) -> None:
        if task.wake_up.kind is Kind.CONFIRMATION and task.wake_up.confirmation_id:
            self._trace.note(task.wake_up.confirmation_id, step, device_id=task.device_id, how=how)
