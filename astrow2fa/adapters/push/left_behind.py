"""What the process before this one left: still waiting, and not taken by a push service for some phone.

After a restart that may be thousands, just as their browsers and phones come back: a few are looked up at a time, and
without a database the rest waits until there is one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from astrow2fa import runtime
from astrow2fa.adapters.push.told import PIECE, Told
from astrow2fa.core.confirmation import Confirmation, State
from astrow2fa.core.delivery import REACHED, Step
from astrow2fa.core.push import Kind, Subscription, WakeUp
from astrow2fa.ports.store import Store, Unavailable

MOST = 10_000


class LeftBehind:
    """`told` is who is watched in this process; `watch` begins that, `add` queues a wake-up, `send` begins those that
    are due, `close` queues the word to one phone that it is over.
    """

    def __init__(
        self,
        store: Store,
        told: dict[str, Told],
        watch: Callable[[Confirmation], Told],
        add: Callable[[Subscription, WakeUp], None],
        send: Callable[[], None],
        close: Callable[[str, Told, str], None],
    ) -> None:
        self._store = store
        self._told = told
        self._watch = watch
        self._add = add
        self._send = send
        self._close = close
        self._left: deque[str] | None = deque()

    def begin(self) -> None:
        """With the next `take_up` they are listed."""
        self._left = None

    def take_up(self) -> None:
        """All who are left. Raises Unavailable; the next call goes on where this one ended."""
        if self._left is None:
            with self._store.read() as work:
                self._left = deque(work.confirmations.pending_ids(work.now, MOST))
        for number in runtime.at_leisure(range(len(self._left)), PIECE):
            if number % PIECE == 0:
                self._send()  # nobody waits for those who come after
            confirmation_id = self._left.popleft()
            try:
                self._take_up(confirmation_id)
            except Unavailable:
                self._left.appendleft(confirmation_id)
                raise

    def _take_up(self, confirmation_id: str) -> None:
        with self._store.read() as work:
            confirmation = work.confirmations.get(confirmation_id)
        if confirmation is None or confirmation.quiet or confirmation_id in self._told:
            return
        # Watched first and looked at then, as it stands by now: whatever becomes of it from here on is heard of.
        told = self._watch(confirmation)
        try:
            self._wake(confirmation, told)
        except BaseException:
            self._told.pop(confirmation_id, None)
            raise

    def _wake(self, confirmation: Confirmation, told: Told) -> None:
        with self._store.read() as work:
            standing = work.confirmations.get(confirmation.id)
            if standing is None or standing.state_at(work.now) is not State.PENDING:
                self._told.pop(confirmation.id, None)
                return
            marks = work.marks.of(confirmation.id)
            subscriptions = work.subscriptions.of_user(confirmation.user_id)
        accepted = {mark.device_id for mark in marks if mark.step is Step.ACCEPTED}
        reached = {mark.device_id for mark in marks if mark.step in REACHED}
        told.seen = told.seen or bool(reached)
        for subscription in subscriptions:
            told.phones[subscription.device_id] = subscription
            if subscription.device_id in accepted:
                told.woken.add(subscription.device_id)
                if told.settled:  # by now: whoever settled it did not know of this one
                    self._close(confirmation.id, told, subscription.device_id)
            elif subscription.device_id not in reached:
                self._add(subscription, WakeUp(Kind.CONFIRMATION, confirmation.id, confirmation.until))
