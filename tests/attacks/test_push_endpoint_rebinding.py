"""DNS that changes its mind, services that redirect, drip or pour: over real TLS, to a server of the test's own."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from astrow2fa.adapters.push import network
from astrow2fa.adapters.push.hosts import PushHosts
from astrow2fa.adapters.push.network import Network, NoAnswer, http1
from tests.support.authority import Authority

NAME = "push.example.net"
OUTSIDE = "93.184.216.34"


class Server:
    """Answers each connection's first request with `answer`, byte by byte where it is told to drip."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.answer = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
        self.requests: list[bytes] = []
        self.names: list[str | None] = []
        self.drips = False
        self.stop = threading.Event()
        context.sni_callback = lambda _socket, name, _context: self.names.append(name)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._context = context
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            with plain:
                plain.settimeout(5)
                try:
                    with self._context.wrap_socket(plain, server_side=True) as client:
                        self.requests.append(_request(client))
                        self._say(client)
                except OSError:
                    continue

    def _say(self, client: ssl.SSLSocket) -> None:
        if not self.drips:
            client.sendall(self.answer)
            return
        while not self.stop.wait(0.01):
            client.sendall(b"x")

    def close(self) -> None:
        self.stop.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


def _request(client: ssl.SSLSocket) -> bytes:
    """Head and body; they may come one after the other."""
    found = b""
    while b"\r\n\r\n" not in found:
        found += client.recv(65536)
    head, _, body = found.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
    while len(body) < length:
        body += client.recv(65536)
    return head


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def server(authority: Authority) -> Iterator[Server]:
    server = Server(authority.server(NAME))
    yield server
    server.close()


class Dns:
    """Answers what it is told to, and remembers how often it was asked."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return [self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]]


@pytest.fixture
def opened() -> Iterator[list[Network]]:
    networks: list[Network] = []
    yield networks
    for one in networks:
        one.close()


def to(
    server: Server, authority: Authority, dns: Dns, opened: list[Network], *, private: bool = True
) -> Network:
    entry = f"{NAME}:{server.port}" + ("=private" if private else "")
    opened.append(Network(http1(PushHosts([entry], dns), authority.trust)))
    return opened[-1]


def test_the_connection_goes_to_the_checked_address_by_the_services_name(
    server: Server, authority: Authority, opened: list[Network]
) -> None:
    answer = to(server, authority, Dns("127.0.0.1"), opened).post(
        f"https://{NAME}:{server.port}/wake", {"TTL": "1"}, b"body"
    )

    assert answer.status == 201
    assert server.names == [NAME]
    assert f"Host: {NAME}:{server.port}".encode() in server.requests[0]


def test_a_name_that_leads_inside_is_not_called(
    server: Server, authority: Authority, opened: list[Network]
) -> None:
    with pytest.raises(NoAnswer, match="must not be spoken to"):
        to(server, authority, Dns("127.0.0.1"), opened, private=False).post(
            f"https://{NAME}:{server.port}/wake", {}, b""
        )

    assert server.requests == []


def test_dns_that_changes_its_mind_leads_nowhere_else(
    server: Server, authority: Authority, opened: list[Network]
) -> None:
    # Given a name that resolves to the open internet when it is looked at first
    dns = Dns(OUTSIDE, "127.0.0.1")
    hosts = PushHosts([f"{NAME}:{server.port}"], dns)
    assert hosts.addresses(NAME, server.port) == [OUTSIDE]
    opened.append(Network(http1(hosts, authority.trust)))
    # When it has become an address inside by the time something is sent
    with pytest.raises(NoAnswer, match="must not be spoken to"):
        opened[-1].post(f"https://{NAME}:{server.port}/wake", {}, b"")
    # Then it was looked at again, and nobody was called
    assert dns.asked == 2
    assert server.requests == []


def test_a_certificate_for_another_name_is_refused(
    server: Server, authority: Authority, opened: list[Network]
) -> None:
    hosts = PushHosts([f"other.example:{server.port}=private"], Dns("127.0.0.1"))
    opened.append(Network(http1(hosts, authority.trust)))

    with pytest.raises(NoAnswer):
        opened[-1].post(f"https://other.example:{server.port}/wake", {"Authorization": "vapid t=secret"}, b"")

    assert server.requests == []


def test_a_certificate_of_nobody_known_is_refused(
    server: Server, tmp_path: Path, opened: list[Network]
) -> None:
    stranger = Authority(tmp_path)

    with pytest.raises(NoAnswer):
        to(server, stranger, Dns("127.0.0.1"), opened).post(f"https://{NAME}:{server.port}/wake", {}, b"")

    assert server.requests == []


def test_a_redirect_is_an_answer_and_nothing_more(
    server: Server, authority: Authority, opened: list[Network]
) -> None:
    server.answer = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    dns = Dns("127.0.0.1")

    answer = to(server, authority, dns, opened).post(f"https://{NAME}:{server.port}/wake", {}, b"")

    assert answer.status == 302
    assert (len(server.requests), dns.asked) == (1, 1)


def test_an_answer_without_end_is_not_read(
    server: Server, authority: Authority, opened: list[Network]
) -> None:
    server.answer = b"HTTP/1.1 500 No\r\nContent-Length: 50000000\r\n\r\n" + b"x" * 100_000

    answer = to(server, authority, Dns("127.0.0.1"), opened).post(
        f"https://{NAME}:{server.port}/wake", {}, b""
    )

    assert len(answer.body) == network.LARGEST_ANSWER


def test_an_answer_that_drips_is_left(
    server: Server, authority: Authority, opened: list[Network], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "ANSWER_SECONDS", 0.1)
    server.drips = True

    with pytest.raises(NoAnswer):
        to(server, authority, Dns("127.0.0.1"), opened).post(f"https://{NAME}:{server.port}/wake", {}, b"")


def test_proxies_of_the_environment_are_not_used(
    server: Server, authority: Authority, opened: list[Network], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    answer = to(server, authority, Dns("127.0.0.1"), opened).post(
        f"https://{NAME}:{server.port}/wake", {}, b""
    )

    assert answer.status == 201
