"""The small page that hands out the authority's certificate, over plain http: nothing can be trusted before it.

Whoever is between phone and machine could hand out another one; that is what the fingerprint in the terminal is for.
"""

from __future__ import annotations

import socket
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from string import Template

from scripts.lan.authority import Certified

FILE = "/astrow-network.crt"
SILENT_SECONDS = 15
PAGE = Template("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Astrow 2FA on this network</title>
<style>
  :root { color-scheme: light dark; font: 1.05rem/1.5 system-ui, sans-serif }
  body { margin: 0 auto; max-width: 34rem; padding: 1.2rem }
  a.act { display: block; padding: .9rem; border-radius: .6rem; background: #1d4fc4; color: #fff;
          text-align: center; font-weight: 600; text-decoration: none; margin: .8rem 0 }
  li { margin: .4rem 0 }
</style>
<h1>Let this phone trust your computer</h1>
<p>For trying Astrow 2FA out in this network. Take the certificate off again afterwards.</p>
<a class="act" href="$file">1. Download the certificate</a>
<p>Anybody in between could have changed this page. What the phone itself shows as the certificate's SHA-256
fingerprint, among its details, has to be what the terminal shows.</p>
<h2>2. Install it</h2>
<h3>Android</h3>
<ol><li>Settings: search for <b>CA certificate</b> (Security &amp; privacy – More security settings – Encryption &amp;
credentials – Install a certificate – CA certificate).</li>
<li>Install anyway, and choose <b>astrow-network.crt</b>.</li></ol>
<h3>iPhone, iPad (in Safari)</h3>
<ol><li>Allow the profile; Settings – <b>Profile Downloaded</b> – Install.</li>
<li>Settings – General – About – <b>Certificate Trust Settings</b>: switch full trust on.</li></ol>
<h2>3. Go on</h2>
<p>Scan the second code in the terminal: it makes this phone the phone of a demo user. On an iPhone open Astrow Mobile
first, put it on the home screen, and pair inside the app that this makes.</p>
<a class="act" href="$app">Or open Astrow Mobile</a>
</html>
""")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: str, port: int, page: bytes, certificate: bytes) -> None:
        self.page, self.certificate = page, certificate
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        super().__init__((address, port), _Handler)

    def server_bind(self) -> None:
        """Without asking for the address's name, which takes seconds where nobody knows it."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = SILENT_SECONDS
    server_version, sys_version = "astrow2fa", ""

    def do_GET(self) -> None:
        """Two files, nothing else."""
        if self.path == "/":
            self._send(self.server.page, "text/html; charset=utf-8")
        elif self.path == FILE:
            # The type at which iOS offers to install, and Android to save (RFC 5280 names no other).
            self._send(self.server.certificate, "application/x-x509-ca-cert")
        else:
            self.send_error(404)

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Who looked is no news."""


def server(address: str, port: int, certified: Certified, app: str) -> _Server:
    """Listening already; `serve_forever` serves. Raises OSError when the port is taken."""
    text = PAGE.substitute(file=FILE, app=escape(app + "/mobile/"))
    return _Server(address, port, text.encode(), certified.authority)
