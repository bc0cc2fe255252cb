"""A real server in a process of its own, with a clock that tests move; it can be killed and started again."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from tests.support.nursery import Child, nursery
from tests.support.proxy import free_port
from tests.support.tied import PATIENCE, tied

ROOT = Path(__file__).parent.parent.parent


class RealServer:
    """The product's server on a free port, with an instance folder of its own."""

    def __init__(self, folder: Path, environment: dict[str, str], port: int = 0) -> None:
        self.folder = folder
        self._environment = dict(environment)
        self.clock_file = folder / "clock"
        self.clock_file.write_text("0")
        self._process: subprocess.Popen[str] | Child | None = None
        self.url = ""
        self._printed: list[str] = []
        self._listening: threading.Thread | None = None
        self._port = port or free_port()

    def start(self) -> RealServer:
        """Returns once it accepts connections. A restart takes the same port again."""
        return self.launch().ready()

    def launch(self) -> RealServer:
        """Lets it go; it has not done anything yet."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("ASTROW2FA_")}
        environment = {**inherited, **self._environment, "ASTROW2FA_PORT": str(self._port)}
        with (self.folder / "server.log").open("a") as errors:
            if environment.get("ASTROW2FA_ASYNC_MODE", "eventlet") == "eventlet":
                self._process = nursery().bear([str(self.clock_file)], environment, errors)
                return self
            self._process = subprocess.Popen(
                tied("KILL", [sys.executable, "-m", "tests.support.serving", str(self.clock_file)]),
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        return self

    def ready(self) -> RealServer:
        """Waits until it accepts connections."""
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith("listening on "), self.log()
        self.url = line.removeprefix("listening on ").strip()
        self._listening = threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True)
        self._listening.start()
        return self

    def _listen(self, printed: IO[str]) -> None:
        self._printed.extend(printed)

    def log(self) -> str:
        """What it wrote on standard error."""
        return (self.folder / "server.log").read_text()

    def output(self) -> str:
        """What it wrote anywhere."""
        return self.log() + "".join(self._printed)

    def advance(self, seconds: float) -> None:
        """Moves its clock."""
        moved = float(self.clock_file.read_text()) + seconds
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(str(moved))
        fresh.replace(self.clock_file)

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """No file of the process may grow, which fails each write as a full disk does."""
        process = self.pid
        before = resource.prlimit(process, resource.RLIMIT_FSIZE)
        resource.prlimit(process, resource.RLIMIT_FSIZE, (0, before[1]))
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                resource.prlimit(process, resource.RLIMIT_FSIZE, before)

    def kill(self) -> None:
        """SIGKILL: no goodbye."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM: drains. Returns the exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(how)
        code = process.wait(PATIENCE)
        if self._listening is not None:
            self._listening.join(PATIENCE)
        if process.stdout is not None:
            process.stdout.close()
        return code

    @property
    def pid(self) -> int:
        """Of its process."""
        assert self._process is not None
        return self._process.pid

    @property
    def environment(self) -> dict[str, str]:
        """For operator's commands beside it."""
        return {**self._environment, "ASTROW2FA_PUBLIC_URL": self.url}
