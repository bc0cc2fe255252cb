"""Whatever a phone sends, it is answered `malformed`, and the socket lives on."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.support.live import LiveBrowser, LiveHouse, LivePhone
from tests.support.unchanged import nothing_changes

Waiting = Callable[[str], LiveBrowser]
Listening = Callable[..., LivePhone]
MALFORMED = {"ok": False, "code": "malformed"}
MEBIBYTE = 1024 * 1024

ARGUMENTS: list[tuple[object, ...]] = [
    (),
    (None,),
    (True,),
    (0,),
    (1.5,),
    ("",),
    ("approve",),
    ([],),
    ({},),
    ([{"decision": "a.b.c"}],),
    ({"decision": None},),
    ({"decision": 7},),
    ({"decision": True},),
    ({"decision": []},),
    ({"decision": {"decision": "a.b.c"}},),
    ({"decision": ""},),
    ({"decision": "a.b"},),
    ({"decision": "....."},),
    ({"decision": "ä.b.c"},),
    ({"decision": "a.b.c\0"},),
    ({"Decision": "a.b.c"},),
    ({"decision": "a.b.c"}, {"decision": "a.b.c"}),
    ({"decision": "a.b.c"}, None, 1, "x"),
    (b"",),
    (b"\0\xff" * 50,),
    ({"decision": b"a.b.c"},),
    ({"decision": "a.b.c", "more": b"x"},),
    tuple(range(500)),
]


@pytest.fixture(scope="module")
def phone(live: LiveHouse) -> LivePhone:
    """One socket for all of it: that it lives on is the point."""
    return live.listening(live.phone("charlie")).connects()


def lives(phone: LivePhone) -> bool:
    return phone.socket.connected and not phone.gone.is_set() and phone.sends("approve", {}) == MALFORMED


@pytest.mark.parametrize("event", ["approve", "deny"])
def test_any_arguments_or_none(live: LiveHouse, phone: LivePhone, event: str) -> None:
    for arguments in ARGUMENTS:
        with nothing_changes(live.operator):
            assert phone.sends(event, *arguments) == MALFORMED, arguments
    assert lives(phone)


@pytest.mark.parametrize("event", ["approve", "deny"])
def test_up_to_a_mebibyte(live: LiveHouse, phone: LivePhone, event: str) -> None:
    huge = "x" * (MEBIBYTE - 100)
    for argument in (
        {"decision": huge},
        huge,
        {huge: 1},
        [0] * 300_000,
        {"decision": b"x" * (MEBIBYTE - 100)},
    ):
        assert phone.sends(event, argument) == MALFORMED
    assert lives(phone)


HAND_WRITTEN = [
    '["approve",' + "[" * 50_000 + "]" * 50_000 + "]",
    '["approve",{"decision":' + '{"a":' * 50_000 + "1" + "}" * 50_000 + "}]",
    '["approve",' + "9" * 100_000 + "]",
    '["approve",1e999999]',
    '["approve",NaN]',
    '["approve",{"decision":"\\ud800"}]',
    '["approve",{"decision":"\\u0000"}]',
    '["approve",{"decision":1,"decision":2}]',
    '["approve","unfinished',
    '["approve",]',
    "[]",
    '[["approve"]]',
    '[{"approve":1},{}]',
    "{}",
    "null",
    '"approve"',
]


@pytest.mark.parametrize("text", HAND_WRITTEN, ids=[text[:24] for text in HAND_WRITTEN])
def test_json_that_no_library_would_send(phone: LivePhone, text: str) -> None:
    assert phone.sends_text(text) == MALFORMED
    assert lives(phone)


EVENTS = ["state", "collect", "connect", "disconnect", "connect_error", "*", "unreadable", "x" * 1000, ""]


@pytest.mark.parametrize("event", EVENTS, ids=[event[:24] for event in EVENTS])
def test_an_event_that_does_not_exist(phone: LivePhone, event: str) -> None:
    assert phone.sends_text(json.dumps([event, {}])) == MALFORMED
    assert lives(phone)


def test_attachments_that_were_announced_and_never_come(phone: LivePhone) -> None:
    for head in ("51-", "59999999999-", "5999999999999-"):
        phone.socket.eio.send(head + '/mobile,["approve",{"_placeholder":true,"num":7}]')
    assert lives(phone)


def test_binary_messages_that_belong_to_nothing(phone: LivePhone) -> None:
    for data in (b"", b"2", b"2/mobile,1[]", b"\xff" * 100_000):
        phone.socket.eio.send(data)
    assert lives(phone)


def test_a_right_answer_still_works_afterwards(live: LiveHouse, phone: LivePhone, waiting: Waiting) -> None:
    # Given a socket that has sent all of it
    for arguments in ARGUMENTS:
        phone.sends("approve", *arguments)
    # When
    browser = waiting("charlie")
    number = browser.hears()["number"]
    # Then
    assert phone.approves(phone.is_asked()["confirmation"], number=number)["ok"]
    assert browser.hears()["state"] == "approved"
    phone.hangs_up()
