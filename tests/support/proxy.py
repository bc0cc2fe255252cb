"""A real proxy before the workers, on free ports, with the file that is delivered for it."""

from __future__ import annotations

import itertools
import random
import shutil
import socket
import subprocess
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.support.tied import comes_true, tied

_PORTS = itertools.cycle(random.sample(range(20_000, 32_000), 12_000))


def free_port() -> int:
    """Below those that the system hands out by itself: nobody is given it before it is taken, or while it is left."""
    for port in _PORTS:
        with suppress(OSError), socket.socket() as found:
            found.bind(("127.0.0.1", port))
            return port
    raise AssertionError("a cycle has no end")


class Proxy(ABC):
    """What nginx and HAProxy have in common."""

    def __init__(self, workers: list[int]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="proxy-"))
        self.workers = workers
        self.port, self.plain_port = free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def _command(self) -> Sequence[str]:
        """In the foreground."""

    def start(self) -> Self:
        self._process = subprocess.Popen(tied("TERM", [*self._command()]))
        comes_true(self._listens)
        return self

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def end(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
        shutil.rmtree(self.folder)
