"""HTTP to push services: only to addresses that were looked at, never elsewhere, and never for long.

httpcore, because it has the one seam that this needs: who opens the connection. The URL keeps the service's name, so
TLS asks for it and checks the certificate against it, and only the connection itself goes to the checked address. It
follows no redirects and reads no proxies from the environment. A connection that stays open stays where it was.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpcore
from h2.exceptions import H2Error

from astrow2fa.adapters.push.hosts import PushHosts, Unresolved

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 10.0
"""From the last byte sent to the last byte read, however slowly they drip."""
LARGEST_ANSWER = 4096
MOST_CONNECTIONS = 256
KEPT_CONNECTIONS = 32
KEPT_SECONDS = 30.0

_TIMEOUTS = {
    "connect": CONNECT_SECONDS,
    "read": ANSWER_SECONDS,
    "write": ANSWER_SECONDS,
    "pool": CONNECT_SECONDS,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service said. Names of headers in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NoAnswer(Exception):
    """None came, or it was none. `maybe`: the request may have arrived."""

    def __init__(self, why: str, *, maybe: bool) -> None:
        super().__init__(why)
        self.maybe = maybe


class Patience:
    """How long an answer may take, however slowly it drips: counted from when the request has gone out."""

    def __init__(self) -> None:
        self.until = 0.0

    def opened(self, stream: httpcore.NetworkStream) -> None:
        """The connection that it is for, and once more when that has become a secure one."""

    def sent(self) -> None:
        """Something has just been sent."""
        self.until = time.monotonic() + ANSWER_SECONDS


class _Stream(httpcore.NetworkStream):
    """A connection with an end to its patience."""

    def __init__(self, inner: httpcore.NetworkStream, patience: Patience) -> None:
        self._inner = inner
        self._patience = patience
        patience.opened(self)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = self._patience.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the answer takes too long")
        return self._inner.read(max_bytes, min(left, timeout or left))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout)
        self._patience.sent()

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout), self._patience)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class Checked(httpcore.NetworkBackend):
    """Opens connections to what the operator's list permits. Each has the patience that `patience` makes for it."""

    def __init__(self, hosts: PushHosts, patience: Callable[[], Patience] = Patience) -> None:
        self._hosts = hosts
        self._patience = patience
        self._system = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = self._hosts.addresses(host, port)
        except Unresolved as error:
            raise httpcore.ConnectError(str(error)) from error
        until = time.monotonic() + (timeout or CONNECT_SECONDS)
        failure: Exception = httpcore.ConnectError("no address")
        for address in addresses:
            left = until - time.monotonic()
            if left <= 0:
                break
            try:
                opened = self._system.connect_tcp(address, port, left, local_address, socket_options)
                return _Stream(opened, self._patience())
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


@cache
def _systems() -> ssl.SSLContext:
    """Made once: reading the certificates of the system takes 20 ms.

    For HTTP/1.1 alone: what a connection offers (ALPN) is written into it.
    """
    return ssl.create_default_context()


def http1(hosts: PushHosts, trust: ssl.SSLContext | None = None) -> httpcore.ConnectionPool:
    """Connections that speak HTTP/1.1. `trust` replaces the system's in tests."""
    return httpcore.ConnectionPool(
        ssl_context=trust or _systems(),
        max_connections=MOST_CONNECTIONS,
        max_keepalive_connections=KEPT_CONNECTIONS,
        keepalive_expiry=KEPT_SECONDS,
        network_backend=Checked(hosts),
    )


class Network:
    """Posts to push services. May be used by many at once."""

    def __init__(self, pool: httpcore.ConnectionPool) -> None:
        self._pool = pool

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Raises NoAnswer."""
        sent = [(name.encode(), value.encode()) for name, value in headers.items()]
        try:
            with self._pool.stream(
                "POST", url, headers=sent, content=body, extensions={"timeout": _TIMEOUTS}
            ) as response:
                said = {name.decode().lower(): value.decode("latin-1") for name, value in response.headers}
                return Answer(response.status, said, _beginning(response))
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout) as error:
            raise NoAnswer(f"not reached: {str(error) or type(error).__name__}", maybe=False) from error
        except (httpcore.TimeoutException, httpcore.NetworkError) as error:
            raise NoAnswer(f"no answer: {str(error) or type(error).__name__}", maybe=True) from error
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, H2Error, OSError) as error:
            raise NoAnswer(f"not an answer: {type(error).__name__}", maybe=True) from error

    def close(self) -> None:
        self._pool.close()


def _beginning(response: httpcore.Response) -> bytes:
    """The first bytes of a body; of a longer one the rest is not read, and the connection is not used again."""
    found = b""
    for part in response.iter_stream():
        found += part
        if len(found) > LARGEST_ANSWER:
            break
    return found[:LARGEST_ANSWER]
