"""Where real servers of tests come from: a process that has loaded the program, and becomes a server by dividing.

Loading takes 1.8 s of a core, as long as many a test. Each server is a process of its own all the same: with its own
environment, output, clock and end. `python -m tests.support.nursery` is that process; it does nothing until it is
asked, so that no loop, thread or connection is there to be shared; what it has read by then is.
"""

from __future__ import annotations

import _socket
import ctypes
import json
import os
import posix
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any

from astrow2fa import runtime

if __name__ == "__main__":
    GIVEN = frozenset(os.environ)
    runtime.patch("eventlet")
    from eventlet import hubs

from tests.support import once
from tests.support.serving import serve
from tests.support.tied import PATIENCE, tied

ROOT = Path(__file__).parent.parent.parent
REQUEST_BYTES = 256 * 1024
_PR_SET_PDEATHSIG = 1


class Child:
    """As much of subprocess.Popen as a server's owner needs."""

    def __init__(self, ask: Callable[[bytes, list[int]], int], pid: int, stdout: IO[str]) -> None:
        self._ask = ask
        self.pid = pid
        self.stdout = stdout
        self.returncode: int | None = None

    def send_signal(self, number: int) -> None:
        """It is not taken for another: until `wait` its number is not given to anybody else."""
        os.kill(self.pid, number)

    def wait(self, timeout: float) -> int:
        """Its exit code, or the signal that ended it as a negative number. Raises TimeoutError."""
        if self.returncode is None:
            with _ending(self.pid) as ended:
                if not select.select([ended], [], [], timeout)[0]:
                    raise TimeoutError(f"process {self.pid} has not ended")
            self.returncode = self._ask(json.dumps({"reap": self.pid}).encode(), [])
        return self.returncode


class Nursery:
    """The process, seen from the tests."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                tied("KILL", [sys.executable, "-m", "tests.support.nursery", str(theirs.fileno())]),
                cwd=ROOT,
                pass_fds=[theirs.fileno()],
            )

    def bear(self, arguments: list[str], environment: dict[str, str], errors: IO[str]) -> Child:
        """A server with these arguments, this whole environment, and its standard error in that file."""
        readable, writable = os.pipe()
        try:
            ask = json.dumps({"arguments": arguments, "environment": environment}).encode()
            pid = self._ask(ask, [writable, errors.fileno()])
        finally:
            os.close(writable)
        return Child(self._ask, pid, os.fdopen(readable))

    def end(self) -> None:
        """It ends with the line to it; its children with it."""
        self._line.close()
        self._process.wait(PATIENCE)

    def _ask(self, what: bytes, handed: list[int]) -> int:
        with self._lock:
            socket.send_fds(self._line, [what], handed)
            return int(self._line.recv(64))


@contextmanager
def _ending(pid: int) -> Iterator[int]:
    """A file that can be read once the process has ended."""
    file = os.pidfd_open(pid)
    try:
        yield file
    finally:
        os.close(file)


@cache
def nursery() -> Nursery:
    """One for this process, which ends it."""
    return Nursery()


def end() -> None:
    """Once no more servers are needed."""
    if nursery.cache_info().currsize:
        nursery().end()
        nursery.cache_clear()


def _become(ask: dict[str, Any], output: int, errors: int) -> None:
    """In the child: what a fresh process would have been given."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.dup2(output, 1)
    os.dup2(errors, 2)
    by_the_patch = {name: value for name, value in os.environ.items() if name not in GIVEN}
    os.environ.clear()
    os.environ.update({**by_the_patch, **ask["environment"]})
    serve(ask["arguments"])


def _leads_to(file: Path) -> str:
    return str(file.readlink()) if file.is_symlink() else ""


def main() -> None:
    # The plain socket beneath, and the plain waitpid: the patched ones would start a loop that children would share.
    line = _socket.socket(fileno=int(sys.argv[1]))
    once.routes()
    once.statements()
    once.loaded()
    hubs.use_hub()  # away with the one that patching has made: its epoll would be one for all children
    once.out_of_sight()
    assert not any("eventpoll" in _leads_to(file) for file in Path("/proc/self/fd").iterdir())
    assert threading.active_count() == 1
    while True:
        data, ancillary, _, _ = line.recvmsg(REQUEST_BYTES, socket.CMSG_LEN(2 * array("i").itemsize))
        if not data:
            return
        ask = json.loads(data)
        if "reap" in ask:
            _, status = posix.waitpid(ask["reap"], 0)
            line.send(str(os.waitstatus_to_exitcode(status)).encode())
            continue
        handed = array("i")
        handed.frombytes(ancillary[0][2])
        pid = os.fork()
        if pid == 0:
            line.close()
            code = 1
            try:
                _become(ask, *handed)
                code = 0
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
            except Exception:  # noqa: BLE001 (as the interpreter does it at its end)
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        for one in handed:
            os.close(one)
        line.send(str(pid).encode())


if __name__ == "__main__":
    main()
