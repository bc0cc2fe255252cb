"""Where the waiting browsers and the listening phones are, and the hints that reach them.

Browsers wait in a room of their confirmation, phones listen in rooms of their user. Everything sent from here is a
hint about something already committed; whoever missed it gets the state as it is when the socket comes back. One
timer per process looks at the deadlines of the browsers connected to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import socketio

from astrow2fa import runtime
from astrow2fa.core.accounts import Phone
from astrow2fa.core.confirmation import Confirmation, Standing, State
from astrow2fa.core.delivery import Step
from astrow2fa.ports import Parts
from astrow2fa.ports.nodes import Channel
from astrow2fa.runtime.loop import Repeating
from astrow2fa.services import upkeep
from astrow2fa.web.sending import Sender
from astrow2fa.web.states import state_event
from astrow2fa.web.tail import Others, Tail

LOGIN, MOBILE = "/login", "/mobile"
TICK_SECONDS = 0.2
TAIL_SECONDS = 1.0
UPKEEP_SECONDS = 5.0


@dataclass(slots=True)
class _Waiting:
    """A confirmation that browsers of this process wait for."""

    deadline: int
    rank: int
    sids: set[str] = field(default_factory=set)
    reached: bool | None = None


@dataclass(frozen=True, slots=True)
class Listening:
    """A phone's socket."""

    device_id: str
    user_id: int
    address: str


class Hub:
    """Implements ports.outside.Notifier."""

    def __init__(self, server: socketio.Server, channel: Channel) -> None:
        self._server = server
        self._send = Sender(server).send
        self._channel = channel
        self._lock = runtime.lock()
        self._waiting: dict[str, _Waiting] = {}
        self._browsers: dict[str, str] = {}
        self._due: defaultdict[int, set[str]] = defaultdict(set)
        self._phones: dict[str, Listening] = {}
        self._of_user: defaultdict[int, set[str]] = defaultdict(set)
        self._answering: set[str] = set()
        self.moves = 0
        self._swept = 0.0
        self._repeating: list[Repeating] = []

    # browsers

    def wait(self, sid: str, confirmation: Confirmation, now: float, moves: int) -> None:
        """This browser waits for that confirmation, read when `moves` was as given; it is told how it stands."""
        with self._lock:
            self._browsers[sid] = confirmation.id
            entry = self._waiting.get(confirmation.id)
            if entry is None:
                entry = self._waiting[confirmation.id] = _Waiting(
                    confirmation.deadline, _rank(confirmation, now)
                )
                self._due[confirmation.deadline].add(confirmation.id)
            entry.sids.add(sid)
        runtime.spawn(self._tell_browser, sid, confirmation, now, moves)

    def _tell_browser(self, sid: str, confirmation: Confirmation, now: float, moves: int) -> None:
        if moves != self.moves:
            # Something moved between the reading and the waiting (under threads it can be this one): read again.
            with self._parts.store.read() as work:
                confirmation, now = work.confirmations.get(confirmation.id) or confirmation, work.now
        entry = self._waiting.get(confirmation.id)
        if entry is None or _rank(confirmation, now) < entry.rank:
            return  # It moved while the socket was being connected, and the room has been told.
        self._send(LOGIN, (sid,), "state", state_event(confirmation, now, entry.reached))

    def stop_waiting(self, sid: str) -> None:
        with self._lock:
            confirmation_id = self._browsers.pop(sid, None)
            entry = self._waiting.get(confirmation_id or "")
            if confirmation_id is None or entry is None:
                return
            entry.sids.discard(sid)
            if not entry.sids:
                del self._waiting[confirmation_id]
                self._undue(entry.deadline, confirmation_id)

    def reached(self, confirmation_id: str, reached: bool) -> None:
        """Whether a phone is known to have it, for the browser that waits: once yes, always yes."""
        entry = self._waiting.get(confirmation_id)
        if entry is None or entry.rank or entry.reached or entry.reached is reached:
            return
        entry.reached = reached
        with self._parts.store.read() as work:
            confirmation = work.confirmations.get(confirmation_id)
        if confirmation is not None and confirmation.recognised:
            self._tell_room(confirmation)

    def is_waited_for(self, confirmation_id: str) -> bool:
        """Whether a browser waits for it here."""
        return confirmation_id in self._waiting

    @property
    def browsers(self) -> int:
        """How many browsers wait here."""
        return len(self._browsers)

    # phones

    @property
    def phones(self) -> int:
        """How many phones listen here."""
        return len(self._phones)

    def listen(self, sid: str, phone: Listening) -> None:
        """This phone hears of what its user is asked."""
        with self._lock:
            self._phones[sid] = phone
            self._of_user[phone.user_id].add(sid)

    def stop_listening(self, sid: str) -> None:
        with self._lock:
            phone = self._phones.pop(sid, None)
            if phone is None:
                return
            sids = self._of_user[phone.user_id]
            sids.discard(sid)
            if not sids:
                del self._of_user[phone.user_id]

    def listens(self, user_id: int, device_id: str) -> bool:
        """Whether this phone has an open connection here."""
        sids = list(self._of_user.get(user_id, ()))
        return any(phone.device_id == device_id for phone in map(self._phones.get, sids) if phone)

    def phone(self, sid: str) -> Listening | None:
        return self._phones.get(sid)

    @contextmanager
    def answering(self, sid: str) -> Iterator[None]:
        """While this socket answers: its acknowledgement will say what became of it, no event has to."""
        self._answering.add(sid)
        try:
            yield
        finally:
            self._answering.discard(sid)

    def tell_phone(self, sid: str, confirmation: Confirmation, others_pending: int) -> None:
        """The request, the same bytes to every phone at every time."""
        event = {
            "confirmation": confirmation.request,
            "quiet": confirmation.quiet,
            "others_pending": others_pending,
        }
        self._send(MOBILE, (sid,), "confirmation", event)
        phone = self._phones.get(sid)
        if phone is not None:
            self._parts.trace.note(confirmation.id, Step.SENT, device_id=phone.device_id, how="socket")

    # Notifier

    def asked(self, confirmation: Confirmation, others_pending: int) -> None:
        for sid in list(self._of_user.get(confirmation.user_id, ())):
            self.tell_phone(sid, confirmation, others_pending)
        self._tell_room(confirmation)

    def moved(self, confirmation: Confirmation) -> None:
        self.browsers_hear(confirmation)
        self.phones_hear(confirmation)

    def browsers_hear(self, moved: Standing) -> None:
        """One half of `moved`."""
        self.moves += 1
        self._tell_room(moved)

    def phones_hear(self, confirmation: Confirmation) -> None:
        """The other half."""
        event = {"id": confirmation.id, "state": confirmation.state.value}
        for sid in list(self._of_user.get(confirmation.user_id, ())):
            phone = self._phones.get(sid)
            # The phone that decided may have done it over HTTP, from a notification, with this socket's page open.
            if phone and not (sid in self._answering and phone.device_id == confirmation.decided_by):
                self._send(MOBILE, (sid,), "confirmation_closed", event)

    def quiet(self, user_id: int, until: int | None) -> None:
        self._send(MOBILE, list(self._of_user.get(user_id, ())), "silence", {"until": until})

    def phone_paired(self, phone: Phone) -> None:
        event = {"id": phone.id, "name": phone.name, "platform": phone.platform, "paired_at": phone.paired_at}
        for sid in list(self._of_user.get(phone.user_id, ())):
            other = self._phones.get(sid)
            if other and other.device_id != phone.id:
                self._send(MOBILE, (sid,), "phone_paired", event)

    def phone_revoked(self, device_id: str) -> None:
        for sid, phone in list(self._phones.items()):
            if phone.device_id == device_id:
                runtime.spawn(self._server.disconnect, sid, namespace=MOBILE)

    def disconnect_phones_of(self, user_id: int) -> None:
        for sid in list(self._of_user.get(user_id, ())):
            runtime.spawn(self._server.disconnect, sid, namespace=MOBILE)

    def _tell_room(self, confirmation: Standing) -> None:
        entry = self._waiting.get(confirmation.id)
        if entry is None:
            return
        # The row is as it was committed; its effective state is asked for again by whoever connects anew.
        now = min(self._parts.clock.now(), confirmation.deadline - 0.001)
        with self._lock:
            rank = _rank(confirmation, now)
            if rank < entry.rank:
                return  # Under threads a slower one may come later: never an older state after a newer one.
            entry.rank = rank
            if entry.deadline != confirmation.deadline:
                self._undue(entry.deadline, confirmation.id)
                entry.deadline = confirmation.deadline
                self._due[confirmation.deadline].add(confirmation.id)
            sids = list(entry.sids)
        self._send(LOGIN, sids, "state", state_event(confirmation, now, entry.reached))
        if rank:
            self._parts.trace.note(confirmation.id, Step.TOLD, how=confirmation.state.value)

    def _undue(self, deadline: int, confirmation_id: str) -> None:
        due = self._due.get(deadline)
        if due is not None:
            due.discard(confirmation_id)
            if not due:
                del self._due[deadline]

    # time

    def bind(self, parts: Parts, elsewhere: Others) -> None:
        """The other half of a knot: the parts hold this hub as their notifier."""
        self._parts = parts
        self._elsewhere = elsewhere

    def start(self) -> None:
        """Begins to watch deadlines, and what other processes (the operator's commands) write to the log."""
        tail = Tail(self._parts, self._elsewhere)
        tail.start()

        def told(moved: Standing) -> None:
            self._elsewhere.told(moved)
            tail.look_soon()

        self._channel.start(tail.look, told)
        self._repeating = [runtime.every(TICK_SECONDS, self._tick), runtime.every(TAIL_SECONDS, tail.look)]

    def drain(self) -> None:
        """The process is about to end: what is due is left to whoever comes next."""
        for repeating in self._repeating:
            repeating.stop()

    def _tick(self) -> None:
        now = self._parts.clock.now()
        with self._lock:
            over = [deadline for deadline in self._due if deadline <= now]
            ids = [confirmation_id for deadline in over for confirmation_id in self._due.pop(deadline)]
        for first in range(0, len(ids), upkeep.BATCH):
            upkeep.expire(self._parts, ids[first : first + upkeep.BATCH])
            runtime.sleep(0)
        if now >= self._swept + UPKEEP_SECONDS or now < self._swept:
            self._swept = now
            while upkeep.expire_overdue(self._parts):
                runtime.sleep(0)
            upkeep.forget(self._parts)


def _rank(confirmation: Standing, now: float) -> int:
    """How late in its life a state comes."""
    return {State.PENDING: 0, State.APPROVED: 1}.get(confirmation.state_at(now), 2)
