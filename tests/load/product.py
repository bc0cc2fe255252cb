"""The product as it is run: `python server.py`, durable commits, every check on."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from astrow2fa.adapters.signatures import JoseSignatures, signing_key
from astrow2fa.ports.outside import SigningKey
from astrow2fa.services.claims import CONNECT
from tests.load import wire
from tests.load.fleet import Dial
from tests.load.subject import HOST, ROOT, Subject

# All load comes from one address and, in a round, from one phone more often than a person could press OK.
LIMITS = "socket.address=1000000/minute,answer.phone=1000000/minute,login.address=1000000/minute"


class Product(Subject):
    """Its clients: browsers with the cookie of a waiting session, phones with their own keys."""

    name = "product"

    def __init__(self, waiting: int, answering: int) -> None:
        super().__init__(waiting, answering)
        self._folder = tempfile.TemporaryDirectory(prefix="astrow2fa-bench-")
        self._url = f"http://localhost:{self.port}"
        self._signatures = JoseSignatures(secrets.token_bytes(32))
        self._users: list[dict[str, Any]] = []
        self._rows: list[dict[str, object]] = []

    def command(self) -> Sequence[str]:
        """As an operator starts it."""
        return [sys.executable, "server.py"]

    def environment(self) -> Mapping[str, str]:
        """A folder, an address, and room for the load."""
        return {
            "ASTROW2FA_HOST": HOST,
            "ASTROW2FA_PORT": str(self.port),
            "ASTROW2FA_PUBLIC_URL": self._url,
            "ASTROW2FA_INSTANCE": self._folder.name,
            "ASTROW2FA_LIMITS": LIMITS,
        }

    def prepare(self) -> None:
        """Seed the database; how the answered confirmations look while they wait is kept for `renew`."""
        out = Path(self._folder.name, "seeded.json")
        arguments = [str(self.waiting), str(self.answering), str(out)]
        done = subprocess.run(
            [sys.executable, "-m", "tests.load.seed", *arguments],
            cwd=ROOT,
            env={**os.environ, **self.environment()},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"seeding failed:\n{done.stderr}")
        self._users = json.loads(out.read_text())
        self._keep_rows()

    def _keep_rows(self) -> None:
        with self._database() as database:
            self._rows = [self._row(database, user["confirmation"]) for user in self._answering()]

    def browsers(self) -> list[Dial]:
        """The cookie is all they have."""
        return [
            Dial("/login", {"Origin": self._url, "Cookie": f"astrow2fa={user['token']}"})
            for user in self._users
        ]

    def phones(self) -> list[Dial]:
        """A fresh assertion for each."""
        now = int(time.time())
        return [Dial("/mobile", auth={"assertion": self._assertion(user, now)}) for user in self._answering()]

    def approvals(self) -> list[bytes]:
        """Acknowledged under the number of the phone."""
        return [
            wire.event("/mobile", "approve", {"decision": user["approval"]}, number)
            for number, user in enumerate(self._answering())
        ]

    def decisions(self) -> list[tuple[str, str]]:
        """The same over HTTP: path and body."""
        path = "/mobile/api/v1/confirmations"
        return [(f"{path}/{user['confirmation']}/decision", user["approval"]) for user in self._answering()]

    def renew(self) -> None:
        """Put the rows back to where they waited: the same confirmation can then be approved once more."""
        with self._database() as database:
            for row in self._rows:
                columns = ", ".join(f"{name} = :{name}" for name in row)
                database.execute(f"UPDATE confirmations SET {columns} WHERE id = :id", row)  # noqa: S608

    def stop(self) -> None:
        """And nothing stays behind."""
        super().stop()
        self._folder.cleanup()

    def _answering(self) -> list[dict[str, Any]]:
        return self._users[: self.answering]

    def _assertion(self, user: dict[str, Any], now: int) -> str:
        claims = {"aud": self._url, "iat": now, "jti": secrets.token_urlsafe(16)}
        key = signing_key(user["key"])
        return self._signatures.sign(CONNECT, claims, SigningKey(user["device"], key.public, key.private))

    def _database(self) -> sqlite3.Connection:
        found = [*Path(self._folder.name).glob("*.sqlite*"), *Path(self._folder.name).glob("*.db")]
        database = sqlite3.connect(next(path for path in found if not path.name.endswith(("-wal", "-shm"))))
        database.row_factory = sqlite3.Row
        database.execute("PRAGMA busy_timeout=10000")
        return database

    @staticmethod
    def _row(database: sqlite3.Connection, confirmation: str) -> dict[str, object]:
        found = database.execute("SELECT * FROM confirmations WHERE id = ?", (confirmation,))
        return dict(found.fetchone())
