"""Many sockets in one thread: the browsers that wait and the phones that answer, and a clock between them.

A plain epoll loop over plain sockets, because the client has one core and must not be what is measured.
"""

from __future__ import annotations

import json
import select
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from tests.load import wire


@dataclass(slots=True, frozen=True)
class Dial:
    """How one client comes in: request headers, namespace, and the Socket.IO auth object.

    `port` is another one than the fleet's, `source` an address of the loopback network to come from.
    """

    namespace: str
    headers: dict[str, str] = field(default_factory=dict)
    auth: object = None
    port: int = 0
    source: str = ""


class Line:
    """One open connection."""

    __slots__ = ("buffer", "dial", "heard", "ready", "socket", "started", "upgraded")

    def __init__(self, sock: socket.socket, dial: Dial) -> None:
        self.socket = sock
        self.dial = dial
        self.buffer = bytearray()
        self.started = self.upgraded = self.ready = False
        self.heard: Callable[[bytes], None] | None = None


class Lost(RuntimeError):
    """A connection ended, or was refused, that should have stayed."""


class Fleet:
    """All connections of one client process to one server."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._name = f"{host}:{port}"
        self._epoll = select.epoll()
        self._lines: dict[int, Line] = {}
        self._closing = False

    def connect(self, dials: Sequence[Dial], at_once: int = 32, seconds: float = 120) -> list[Line]:
        """Open them all, `at_once` at a time (the relay's backlog is 50). Raises Lost."""
        lines: list[Line] = []
        waiting: set[Line] = set()
        deadline = perf_counter() + seconds
        for dial in dials:
            while len(waiting) >= at_once:
                self.turn(1.0)
                waiting = {line for line in waiting if not line.ready}
                if perf_counter() > deadline:
                    raise Lost(f"{len(lines)} of {len(dials)} connected in {seconds} s")
            line = self.dial(dial)
            lines.append(line)
            waiting.add(line)
        while any(not line.ready for line in waiting):
            self.turn(1.0)
            if perf_counter() > deadline:
                raise Lost(f"{len(lines) - len(waiting)} of {len(dials)} connected in {seconds} s")
        return lines

    def dial(self, dial: Dial) -> Line:
        """Begin to connect one."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(False)
        if dial.source:
            sock.bind((dial.source, 0))
        sock.connect_ex((self._address[0], dial.port or self._address[1]))
        line = Line(sock, dial)
        self._lines[sock.fileno()] = line
        self._epoll.register(sock.fileno(), select.EPOLLOUT)
        return line

    def turn(self, seconds: float) -> None:
        """Wait at most that long for something to arrive, and hear it."""
        for fd, happened in self._epoll.poll(seconds):
            line = self._lines.get(fd)
            if line is None:
                continue
            if not line.started and happened & select.EPOLLOUT:
                line.started = True
                self._epoll.modify(fd, select.EPOLLIN)
                line.socket.send(wire.upgrade(self._name, line.dial.headers))
                continue
            self._hear(fd, line)

    def _hear(self, fd: int, line: Line) -> None:
        try:
            chunk = line.socket.recv(65536)
        except BlockingIOError:
            return
        except ConnectionError:
            chunk = b""
        if not chunk:
            self._drop(fd, line, "the server closed a connection")
            return
        line.buffer += chunk
        if not line.upgraded:
            head, found, rest = bytes(line.buffer).partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.split(b"\r\n")[0]:
                self._drop(fd, line, head.decode(errors="replace"))
                return
            line.upgraded, line.buffer = True, bytearray(rest)
        for opcode, payload in wire.frames(line.buffer):
            if opcode == 1:
                self._packet(line, payload)
            elif opcode == 8:
                self._drop(fd, line, "the server sent a closing frame")
                return

    def _packet(self, line: Line, packet: bytes) -> None:
        if packet == wire.PING:
            line.socket.send(wire.PONG_FRAME)
        elif packet.startswith(wire.OPEN):
            line.socket.send(wire.connect(line.dial.namespace, line.dial.auth))
        elif packet.startswith(wire.CONNECT):
            line.ready = True
        elif packet.startswith(wire.ERROR):
            raise Lost(f"connect refused: {packet.decode()}")
        elif line.heard is not None:
            line.heard(packet)

    def _drop(self, fd: int, line: Line, why: str) -> None:
        self._epoll.unregister(fd)
        del self._lines[fd]
        line.socket.close()
        if not self._closing:
            raise Lost(why)

    def idle(self, seconds: float) -> None:
        """Only answer pings, for that long."""
        until = perf_counter() + seconds
        while (left := until - perf_counter()) > 0:
            self.turn(left)

    def close(self, lines: Iterable[Line] | None = None) -> None:
        """Go away, as a closed tab does."""
        for line in list(self._lines.values()) if lines is None else list(lines):
            fd = line.socket.fileno()
            if fd in self._lines:
                self._epoll.unregister(fd)
                del self._lines[fd]
                line.socket.close()


def body(packet: bytes) -> list[object]:
    """The name and data of an event packet, or the answer of an acknowledgement."""
    found: list[object] = json.loads(packet[packet.index(b"[") :])
    return found
