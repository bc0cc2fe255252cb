"""What a sleeping phone makes of each kind of push, of one that is none, and of a server that is away."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from flask import Response

from astrow2fa.adapters.push.sealing import sealed
from astrow2fa.adapters.push.web_push import Vapid
from astrow2fa.adapters.signatures import Es256
from astrow2fa.core.push import Kind, Service, Subscription, WakeUp
from astrow2fa.phone.client import Phone
from astrow2fa.phone.listening import Answerer, Listener, Manner
from astrow2fa.phone.sleeping import Sleeper
from astrow2fa.phone.words import Voice
from astrow2fa.services.keys import application_server_key
from tests.phone.standin import Standin

PATIENCE = 30
KEY = Es256().new_key()
PUSH_KEY = application_server_key(KEY.public)
VAPID = Vapid(lambda _: KEY, "mailto:operator@localhost")


class Bed:
    """A phone that sleeps until it has answered one request or was told that it is over, and the server beside it."""

    def __init__(self, server: Standin, phone: Phone, beside: ThreadPoolExecutor) -> None:
        server.push_key = PUSH_KEY
        self._server, self._phone, self._beside = server, phone, beside
        self._to: Subscription | None = None
        self._ending: Future[int] | None = None

    def sleeps(self, manner: Manner = "show", timeout: float | None = PATIENCE) -> Bed:
        """Returns once the server knows where."""
        voice = Voice(as_json=True)
        answerer = Answerer(manner, lambda _: None)
        listener = Listener(self._phone, answerer, voice, once=True, timeout=timeout)
        self._ending = self._beside.submit(Sleeper(self._phone, listener, voice, 0).run)
        said: dict[str, Any] = self._server.subscribed.get(timeout=PATIENCE)
        keys = said["keys"]
        self._to = Subscription(
            "phone", 1, Service.WEB, said["endpoint"], keys["p256dh"], keys["auth"], PUSH_KEY, 0
        )
        return self

    def gets(self, kind: Kind, of: str | None = None) -> None:
        assert self._to is not None
        self.gets_bytes(sealed(WakeUp(kind, of, int(time.time()) + 60).payload, self._to))

    def gets_bytes(self, body: bytes) -> None:
        assert self._to is not None
        origin = self._to.endpoint.rpartition("/wake/")[0]
        headers = {
            "Authorization": VAPID.header(origin, PUSH_KEY, time.time()),
            "Content-Encoding": "aes128gcm",
            "TTL": "60",
        }
        request = urllib.request.Request(self._to.endpoint, body, headers, method="POST")
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            assert response.status == 201

    def ends(self) -> int:
        assert self._ending is not None
        return self._ending.result(PATIENCE)


@pytest.fixture
def bed(server: Standin, phone: Phone) -> Iterator[Bed]:
    with ThreadPoolExecutor(1) as beside:
        yield Bed(server, phone, beside)


def said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What it said after it fell asleep."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["event"] == "asleep"
    return lines[1:]


def test_a_test_wakes_it_and_it_sleeps_on(
    server: Standin, bed: Bed, capsys: pytest.CaptureFixture[str]
) -> None:
    bed.sleeps()
    bed.gets(Kind.TEST)
    server.ask()
    bed.gets(Kind.CONFIRMATION, "request-1")

    assert bed.ends() == 0

    events = said(capsys)
    assert [line["event"] for line in events] == ["woken", "woken", "confirmation"]
    assert (events[0]["kind"], events[0]["id"]) == ("test", None)


def test_silence_is_said_with_its_end_and_it_sleeps_on(
    server: Standin, bed: Bed, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given a server that has stopped to ring, which only it can say
    server.silent_until = int(time.time()) + 1800
    bed.sleeps()
    # When
    bed.gets(Kind.SILENCE)
    server.ask()
    bed.gets(Kind.CONFIRMATION, "request-1")
    # Then
    assert bed.ends() == 0
    events = said(capsys)
    assert [line["event"] for line in events] == ["woken", "silence", "woken", "confirmation"]
    assert events[1]["until"] == server.silent_until


def test_another_phone_that_was_paired_is_said_once_and_it_sleeps_on(
    server: Standin, bed: Bed, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given a phone that was there before
    server.add_phone(id="phone-0", name="Tablet", platform="Android", paired_at=1_780_000_000)
    bed.sleeps()
    # When another one comes, of which it is told twice
    burner = {"id": "phone-2", "name": "Burner", "platform": "Android", "paired_at": 1_790_000_000}
    server.add_phone(**burner)
    bed.gets(Kind.PAIRED)
    bed.gets(Kind.PAIRED)
    server.ask()
    bed.gets(Kind.CONFIRMATION, "request-1")
    # Then
    assert bed.ends() == 0
    events = said(capsys)
    assert [line["event"] for line in events] == ["woken", "phone_paired", "woken", "woken", "confirmation"]
    assert events[1] == {"event": "phone_paired", **burner}


def test_what_was_shown_and_is_closed_is_over(
    server: Standin, bed: Bed, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given a request that takes a number, which nobody types
    server.ask(number="482913")
    bed.sleeps("approve")
    # When
    bed.gets(Kind.CLOSED, "request-1")
    # Then
    assert bed.ends() == 0
    events = said(capsys)
    assert [line["event"] for line in events] == ["confirmation", "woken", "closed"]
    assert (events[2]["id"], events[2]["state"]) == ("request-1", "closed")
    assert server.decisions == []


def test_what_was_never_shown_and_is_closed_changes_nothing(
    server: Standin, bed: Bed, capsys: pytest.CaptureFixture[str]
) -> None:
    bed.sleeps()
    bed.gets(Kind.CLOSED, "another")
    server.ask()
    bed.gets(Kind.CONFIRMATION, "request-1")

    assert bed.ends() == 0

    assert [line["event"] for line in said(capsys)] == ["woken", "closed", "woken", "confirmation"]


def test_how_far_a_request_came_is_told_to_the_server(server: Standin, bed: Bed) -> None:
    server.ask()
    bed.sleeps()

    assert bed.ends() == 0

    told = [(path, body) for method, path, body in server.calls if path.endswith("/seen")]
    path = "confirmations/request-1/seen"
    assert told == [(path, {"what": "fetched"}), (path, {"what": "shown"})]


def test_a_push_that_is_not_for_it_is_passed_over(
    server: Standin, bed: Bed, capsys: pytest.CaptureFixture[str]
) -> None:
    bed.sleeps()
    bed.gets_bytes(b"not sealed by anybody")
    server.ask()
    bed.gets(Kind.CONFIRMATION, "request-1")

    assert bed.ends() == 0

    events = said(capsys)
    assert [line["event"] for line in events] == ["error", "woken", "confirmation"]
    assert events[0]["code"] == "untrusted"


def test_a_server_that_is_away_is_a_reason_to_sleep_on(
    server: Standin, bed: Bed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a phone that has fallen asleep
    bed.sleeps()
    bed.gets(Kind.TEST)
    looked = threading.Event()
    usual = server._call

    def away(path: str) -> Response:
        if path != "confirmations" or looked.is_set():
            return usual(path)
        looked.set()
        return Response("the proxy's own words", 502)

    # When
    monkeypatch.setattr(server, "_call", away)
    bed.gets(Kind.CONFIRMATION, "request-1")
    assert looked.wait(PATIENCE)
    server.ask()
    bed.gets(Kind.CONFIRMATION, "request-1")
    # Then
    assert bed.ends() == 0
    events = [line["event"] for line in said(capsys)]
    assert events == ["woken", "woken", "disconnected", "woken", "confirmation"]


def test_when_nothing_comes_it_says_so_and_unsubscribes(
    server: Standin, bed: Bed, capsys: pytest.CaptureFixture[str]
) -> None:
    bed.sleeps(timeout=0.05)

    assert bed.ends() == 6

    assert said(capsys) == [
        {"event": "error", "code": "timeout", "message": "No request within 0.05 seconds."}
    ]
    assert server.calls[-1][:2] == ("DELETE", "push-subscription")
