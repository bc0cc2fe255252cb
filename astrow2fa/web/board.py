"""What administrators see live (namespace /admin): the sign-ins that wait, and how *System – Overview* stands.

While nobody looks, nothing is done. While somebody does, what their page shows is read from the database twice a
second (the overview every two seconds), once for all who look at this process, and told when it has changed: so it is
known here what happens at any node, the path of an answer knows nothing of it, and a flood of sign-ins is two events a
second. What is told is what the page itself shows; no number, no request and no token is in it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

import socketio

from astrow2fa import runtime
from astrow2fa.core.sign_ins import Outcome, SignIn
from astrow2fa.ports import Parts
from astrow2fa.ports.store import Unavailable
from astrow2fa.runtime.loop import Repeating
from astrow2fa.services import waiting_room
from astrow2fa.services.insight import Insight
from astrow2fa.services.waiting_room import Room
from astrow2fa.web import right_now

ADMIN = "/admin"
LOOK_SECONDS = 0.5
OVERVIEW_ROUNDS = 4
Event = dict[str, object]


class Page(StrEnum):
    """Which page is looked at; its event has the same name."""

    SIGN_INS = "sign_ins"
    OVERVIEW = "overview"


@dataclass(frozen=True, slots=True)
class _Looker:
    hashed: str
    page: Page


class Board:
    """Who looks at what, and what they have been told."""

    def __init__(self, server: socketio.Server, parts: Parts) -> None:
        self._server = server
        self._parts = parts
        self.insight = Insight(parts, lambda: runtime.sleep(0))
        self._lookers: dict[str, _Looker] = {}
        self._told: dict[Page, Event] = {}
        self._followed: frozenset[str] = frozenset()
        self._rounds = 0
        self._repeating: Repeating | None = None

    @property
    def lookers(self) -> int:
        """How many look here."""
        return len(self._lookers)

    def start(self) -> None:
        self._repeating = runtime.every(LOOK_SECONDS, self.round)

    def stop(self) -> None:
        if self._repeating is not None:
            self._repeating.stop()

    def join(self, sid: str, hashed: str, page: Page) -> None:
        """Somebody who may look does, and is told how it stands."""
        self._lookers[sid] = _Looker(hashed, page)
        runtime.spawn(self._welcome, sid, page)

    def leave(self, sid: str) -> None:
        self._lookers.pop(sid, None)
        for page in set(self._told) - {one.page for one in list(self._lookers.values())}:
            self._told.pop(page, None)
        if Page.SIGN_INS not in self._told:
            self._followed = frozenset()

    def _welcome(self, sid: str, page: Page) -> None:
        with suppress(Unavailable):
            event = self._overview() if page is Page.OVERVIEW else _event(waiting_room.look(self._parts, ()))
            self._send_away()
            if sid in self._lookers:
                self._tell([sid], page, event)
            # Others are served while it is read, and a round may have told something newer: the next one tells it.
            self._told.pop(page, None)

    def round(self) -> None:
        """Looks once, if anybody looks on. Whoever may no longer is sent away before anything is told."""
        if not self._lookers:
            return
        self._rounds += 1
        with suppress(Unavailable):
            self._send_away()
            if self._who(Page.SIGN_INS):
                room = waiting_room.look(self._parts, self._followed)
                if self._changed(Page.SIGN_INS, _event(room)):
                    self._followed = room.followed
            if self._who(Page.OVERVIEW) and self._rounds % OVERVIEW_ROUNDS == 0:
                overview = self._overview()
                self._send_away()  # who has lost the right while it was counted
                self._changed(Page.OVERVIEW, overview)

    def _who(self, page: Page) -> list[str]:
        return [sid for sid, looker in list(self._lookers.items()) if looker.page is page]

    def _overview(self) -> Event:
        return right_now.as_event(right_now.look(self._parts, self.insight))

    def _changed(self, page: Page, event: Event) -> bool:
        """Whether it has; then whoever looks at that page is told."""
        if event == self._told.get(page):
            return False
        self._told[page] = event
        self._tell(self._who(page), page, event)
        return True

    def _send_away(self) -> None:
        gone = waiting_room.lookers(self._parts, {one.hashed for one in list(self._lookers.values())}).may_not
        for sid, looker in list(self._lookers.items()):
            if looker.hashed in gone:
                self.leave(sid)
                runtime.spawn(self._server.disconnect, sid, namespace=ADMIN)

    def _tell(self, sids: list[str], page: Page, event: Event) -> None:
        for sid in sids:
            self._server.emit(page.value, event, to=sid, namespace=ADMIN)


def _event(room: Room) -> Event:
    return {
        "waiting": [_row(one) for one in room.waiting],
        "more": room.more,
        "left": [{"id": one.id, "outcome": one.outcome.value} for one in room.left],
    }


def _row(one: SignIn) -> Event:
    return {
        "id": one.id,
        "at": round(one.at),
        "user": one.user,
        "outcome": Outcome.WAITING.value,
        "browser": one.browser,
        "os": one.os,
        "ip": one.address,
        "place": one.place,
    }
