"""The live connection: Socket.IO namespace /mobile, where requests arrive and answers leave within a moment."""

from __future__ import annotations

import queue
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeAlias

import socketio
from socketio.exceptions import SocketIOError

from astrow2fa.phone.calls import Clock, Signer
from astrow2fa.phone.errors import Refused, Unreachable, Untrusted
from astrow2fa.phone.request import DECISION, Choice, Reason, Request, decision_claims

NAMESPACE = "/mobile"
CONNECT = "astrow2fa-connect+jwt"
PATIENCE_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Asked:
    """A request arrived: a new one, or a new version of one that was there."""

    request: Request


@dataclass(frozen=True, slots=True)
class Closed:
    """A confirmation no longer waits for an answer."""

    id: str
    state: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something arrived that does not hold; it was not shown."""

    why: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The connection is lost. What happens meanwhile is delivered at the next connect."""


@dataclass(frozen=True, slots=True)
class Silence:
    """The user has been asked too often: until then (Unix seconds) unknown browsers do not ring; None: it is over."""

    until: int | None


@dataclass(frozen=True, slots=True)
class Added:
    """Another phone of the user was paired, at that time (Unix seconds). `name` is what that one calls itself."""

    id: str
    name: str
    platform: str
    paired_at: int | None


Event: TypeAlias = Asked | Closed | Ignored | Gone | Silence | Added


def added_phone(said: Mapping[str, object]) -> Added:
    """Of the event, or of one of the phones of GET /me."""
    at = said.get("paired_at")
    id_, name, platform = (str(said.get(member) or "") for member in ("id", "name", "platform"))
    return Added(id_, name, platform, at if isinstance(at, int) else None)


class Live:
    """One connection of a phone. Made by `Phone.connect`, which gives it the phone's own way to read what arrives."""

    def __init__(self, signer: Signer, clock: Clock, read: Callable[[object], Request]) -> None:
        self._signer = signer
        self._clock = clock
        self._read = read
        self._events: queue.Queue[Event] = queue.Queue()
        self._waiting: list[queue.Queue[object]] = []
        self._refusal: dict[str, Any] = {}
        # Its own way of coming back would send the old assertion, which counts once: whoever listens connects anew.
        self._socket = socketio.Client(reconnection=False, handle_sigint=False)
        self._socket.on("confirmation", self._asked, namespace=NAMESPACE)
        self._socket.on("confirmation_closed", self._closed, namespace=NAMESPACE)
        self._socket.on("silence", self._silence, namespace=NAMESPACE)
        self._socket.on("phone_paired", self._added, namespace=NAMESPACE)
        self._socket.on("disconnect", self._gone, namespace=NAMESPACE)
        self._socket.on("connect_error", self._refused, namespace=NAMESPACE)

    def open(self) -> None:
        """Raises Refused with the server's code, or Unreachable."""
        self._refusal = {}
        try:
            self._socket.connect(
                self._signer.url,
                namespaces=[NAMESPACE],
                auth={"assertion": self._signer.once(CONNECT, {})},
                transports=["websocket"],
                wait_timeout=PATIENCE_SECONDS,
            )
        except SocketIOError as error:
            code = self._refusal.get("message")
            if not isinstance(code, str):
                raise Unreachable(f"{self._signer.url} takes no live connection: {error}") from error
            more = self._refusal.get("data")
            raise Refused(code, more if isinstance(more, dict) else self._refusal) from None

    def next(self, timeout: float | None = None) -> Event | None:
        """The next thing that happens; None when nothing does for `timeout` seconds."""
        try:
            return self._events.get(timeout=timeout)
        except queue.Empty:
            return None

    def wait_for_request(self, timeout: float = PATIENCE_SECONDS) -> Request:
        """The next request that arrives; for tests. Raises Unreachable when there is none in time."""
        while (event := self.next(timeout)) is not None:
            if isinstance(event, Asked):
                return event.request
        raise Unreachable(f"No request within {timeout} seconds.")

    def decide(
        self, request: Request, choice: Choice, *, number: str | None = None, reason: Reason | None = None
    ) -> str:
        """Answers by the socket; returns the state that the confirmation has now. Raises Refused, Unreachable."""
        claims = decision_claims(request, choice, number=number, reason=reason)

        def attempt() -> str:
            told = self.emit(choice, {"decision": self._signer.sign(DECISION, claims)})
            if not isinstance(told, dict):
                raise Unreachable("The server's acknowledgement is none.")
            if told.get("ok") is not True:
                raise Refused(str(told.get("code")), told)
            return str(told.get("state"))

        return self._clock.retried(attempt)

    def emit(self, event: str, argument: object) -> object:
        """Any event with any argument, and its acknowledgement: for tests of wrong ones. Raises Unreachable."""
        told: queue.Queue[object] = queue.Queue()
        self._waiting.append(told)
        try:
            self._socket.emit(event, argument, namespace=NAMESPACE, callback=lambda *given: told.put(given))
            answer = told.get(timeout=PATIENCE_SECONDS)
        except (SocketIOError, queue.Empty) as error:
            raise Unreachable("The connection brought no answer.") from error
        finally:
            self._waiting.remove(told)
        if not isinstance(answer, tuple):
            raise Unreachable("The connection was lost before there was an answer.")
        return answer[0] if answer else None

    def close(self) -> None:
        self._socket.disconnect()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _asked(self, envelope: object = None, *_: object) -> None:
        try:
            self._events.put(Asked(self._read(envelope)))
        except (Untrusted, Refused, Unreachable) as error:
            self._events.put(Ignored(str(error)))

    def _closed(self, closed: object = None, *_: object) -> None:
        if isinstance(closed, dict):
            self._events.put(Closed(str(closed.get("id")), str(closed.get("state"))))

    def _silence(self, silence: object = None, *_: object) -> None:
        until = silence.get("until") if isinstance(silence, dict) else None
        self._events.put(Silence(until if isinstance(until, int) else None))

    def _added(self, added: object = None, *_: object) -> None:
        if isinstance(added, dict):
            self._events.put(added_phone(added))

    def _gone(self, *_: object) -> None:
        self._events.put(Gone())
        for told in list(self._waiting):
            told.put(None)

    def _refused(self, refusal: object = None, *_: object) -> None:
        self._refusal = refusal if isinstance(refusal, dict) else {}
