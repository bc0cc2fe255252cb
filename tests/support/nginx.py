"""A real nginx with the site that is delivered (deploy/nginx.conf)."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.proxy import Proxy

SITE = Path(__file__).parent.parent.parent / "deploy" / "nginx.conf"
PROGRAM = "/usr/sbin/nginx"
_WORKERS = re.compile(r"(?:    server 127\.0\.0\.1:\d+ (?P<how>[^;]*);\n)+")
_CERTIFICATE = re.compile(r"(ssl_certificate(?:_key)?)\s+\S+;")


class Nginx(Proxy):
    """On free ports, for workers on these. With a certificate (PEM, its key in the same file) all of the site, with TLS
    and the redirect to it; without one the same without encryption, since there is none to be had.
    """

    def __init__(self, workers: list[int], certificate: Path | None = None) -> None:
        super().__init__(workers)
        site = _WORKERS.sub(
            lambda found: "".join(f"    server 127.0.0.1:{port} {found['how']};\n" for port in workers),
            SITE.read_text(),
        )
        if certificate is None:
            site = self._plain(site)
        else:
            site = _CERTIFICATE.sub(rf"\1 {certificate};", site)
            site = site.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{self.port} ssl http2;")
            site = site.replace("listen 80;", f"listen 127.0.0.1:{self.plain_port};")
        temporary = "".join(
            f"{kind}_temp_path {self.folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        self._config = self.folder / "nginx.conf"
        self._config.write_text(
            f"pid {self.folder}/pid; daemon off; master_process off; error_log {self.folder}/errors;\n"
            f"events {{ worker_connections 4096; }}\nhttp {{ access_log off;\n{temporary}{site} }}\n"
        )

    def _plain(self, site: str) -> str:
        upstream, _, servers = site.partition("server {")
        secure = "server {" + servers.partition("server {")[2]
        lines = [line for line in secure.splitlines() if "ssl_" not in line]
        return upstream + "\n".join(lines).replace("listen 443 ssl http2;", f"listen 127.0.0.1:{self.port};")

    def _command(self) -> list[str]:
        return [PROGRAM, "-c", str(self._config), "-p", str(self.folder)]
