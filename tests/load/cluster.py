"""Two nodes as they are run: real PostgreSQL with durable commits, real Redis, and the delivered nginx site."""

from __future__ import annotations

import os
import resource
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import psycopg
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from tests.load.fleet import Dial
from tests.load.product import LIMITS, Product
from tests.load.subject import HOST, ROOT, cpu_of, free_port
from tests.support.nginx import Nginx
from tests.support.nodes import Redis
from tests.support.postgres import Postgres

NODES = 2


class Cluster(Product):
    """Browsers wait at the first node, phones answer at the second, each through an nginx; `site` leads to both.

    Nothing is pinned to a core: several processes are what it is about. PostgreSQL commits durably, as a server's
    default is.
    """

    name = "two nodes"

    def __init__(self, waiting: int, answering: int) -> None:
        super().__init__(waiting, answering)
        self._parts = ExitStack()
        self._secret = secrets.token_hex(32)
        self.postgres, self.redis = Postgres(durable=True).start(), Redis().start()
        self._parts.callback(self.postgres.end)
        self._parts.callback(self.redis.end)
        self.database_name = self.postgres.database()
        self.ports = [free_port() for _ in range(NODES)]
        self._doors = [Nginx([port]).start() for port in self.ports]
        self.site = Nginx(self.ports).start()
        for nginx in (*self._doors, self.site):
            self._parts.callback(nginx.end)
        self.port = self._doors[0].port
        self._url = f"http://localhost:{self.site.port}"
        self._nodes: list[subprocess.Popen[bytes]] = []

    def environment(self) -> Mapping[str, str]:
        return {
            "ASTROW2FA_HOST": HOST,
            "ASTROW2FA_PUBLIC_URL": self._url,
            "ASTROW2FA_INSTANCE": self._folder.name,
            "ASTROW2FA_LIMITS": LIMITS,
            "ASTROW2FA_SECRET_KEY": self._secret,
            "ASTROW2FA_DATABASE_URL": self.postgres.url(self.database_name),
            "ASTROW2FA_REDIS_URL": self.redis.url,
            "ASTROW2FA_TRUSTED_PROXIES": "1",
        }

    def start(self) -> None:
        self.prepare()
        for number, port in enumerate(self.ports):
            own = {"ASTROW2FA_PORT": str(port), "ASTROW2FA_INSTANCE": f"{self._folder.name}/node{number}"}
            self._nodes.append(
                subprocess.Popen(
                    [sys.executable, "server.py"],
                    cwd=ROOT,
                    env={**os.environ, **self.environment(), **own},
                    stdout=self._log,
                    stderr=self._log,
                )
            )
        deadline = time.monotonic() + 60
        for node, port in zip(self._nodes, self.ports, strict=True):
            while not _listens(port):
                if node.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"a node did not start:\n{self.said()}")
                time.sleep(0.05)

    def phones(self) -> list[Dial]:
        return [replace(dial, port=self._doors[1].port) for dial in super().phones()]

    def renew(self) -> None:
        with psycopg.connect(self.postgres.url(self.database_name)) as database:
            for row in self._rows:
                columns = SQL(", ").join(SQL("{} = %s").format(Identifier(name)) for name in row)
                statement = SQL("UPDATE confirmations SET {} WHERE id = %s").format(columns)
                database.execute(statement, [*row.values(), row["id"]])

    def _keep_rows(self) -> None:
        with psycopg.connect(self.postgres.url(self.database_name), row_factory=dict_row) as database:
            found = {row["id"]: row for row in database.execute("SELECT * FROM confirmations")}
        self._rows = [found[user["confirmation"]] for user in self._answering()]

    def kill(self, number: int) -> None:
        """SIGKILL."""
        self._nodes[number].kill()
        self._nodes[number].wait()

    def memory(self) -> float:
        pages = [int(Path(f"/proc/{node.pid}/statm").read_text().split()[1]) for node in self._nodes]
        return sum(pages) * resource.getpagesize() / 1024

    def cpu(self) -> float:
        return sum(cpu_of(node.pid) for node in self._nodes)

    def pause(self) -> None:
        for node in self._nodes:
            node.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        for node in self._nodes:
            node.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        for node in self._nodes:
            node.send_signal(signal.SIGCONT)
            node.kill()
            node.wait()
        self._parts.close()
        super().stop()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0
