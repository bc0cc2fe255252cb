"""What is written past Engine.IO's queue: whole frames, in order, also to a browser that reads slowly or is gone."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator

import engineio
import engineio.socket
import pytest

from astrow2fa.runtime import prompt
from astrow2fa.runtime.on_eventlet import GreenSocket, _Frames, gate, spawn

Ends = tuple[_Frames, GreenSocket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    """A WebSocket of the server's with a small buffer, and its browser."""
    ours, browser = map(GreenSocket, socket.socketpair())
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    frames = _Frames(ours, {"REMOTE_ADDR": "", "REMOTE_PORT": ""})
    yield frames, browser
    ours.close()
    browser.close()


def messages(browser: GreenSocket, count: int) -> list[str]:
    """The texts of `count` frames, none of them masked."""

    def take(size: int) -> bytes:
        found = b""
        while len(found) < size:
            found += browser.recv(size - len(found))
        return found

    found = []
    for _ in range(count):
        first, length = take(2)
        assert first == 0x81  # a whole message of text
        size = struct.unpack("!H", take(2))[0] if length == 126 else length
        found.append(take(size).decode())
    return found


def test_it_is_with_the_browser_before_the_loop_comes_round(ends: Ends) -> None:
    frames, browser = ends
    assert frames.send_now("approved")
    assert browser.fd.recv(100, socket.MSG_DONTWAIT) == b"\x81\x08approved"


def test_a_slow_browser_gets_whole_frames_in_their_order(ends: Ends) -> None:
    frames, browser = ends
    texts = [f"{i:03d}" + "x" * 1500 for i in range(400)]
    sent = 0
    while frames.send_now(texts[sent]):
        sent += 1
    assert 0 < sent < len(texts)
    done = gate()

    def send_the_rest() -> None:
        for text in texts[sent:]:
            frames.send(text)
        done.open()

    spawn(send_the_rest)
    assert messages(browser, len(texts)) == texts
    done.wait()
    assert frames.send_now("later")
    assert messages(browser, 1) == ["later"]


def test_one_that_is_gone_is_left_to_the_usual_way(ends: Ends) -> None:
    frames, browser = ends
    browser.close()
    assert not frames.send_now("approved")
    with pytest.raises(OSError, match="pipe"):
        frames.send("approved")


def test_frames_that_arrived_together_are_read_one_by_one(ends: Ends) -> None:
    frames, browser = ends
    masked = [bytes([0x81, 0x80 | len(text)]) + bytes(4) + text.encode() for text in ("one", "two", "")]
    browser.sendall(b"".join(masked))
    assert [frames.wait(), frames.wait(), frames.wait()] == ["one", "two", ""]
    browser.close()
    assert frames.wait() is None


def test_one_that_is_found_to_be_gone_is_closed_and_no_mistake_of_who_tells_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given a browser that owes its pong for too long, and whose WebSocket would still take what is written to it
    monkeypatch.setattr(engineio.socket, "Socket", engineio.socket.Socket)
    prompt.send_at_once()
    server = engineio.Server(async_mode="threading", ping_timeout=20)
    browser = engineio.socket.Socket(server, "sid")
    sent: list[str] = []
    browser._wire = type("Wire", (), {"send_now": lambda _, text: bool(sent.append(text)) or True})()
    browser.upgraded, browser.last_ping = True, time.time() - 21
    server.sockets["sid"] = browser
    # When
    server.send("sid", "approved")
    # Then
    assert browser.closed
    assert sent == []
