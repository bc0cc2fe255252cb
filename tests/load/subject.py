"""What is measured: the relay, and the product. Both as a server process and what its clients have to say."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.load import wire
from tests.load.fleet import Dial

ROOT = Path(__file__).parent.parent.parent
HOST = "127.0.0.1"
SERVER_CORE = 0


class Subject(ABC):
    """A server under load, with `waiting` browsers and the first `answering` of them with a phone on the line."""

    name: str

    def __init__(self, waiting: int, answering: int) -> None:
        self.waiting = waiting
        self.answering = answering
        self.port = free_port()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed in `stop`)
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> Sequence[str]:
        """How the server is started."""

    @abstractmethod
    def browsers(self) -> list[Dial]:
        """One for each waiting browser."""

    @abstractmethod
    def phones(self) -> list[Dial]:
        """One for each that answers; good for a minute."""

    @abstractmethod
    def approvals(self) -> list[bytes]:
        """The frame by which phone i approves what browser i waits for, signed ahead of the measured time."""

    def environment(self) -> Mapping[str, str]:
        """Beside the inherited one."""
        return {}

    @abstractmethod
    def prepare(self) -> None:
        """Before the server is started."""

    @abstractmethod
    def renew(self) -> None:
        """What was approved waits again."""

    def start(self) -> None:
        """Start the server on its core and wait until it accepts. Raises RuntimeError."""
        self.prepare()
        self._process = subprocess.Popen(
            self.command(),
            cwd=ROOT,
            env={**os.environ, **self.environment()},
            stdout=self._log,
            stderr=self._log,
        )
        pin(SERVER_CORE, self._process.pid)
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection((HOST, self.port), 1).close()
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{self.name} did not start:\n{self.said()}") from None
                time.sleep(0.05)

    def said(self) -> str:
        """What the server has written."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")[-4000:]

    def memory(self) -> float:
        """Resident KiB."""
        return int(self._proc("statm").split()[1]) * resource.getpagesize() / 1024

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        return cpu_of(self._running.pid)

    def starved(self) -> float:
        """Seconds so far in which it had something to do and no core: another task had it, or another machine."""
        return int(self._proc("schedstat").split()[1]) / 1e9 + stolen(SERVER_CORE)

    def pause(self) -> None:
        """Give the core to the other one: the process stands still, its sockets stay."""
        self._running.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """And on."""
        self._running.send_signal(signal.SIGCONT)

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    def _proc(self, name: str) -> str:
        return Path(f"/proc/{self._running.pid}/{name}").read_text()

    def stop(self) -> None:
        """End the server."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            self._process.wait()
        self._log.close()


class Relay(Subject):
    """B: what eventlet and Flask-SocketIO do by themselves, without a check, a database or a log."""

    name = "relay"

    def prepare(self) -> None:
        """Nothing: it knows nobody."""

    def renew(self) -> None:
        """Nothing: it remembers nothing."""

    def command(self) -> Sequence[str]:
        """With as many connections as take part; the only limit of the library that is raised."""
        return [
            sys.executable, "-m", "tests.load.relay", str(self.port), str(self.waiting + self.answering + 100)
        ]  # fmt: skip

    def browsers(self) -> list[Dial]:
        """They say which room is theirs."""
        return [Dial("/login", auth={"browser": f"browser-{i}"}) for i in range(self.waiting)]

    def phones(self) -> list[Dial]:
        """They say nothing."""
        return [Dial("/mobile") for _ in range(self.answering)]

    def approvals(self) -> list[bytes]:
        """They name the room."""
        return [wire.event("/mobile", "approve", {"browser": f"browser-{i}"}) for i in range(self.answering)]


def free_port() -> int:
    """One that nobody listens on at this moment."""
    with socket.socket() as sock:
        sock.bind((HOST, 0))
        return int(sock.getsockname()[1])


def cpu_of(process: int) -> float:
    """Seconds of processor time that it has used."""
    user, system = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def stolen(core: int) -> float:
    """Seconds so far in which the host of this virtual machine kept one of its cores from it."""
    number = sorted(os.sched_getaffinity(0))[core]
    lines = Path("/proc/stat").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"cpu{number} ")).split()[8]) / os.sysconf(
        "SC_CLK_TCK"
    )


def pin(core: int, process: int = 0) -> None:
    """That process (0: this one) runs on one core, where there are two to share."""
    cores = sorted(os.sched_getaffinity(process))
    if len(cores) > 1:
        os.sched_setaffinity(process, {cores[core]})
