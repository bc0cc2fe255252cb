"""Waiting for requests on the live connection, showing them, and answering as was asked for."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Literal, TypeAlias

import click

from astrow2fa.phone.client import Phone
from astrow2fa.phone.errors import PASSING, Refused, Unreachable
from astrow2fa.phone.live import Added, Asked, Closed, Gone, Ignored, Live, Silence
from astrow2fa.phone.request import Choice, Reason, Request
from astrow2fa.phone.words import Voice, added_text, clean, request_facts, request_text, silence_text

LONGEST_PAUSE_SECONDS = 30
Manner = Literal["approve", "deny", "ask", "show"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say to a request."""

    choice: Choice
    number: str | None = None
    reason: Reason | None = None


Send: TypeAlias = Callable[[Answer], str]
"""Sends an answer and returns the state that the confirmation has then."""


@dataclass(frozen=True, slots=True)
class Answerer:
    """Finds the answer to a request; None leaves it open."""

    manner: Manner
    number: Callable[[Request], str | None]
    reason: Reason | None = None

    def answer(self, request: Request) -> Answer | None:
        if self.manner == "deny":
            return Answer("deny", reason=self.reason)
        if self.manner == "show":
            return None
        if self.manner == "ask" and (asked := _asked(request)) != "approve":
            return Answer("deny", reason=self.reason) if asked == "deny" else None
        if not request.number_required:
            return Answer("approve")
        number = self.number(request)
        return Answer("approve", number=number) if number else None


def _asked(request: Request) -> Choice | None:
    if request.quiet:
        return None  # listed, without disturbing anybody
    reply = click.prompt(
        "OK, Cancel or later", type=click.Choice(["o", "c", "l"]), default="l", show_default=True, err=True
    )
    return {"o": "approve", "c": "deny"}.get(reply)  # type: ignore[return-value]  # one of the two, or None


@dataclass(slots=True)
class Listener:
    """Listens until it is interrupted; with `once`, until the first request is done with. Times are in seconds."""

    phone: Phone
    answerer: Answerer
    voice: Voice
    once: bool = False
    timeout: float | None = None
    _shown: dict[str, str] = field(default_factory=dict)
    _done: set[str] = field(default_factory=set)

    def run(self) -> int:
        """The exit status: 0, 1 when the one answer was refused, 6 when nothing came in time."""
        failures, first = 0, True
        while True:
            try:
                live = self.phone.connect()
            except (Unreachable, Refused) as problem:
                if first or (isinstance(problem, Refused) and problem.code not in PASSING):
                    raise
                self.voice.say("disconnected", f"Not connected: {problem}")
            else:
                failures, first = 0, False
                self.voice.say("connected", f"Listening as {self.phone.identity.username}. Ctrl-C ends it.")
                with live:
                    status = self._listen(live)
                if status is not None:
                    return status
                self.voice.say("disconnected", "The connection is lost; coming back.")
            failures += 1
            self._pause(failures)

    @staticmethod
    def _pause(failures: int) -> None:
        # With jitter, so that after a restart of the server the phones do not all come back in the same moment.
        longest = min(LONGEST_PAUSE_SECONDS, 2**failures)
        time.sleep(longest * (500 + secrets.randbelow(500)) / 1000)

    def _listen(self, live: Live) -> int | None:
        """The exit status, or None when the connection is gone."""
        while True:
            event = live.next(self.timeout)
            match event:
                case None:
                    return self.nothing_came()
                case Gone():
                    return None
                case Ignored(why):
                    self.voice.problem(f"Ignored: {why}", {"code": "untrusted"})
                case Silence() | Added():
                    self.news(event)
                case Closed(id=id_, state=state):
                    if self.closed(id_, state):
                        return 0
                case Asked(request):
                    status = self.handle(request, self._by_socket(live, request))
                    if status is not None and self.once:
                        return status

    def nothing_came(self) -> int:
        """Says so; the exit status."""
        self.voice.problem(f"No request within {self.timeout:g} seconds.", {"code": "timeout"})
        return 6

    def news(self, event: Silence | Added) -> None:
        """Something to know that needs no answer."""
        match event:
            case Silence(until):
                self.voice.say("silence", silence_text(until), {"until": until})
            case Added(name=name, platform=platform, paired_at=at):
                self.voice.say("phone_paired", added_text(name, platform, at), asdict(event))

    def closed(self, id_: str, state: str) -> bool:
        """A request needs no answer any more. Whether that was the one to wait for."""
        self._done.add(id_)
        self.voice.say("closed", clean(f"{id_}: {state}"), {"id": id_, "state": state})
        return self.once and id_ in self._shown

    def handle(self, request: Request, send: Send) -> int | None:
        """Shows it once and answers it by `send`. 0 or 1 when it is done with, None when it stays open."""
        if request.id in self._done:
            return None
        if self._shown.get(request.id) != request.sha256:
            self._shown[request.id] = request.sha256
            text = request_text(request, self.phone.clock.now())
            self.voice.say("confirmation", text, request_facts(request))
        answer = self.answerer.answer(request)
        if answer is None:
            return 0 if self.answerer.manner == "show" else None
        return self._send(request, answer, send)

    def _send(self, request: Request, answer: Answer, send: Send) -> int | None:
        facts = {"id": request.id, "decision": answer.choice}
        try:
            state = send(answer)
        except Refused as refused:
            self.voice.say("refused", str(refused), {**facts, "code": refused.code})
            if refused.code == "number_required":
                return None  # a new version of the request is on its way
            self._done.add(request.id)
            return 1
        self._done.add(request.id)
        self.voice.say("answered", f"{answer.choice}: {state}", {**facts, "state": state})
        return 0

    def by_http(self, request: Request) -> Send:
        """Answers without a live connection."""
        return lambda answer: self.phone.decide(
            request, answer.choice, number=answer.number, reason=answer.reason
        )

    def _by_socket(self, live: Live, request: Request) -> Send:
        def send(answer: Answer) -> str:
            try:
                return live.decide(request, answer.choice, number=answer.number, reason=answer.reason)
            except Unreachable:
                # Whether the first one arrived is not known; saying the same again changes nothing.
                return self.by_http(request)(answer)

        return send


def number_source(number: str | None, from_stdin: bool) -> Callable[[Request], str | None]:
    """Where the number comes from: an option, a line of standard input, or the person at the terminal."""

    def ask(_: Request) -> str | None:
        if number is not None:
            return number
        if from_stdin:
            return sys.stdin.readline().strip() or None
        if not sys.stdin.isatty():
            return None
        typed = click.prompt("The number on the browser's screen", default="", show_default=False, err=True)
        return str(typed).strip() or None

    return ask
