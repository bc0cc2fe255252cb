"""A real proxy before the workers, on free ports, with the file that is delivered for it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from tests.support.tied import comes_true, tied


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


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
