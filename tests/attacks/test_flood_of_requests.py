"""Clients that send without waiting for answers: they get their turn, and so does everybody else."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import pytest
from websocket import ABNF, create_connection

from tests.support.live import LiveHouse
from tests.support.pouring import Pouring

LOOPS = ["eventlet", "gevent", "threading"]
POURED = b"POST /mobile/api/v1/pair HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + (
    b'Content-Length: 13\r\n\r\n{"code": "x"}'
)
WEB_SOCKET = "{}/socket.io/?EIO=4&transport=websocket"
UPGRADE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
    b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
PONG_FRAME = b"\x81\x81\0\0\0\x003"
PING_FRAME = b"\x89\x80\0\0\0\0"
PATIENCE = 20


@pytest.fixture(scope="module", params=LOOPS)
def live(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHouse]:
    house = LiveHouse(
        tmp_path_factory.mktemp("pouring"),
        ASTROW2FA_ASYNC_MODE=request.param,
        ASTROW2FA_LIMITS="pair.address=20/hour",
    )
    yield house
    house.close()


def somebody_signs_in(live: LiveHouse) -> None:
    """All the way, over sockets."""
    name = live.newcomer()
    phone = live.listening(live.phone(name)).connects()
    browser = live.browser()
    assert browser.signs_in(name).headers["Location"] == "/login/waiting"
    number = browser.connects().hears()["number"]
    assert phone.approves(phone.is_asked()["confirmation"], number=number)["ok"]
    assert browser.hears()["state"] == "approved"
    browser.collects()
    assert browser.signed_in


def test_requests_sent_ahead_of_their_answers_do_not_stop_a_sign_in(live: LiveHouse) -> None:
    with Pouring(live.url, POURED):
        somebody_signs_in(live)


@pytest.mark.parametrize("frame", [PONG_FRAME, PING_FRAME], ids=["message", "control"])
def test_frames_without_end_do_not_stop_a_sign_in(live: LiveHouse, frame: bytes) -> None:
    with Pouring(live.url, frame, opening=UPGRADE):
        somebody_signs_in(live)


def test_a_message_without_end_is_not_kept(live: LiveHouse) -> None:
    # Given a message in pieces that is never over
    line = create_connection(WEB_SOCKET.format(live.url.replace("http", "ws", 1)), timeout=PATIENCE)
    line.send_frame(ABNF.create_frame("4", ABNF.OPCODE_TEXT, 0))
    piece = ABNF.create_frame(bytes(1 << 16), ABNF.OPCODE_CONT, 0)
    # When it gets longer than any that the server takes, it is hung up on
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        deque((line.send_frame(piece) for _ in range(1000)), maxlen=0)
    line.shutdown()


def test_requests_sent_ahead_of_their_answers_do_not_keep_the_server_from_ending(live: LiveHouse) -> None:
    with Pouring(live.url, POURED):
        assert live.server.stop() == 0
    live.server.start()
