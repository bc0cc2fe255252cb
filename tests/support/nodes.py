"""Several real servers on one PostgreSQL and one Redis, behind a real nginx."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import redis
import requests

from astrow2fa.adapters.clock import SystemClock
from astrow2fa.core.policy import Mode
from tests.support.house import DATABASE, House, environment
from tests.support.live import LiveBrowser, LivePhone
from tests.support.nginx import Nginx
from tests.support.phone import RobotPhone
from tests.support.postgres import Postgres
from tests.support.proxy import free_port
from tests.support.server import RealServer
from tests.support.tied import PATIENCE, comes_true, tied

SECRET = "one-secret-for-every-node-0123456789abcdef"


class Redis:
    """A real Redis on a free port, that keeps nothing."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="redis-"))
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Redis:
        where = ["--port", str(self.port), "--bind", "127.0.0.1"]
        self._process = subprocess.Popen(
            tied("KILL", ["redis-server", "--dir", str(self.folder), "--save", "", *where]),
            stdout=subprocess.DEVNULL,
        )
        comes_true(self._answers)
        return self

    @property
    def process(self) -> int:
        assert self._process is not None
        return self._process.pid

    def _answers(self) -> bool:
        with redis.Redis(port=self.port) as client, suppress(redis.RedisError):
            return bool(client.ping())
        return False

    @contextmanager
    def stalled(self) -> Iterator[None]:
        """It stands still, its connections open."""
        os.kill(self.process, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.process, signal.SIGCONT)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def end(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)


class Nodes:
    """Nodes of one installation, each also reachable by itself; the public address is nginx's."""

    def __init__(self, folder: Path, postgres: Postgres, count: int = 2, skew: float = 0) -> None:
        self.postgres = postgres
        self.redis = Redis().start()
        self.database = postgres.database()
        self._known = len(House.on_postgres)
        self.ports = [free_port() for _ in range(count)]
        self.nginx = Nginx(self.ports).start()
        self.url = f"http://localhost:{self.nginx.port}"
        shared = {
            "ASTROW2FA_PUBLIC_URL": self.url,
            "ASTROW2FA_SECRET_KEY": SECRET,
            "ASTROW2FA_TRUSTED_PROXIES": "1",
            "ASTROW2FA_REDIS_URL": self.redis.url,
        }
        self.servers = []
        for number, port in enumerate(self.ports):
            place = folder / f"node{number}"
            place.mkdir()
            (place / DATABASE).write_text(postgres.url(self.database))
            if number == 0:
                first = House(place, SystemClock(), **shared).people().policy(Mode.ALWAYS)
                first.parts.store.close()  # type: ignore[attr-defined]
            server = RealServer(place, environment(place, **shared), port)
            if skew and number == count - 1:
                server.advance(skew)
            self.servers.append(server)
        for server in self.servers:
            server.start()
        self.operator = House(folder / "node0", SystemClock(), **shared)

    def at(self, number: int) -> str:
        """The address of one node, past nginx."""
        return f"http://127.0.0.1:{self.ports[number]}"

    def browser(self, number: int | None = None) -> LiveBrowser:
        """At one node, or wherever nginx leads it."""
        return LiveBrowser(self.url if number is None else self.at(number), self.url)

    def phone(self, name: str, label: str = "Pixel 9") -> RobotPhone:
        return self.operator.phone(name, label)

    def listening(self, phone: RobotPhone, number: int | None = None) -> LivePhone:
        return LivePhone(self.url if number is None else self.at(number), phone)

    def ready(self, number: int) -> int:
        return requests.get(f"{self.at(number)}/readyz", timeout=PATIENCE).status_code

    def end(self) -> None:
        for server in self.servers:
            server.kill()
        House.close_later_than(self._known)
        self.nginx.end()
        self.redis.end()
        with suppress(Exception):
            self.postgres.drop(self.database)
