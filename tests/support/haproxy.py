"""A real HAProxy with the file that is delivered (deploy/haproxy.cfg)."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.proxy import Proxy

FILE = Path(__file__).parent.parent.parent / "deploy" / "haproxy.cfg"
PROGRAM = "/usr/sbin/haproxy"
_WORKERS = re.compile(r"(?:    server worker\d+ 127\.0\.0\.1:\d+\n)+")


class Haproxy(Proxy):
    """On free ports, for workers on these; with a certificate, its key in the same file (PEM)."""

    def __init__(self, workers: list[int], certificate: Path) -> None:
        super().__init__(workers)
        named = "".join(f"    server worker{n} 127.0.0.1:{port}\n" for n, port in enumerate(workers, 1))
        written = _WORKERS.sub(named, FILE.read_text())
        for delivered, here in (
            ("bind :80\n", f"bind 127.0.0.1:{self.plain_port}\n"),
            (
                "bind :443 ssl crt /etc/haproxy/login.example.com.pem",
                f"bind 127.0.0.1:{self.port} ssl crt {certificate}",
            ),
            ("    user haproxy\n    group haproxy\n", ""),
        ):
            assert delivered in written
            written = written.replace(delivered, here)
        self._config = self.folder / "haproxy.cfg"
        self._config.write_text(written)

    def _command(self) -> list[str]:
        return [PROGRAM, "-db", "-q", "-f", str(self._config)]
