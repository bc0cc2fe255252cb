"""The product over HTTPS in a network: a real server with a certificate of the authority's own."""

from __future__ import annotations

import hashlib
import os
import random
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO

import pytest
import requests

from astrow2fa.adapters.clock import SystemClock
from tests.rules.tree import ROOT
from tests.support.house import House
from tests.support.live import PATIENCE, LiveBrowser, LivePhone
from tests.support.tied import tied

ADDRESS = "127.0.0.1"
MANY = 100


class Network:
    """What `make run-lan` started, and what it said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = two_free_ports()
        inherited = {name: text for name, text in os.environ.items() if not name.startswith("ASTROW2FA_")}
        self._errors = (folder / "errors").open("w+")
        self._process = subprocess.Popen(
            tied("KILL", [sys.executable, "-m", "scripts.lan", ADDRESS, str(self.port)]),
            cwd=ROOT,
            env={**inherited, "ASTROW2FA_INSTANCE": str(folder / "instance")},
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        assert self._process.stdout is not None
        self.said = "".join(up_to_listening(self._process.stdout))
        assert "listening on " in self.said, self.errors()
        self._rest = threading.Thread(target=self._process.stdout.read, daemon=True)
        self._rest.start()
        self.url = f"https://{ADDRESS}:{self.port}"
        self.page = f"http://{ADDRESS}:{self.port + 1}"
        self.authority = folder / "instance" / "lan" / "ca.pem"

    def password(self, name: str) -> str:
        [found] = re.findall(rf"^\s*{name}\s+(\S+)", self.said, re.MULTILINE)
        return str(found)

    def errors(self) -> str:
        return (self.folder / "errors").read_text()

    def stop(self) -> int:
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(2 * PATIENCE)
        self._rest.join(PATIENCE)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._errors.close()
        return code


def up_to_listening(lines: IO[str]) -> Iterator[str]:
    for line in lines:
        yield line
        if line.startswith("listening on "):
            return


def two_free_ports() -> int:
    """Below those that the system hands out by itself: nobody is given one of them before the server takes it."""
    while True:
        port = random.randrange(20_000, 32_000)
        with suppress(OSError), ExitStack() as both:
            for one in (port, port + 1):
                both.enter_context(socket.create_server((ADDRESS, one)))
            return port


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    served = Network(tmp_path_factory.mktemp("network"))
    yield served
    assert served.stop() == 0
    assert "Traceback" not in served.errors()


@pytest.fixture
def trusting(network: Network, monkeypatch: pytest.MonkeyPatch) -> Network:
    """Everybody in this process trusts the authority, and nobody else, as the phone does after the page."""
    for name in ("REQUESTS_CA_BUNDLE", "WEBSOCKET_CLIENT_CA_BUNDLE"):
        monkeypatch.setenv(name, str(network.authority))
    return network


def test_the_page_hands_out_the_authority_whose_fingerprint_is_in_the_terminal(network: Network) -> None:
    answer = requests.get(f"{network.page}/astrow-network.crt", timeout=PATIENCE)

    assert answer.headers["Content-Type"] == "application/x-x509-ca-cert"
    print_ = hashlib.sha256(answer.content).hexdigest().upper()
    assert ":".join(print_[at : at + 2] for at in range(0, 64, 2)) in network.said
    assert answer.content == ssl.PEM_cert_to_DER_cert(network.authority.read_text())


def test_it_says_what_to_accept_and_hands_out_nothing_else(network: Network) -> None:
    page = requests.get(f"{network.page}/", timeout=PATIENCE)

    assert "Certificate Trust Settings" in page.text
    assert f"{network.url}/mobile/" in page.text
    for path in ("/ca.key", "/../lan/ca.key", "/server.key", "/astrow2fa.sqlite3"):
        assert requests.get(network.page + path, timeout=PATIENCE).status_code == 404


def test_the_chain_holds_for_who_trusts_the_authority_and_for_nobody_else(network: Network) -> None:
    trusting = ssl.create_default_context(cafile=str(network.authority))
    trusting.verify_flags |= ssl.VERIFY_X509_STRICT
    with (
        socket.create_connection((ADDRESS, network.port)) as plain,
        trusting.wrap_socket(plain, server_hostname=ADDRESS) as secured,
    ):
        assert secured.version() == "TLSv1.3"

    with (
        pytest.raises(ssl.SSLCertVerificationError),
        socket.create_connection((ADDRESS, network.port)) as plain,
    ):
        ssl.create_default_context().wrap_socket(plain, server_hostname=ADDRESS)


def test_ok_on_the_phone_lets_the_waiting_browser_in_all_of_it_over_tls(trusting: Network) -> None:
    # Given a phone that is paired, and a browser that waits
    issuers = str(trusting.folder / "instance" / "lan" / "issuers.json")
    house = House(
        trusting.folder, SystemClock(), ASTROW2FA_PUBLIC_URL=trusting.url, ASTROW2FA_LICENCE_KEYS=issuers
    )
    phone = LivePhone(trusting.url, house.phone("anna")).connects()
    browser = LiveBrowser(trusting.url)
    browser.signs_in("anna", trusting.password("anna"))
    browser.connects()
    number = browser.hears()["number"]
    # When
    answer = phone.approves(phone.is_asked()["confirmation"], number=number)
    # Then
    assert answer == {"ok": True, "state": "approved"}
    assert browser.hears()["state"] == "approved"
    browser.collects()
    assert browser.signed_in
    assert all(cookie.secure and cookie.name.startswith("__Host-") for cookie in browser.http.cookies)
    browser.hangs_up()
    phone.hangs_up()
    house.parts.store.close()  # type: ignore[attr-defined]


def test_clients_that_never_finish_their_handshake_hold_up_nobody(trusting: Network) -> None:
    with ExitStack() as open_ones:
        # Given a hundred who say nothing, a hundred who begin, and a hundred who wait with all said
        for said in (b"", b"\x16\x03\x01\x02"):
            for _ in range(MANY):
                client = open_ones.enter_context(socket.create_connection((ADDRESS, trusting.port)))
                client.sendall(said)
        tls = ssl.create_default_context(cafile=str(trusting.authority))
        for _ in range(MANY):
            plain = open_ones.enter_context(socket.create_connection((ADDRESS, trusting.port)))
            open_ones.enter_context(tls.wrap_socket(plain, server_hostname=ADDRESS))
        # Then another is served, before any of them is cut
        assert requests.get(f"{trusting.url}/healthz", timeout=PATIENCE).status_code == 200


def test_who_speaks_no_tls_is_cut_and_the_server_goes_on(trusting: Network) -> None:
    with socket.create_connection((ADDRESS, trusting.port), timeout=PATIENCE) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        try:
            heard = plain.recv(100)
        except ConnectionResetError:
            heard = b""

    # A TLS alert at most: nothing of the product in the clear.
    assert b"HTTP" not in heard
    assert requests.get(f"{trusting.url}/healthz", timeout=PATIENCE).status_code == 200
