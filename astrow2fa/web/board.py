"""The sign-ins that wait now, to administrators who look at the page of sign-ins (namespace /admin).

While nobody looks, nothing is done. While somebody does, the few that wait are read from the database twice a second,
once for all who look at this process, and told when they have changed: so it is known here what happens at any node,
the path of an answer knows nothing of it, and a flood of sign-ins is two events a second. What is told is what the
page itself shows; no number, no request and no token is in it.
"""

from __future__ import annotations

from contextlib import suppress

import socketio

from astrow2fa import runtime
from astrow2fa.core.sign_ins import Outcome, SignIn
from astrow2fa.ports import Parts
from astrow2fa.ports.store import Unavailable
from astrow2fa.runtime.loop import Repeating
from astrow2fa.services import waiting_room
from astrow2fa.services.waiting_room import Room

ADMIN = "/admin"
LOOK_SECONDS = 0.5
Event = dict[str, object]


class Board:
    """Who looks, and what they have been told."""

    def __init__(self, server: socketio.Server, parts: Parts) -> None:
        self._server = server
        self._parts = parts
        self._lookers: dict[str, str] = {}
        self._told: Event = {}
        self._followed: frozenset[str] = frozenset()
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

    def join(self, sid: str, hashed: str) -> None:
        """Somebody who may look does, and is told how it stands."""
        self._lookers[sid] = hashed
        runtime.spawn(self._welcome, sid)

    def leave(self, sid: str) -> None:
        self._lookers.pop(sid, None)
        if not self._lookers:
            self._told, self._followed = {}, frozenset()

    def _welcome(self, sid: str) -> None:
        with suppress(Unavailable):
            self._tell([sid], _event(waiting_room.look(self._parts, ())))

    def round(self) -> None:
        """Looks once, if anybody looks on. Whoever may no longer is sent away before anything is told."""
        if not self._lookers:
            return
        with suppress(Unavailable):
            self._send_away()
            room = waiting_room.look(self._parts, self._followed)
            event = _event(room)
            if event != self._told:
                self._told, self._followed = event, room.followed
                self._tell(list(self._lookers), event)

    def _send_away(self) -> None:
        gone = waiting_room.lookers(self._parts, set(self._lookers.values())).may_not
        for sid, hashed in list(self._lookers.items()):
            if hashed in gone:
                self.leave(sid)
                runtime.spawn(self._server.disconnect, sid, namespace=ADMIN)

    def _tell(self, sids: list[str], event: Event) -> None:
        for sid in sids:
            self._server.emit("sign_ins", event, to=sid, namespace=ADMIN)


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
