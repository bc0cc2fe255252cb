"""TLS without a proxy in front, for trying out in a local network."""

from __future__ import annotations

import ssl
from functools import partial
from typing import TYPE_CHECKING, Any

from astrow2fa.runtime.loop import log

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable


class Listener:
    """A listening socket whose connections speak TLS.

    What it accepts has said nothing yet. The handshake is made when the server asks for the connection's file, in
    the connection's own turn and within its time, so that a client that is silent holds up nobody else. One that
    fails is a connection that is gone: the server takes a TimeoutError as such.
    """

    def __init__(self, listener: socket.socket, context: ssl.SSLContext) -> None:
        self._listener = context.wrap_socket(listener, server_side=True, do_handshake_on_connect=False)
        self.family = listener.family
        self.getsockname = self._listener.getsockname
        self.shutdown = self._listener.shutdown
        self.close = self._listener.close

    def fileno(self) -> int:
        """None that a loop would have to forget: sent away, its connections complain of TLS that is gone."""
        return -1

    def accept(self) -> tuple[ssl.SSLSocket, Any]:
        """The next connection, and where it comes from."""
        client, address = self._listener.accept()
        client.makefile = partial(_greeted, client, client.makefile)  # type: ignore[method-assign]
        return client, address


def _greeted(client: ssl.SSLSocket, makefile: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """The connection's file, once it is known to speak TLS. Nothing happens at the second handshake."""
    try:
        client.do_handshake()
    except OSError as error:
        log.debug("no TLS: %s", error)
        raise TimeoutError from error
    return makefile(*args, **options)
