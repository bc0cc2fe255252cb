"""HTTP/2 to push services that speak nothing else (RFC 9113): many connections, and on each one request at a time.

httpcore would put everything on one connection. There one request that is never answered ends all the others when its
time is over, and the answers of the others make its time begin anew; and its streams are not safe with real threads.
Here a phone's request is as much on its own as over HTTP/1.1.
"""

from __future__ import annotations

import ssl
import time

import httpcore

from astrow2fa import runtime
from astrow2fa.adapters.push import network
from astrow2fa.adapters.push.hosts import PushHosts
from astrow2fa.adapters.push.network import Checked, Patience


class _Whole(Patience):
    """For the whole request: in HTTP/2 something is sent after everything that comes."""

    def __init__(self) -> None:
        super().__init__()
        self._stream: httpcore.NetworkStream | None = None

    def opened(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    @property
    def something_came(self) -> bool:
        return self._stream is not None and bool(self._stream.get_extra_info("is_readable"))

    def sent(self) -> None:
        """Nothing changes."""

    def begin(self) -> None:
        self.until = time.monotonic() + network.CONNECT_SECONDS + network.ANSWER_SECONDS


class _OneAtATime(httpcore.HTTPConnection):
    """Available when nothing is under way, as a connection of HTTP/1.1 is."""

    def __init__(self, origin: httpcore.Origin, hosts: PushHosts, trust: ssl.SSLContext) -> None:
        self._patience = _Whole()
        super().__init__(
            origin,
            ssl_context=trust,
            keepalive_expiry=network.KEPT_SECONDS,
            http1=False,
            http2=True,
            network_backend=Checked(hosts, lambda: self._patience),
        )
        self._lock = runtime.lock()
        self._used = self._beginning = False

    def is_available(self) -> bool:
        return super().is_available() and not self._beginning and self.is_idle()

    def has_expired(self) -> bool:
        """Also when something came while nobody asked, which httpcore does not look at in HTTP/2: most likely it was
        the end. A connection too many costs less than a wake-up that has to be tried again.
        """
        return super().has_expired() or (self.is_idle() and self._patience.something_came)

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        """Raises ConnectionNotAvailable when another was faster; the pool finds a place elsewhere then."""
        with self._lock:
            if self._beginning or (self._used and not self.is_idle()):
                raise httpcore.ConnectionNotAvailable
            self._used = self._beginning = True
        self._patience.begin()
        try:
            return super().handle_request(request)
        finally:
            self._beginning = False


class _Pool(httpcore.ConnectionPool):
    def __init__(self, hosts: PushHosts, trust: ssl.SSLContext) -> None:
        super().__init__(
            max_connections=network.MOST_CONNECTIONS, max_keepalive_connections=network.KEPT_CONNECTIONS
        )
        self._hosts = hosts
        self._trust = trust

    def create_connection(self, origin: httpcore.Origin) -> httpcore.ConnectionInterface:
        return _OneAtATime(origin, self._hosts, self._trust)


def http2(hosts: PushHosts, trust: ssl.SSLContext | None = None) -> httpcore.ConnectionPool:
    """Connections that speak HTTP/2. `trust` replaces the system's in tests."""
    return _Pool(hosts, trust or ssl.create_default_context())
