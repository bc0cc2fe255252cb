"""Several real servers on one PostgreSQL and one Redis, behind a real nginx."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import redis
import requests

from astrow2fa.adapters.clock import SystemClock
from astrow2fa.core.policy import Mode
from tests.support.house import DATABASE, House, environment
from tests.support.live import LiveBrowser, LivePhone
from tests.support.phone import RobotPhone
from tests.support.postgres import Postgres
from tests.support.server import RealServer
from tests.support.tied import PATIENCE, comes_true, tied

SITE = Path(__file__).parent.parent.parent / "deploy" / "nginx.conf"
SECRET = "one-secret-for-every-node-0123456789abcdef"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


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

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def end(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)


class Nginx:
    """The site that is delivered (deploy/nginx.conf), on free ports and without a certificate to be had."""

    def __init__(self, workers: list[int]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="nginx-"))
        self.port = free_port()
        site = SITE.read_text()
        head, _, rest = site.partition("    server 127.0.0.1:5001")
        _, _, rest = rest.partition("server 127.0.0.1:5002 max_fails=1 fail_timeout=2s;\n")
        servers = "".join(f"    server 127.0.0.1:{p} max_fails=1 fail_timeout=2s;\n" for p in workers)
        upstream, _, secure = (head + servers + rest).partition("server {")
        secure = "server {" + secure.partition("server {")[2]
        lines = [line for line in secure.splitlines() if "ssl_" not in line]
        secure = "\n".join(lines).replace("listen 443 ssl http2;", f"listen 127.0.0.1:{self.port};")
        temporary = "".join(
            f"{kind}_temp_path {self.folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        self._config = self.folder / "nginx.conf"
        self._config.write_text(
            f"pid {self.folder}/pid; daemon off; master_process off; error_log {self.folder}/errors;\n"
            f"events {{ worker_connections 4096; }}\nhttp {{ access_log off;\n{temporary}{upstream}{secure} }}\n"
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Nginx:
        self._process = subprocess.Popen(
            tied("TERM", ["/usr/sbin/nginx", "-c", str(self._config), "-p", str(self.folder)])
        )
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


class Nodes:
    """Nodes of one installation, each also reachable by itself; the public address is nginx's."""

    def __init__(self, folder: Path, postgres: Postgres, count: int = 2, skew: float = 0) -> None:
        self.postgres = postgres
        self.redis = Redis().start()
        self.database = postgres.database()
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
        while House.on_postgres:
            House.on_postgres.pop().parts.store.close()  # type: ignore[attr-defined]
        self.nginx.end()
        self.redis.end()
        with suppress(Exception):
            self.postgres.drop(self.database)
