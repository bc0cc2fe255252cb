"""A real PostgreSQL for tests: its files in a temporary folder, on a Unix socket, owned by whoever may run it."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from tests.support.tied import PATIENCE, comes_true, tied

BINARIES = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: int(found.parent.name))
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "log_min_messages": "fatal",
}
# For tests only: what a power cut would take is a test that failed anyway.
FLEETING = {"fsync": "off", "full_page_writes": "off"}


class Postgres:
    """One server; `url(name)` is what ASTROW2FA_DATABASE_URL takes. `durable`: its commits survive a power cut."""

    def __init__(self, *, durable: bool = False) -> None:
        self._settings = SETTINGS if durable else {**SETTINGS, **FLEETING}
        # Short, because the path of a Unix socket has to fit into 107 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._as: dict[str, object] = {}
        self.user = pwd.getpwuid(os.getuid()).pw_name
        if os.getuid() == 0:
            # It refuses to run as root; Debian's package brings a user for it.
            owner = pwd.getpwnam("postgres")
            self.user = owner.pw_name
            self._as = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._names = itertools.count(1)
        self._run(
            "initdb", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", "-D", self._data
        )
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(BINARIES / program), *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            **self._as,  # type: ignore[call-overload]
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> Postgres:
        settings = {**self._settings, "unix_socket_directories": self.folder}
        options = [f"--{name}={value}" for name, value in settings.items()]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                tied("QUIT", [str(BINARIES / "postgres"), "-D", self._data, *options]),
                cwd=self.folder,
                stdout=log,
                stderr=log,
                **self._as,  # type: ignore[call-overload]
            )
        comes_true(self._answers)
        return self

    def _answers(self) -> bool:
        assert self._server is not None
        assert self._server.poll() is None, (self.folder / "log").read_text()
        with suppress(psycopg.OperationalError):
            self.says("SELECT 1")
            return True
        return False

    def stop(self, how: str = "fast") -> None:
        """`fast` cuts every connection, `immediate` is a crash."""
        server, self._server = self._server, None
        if server is not None:
            server.send_signal({"fast": signal.SIGINT, "immediate": signal.SIGQUIT}[how])
            server.wait(PATIENCE)

    @property
    def processes(self) -> list[int]:
        leader = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{leader}/task/{leader}/children").read_text().split()
        return [leader, *map(int, children)]

    @contextmanager
    def paused(self) -> Iterator[None]:
        """It stands still, its connections open: what a network without packets looks like."""
        stopped = self.processes
        for process in stopped:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in stopped:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)

    def url(self, name: str = "postgres") -> str:
        return f"postgresql://{self.user}@/{name}?host={self.folder}"

    def says(self, statement: str) -> None:
        """Runs one statement outside of any database of a test."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def database(self, template: str | None = None) -> str:
        """A new database, empty or a copy of another one; its name."""
        name = f"test{next(self._names)}"
        self.says(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return name

    def drop(self, name: str) -> None:
        self.says(f"DROP DATABASE {name} WITH (FORCE)")

    def end(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder)
