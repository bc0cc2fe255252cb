"""Sockets that were opened and joined nothing: they are closed in seconds, and there are never many of them.

Not loaded by the package: like all of Socket.IO it comes after the patch.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socketio


class Halfway:
    """Watches Engine.IO sockets until they have joined a namespace, which takes whoever may only milliseconds.

    Engine.IO keeps a socket for as long as it answers pings, whether or not it ever proved anything, and a socket
    that was refused is still open. When there are more than `MOST`, the oldest has to go: under a flood a socket of
    the flood, as those of honest clients are on their way for the shortest time.
    """

    STEP_SECONDS = 0.5
    SECONDS = 8.0
    MOST = 2048

    def __init__(self, server: socketio.Server) -> None:
        self._server = server
        self._sockets = server.eio.sockets
        self._manager = server.manager
        self._open: dict[str, float] = {}
        self._opened: Callable[..., Any] = server.eio.handlers["connect"]
        self._left: Callable[..., Any] = server.manager.disconnect
        server.eio.handlers["connect"] = self._arrive
        server.manager.disconnect = self._leave

    def _arrive(self, eio_sid: str, environ: dict[str, Any]) -> Any:
        self._open[eio_sid] = time.monotonic()
        if len(self._open) > self.MOST:
            self._look(next(iter(self._open)))
        return self._opened(eio_sid, environ)

    def _leave(self, sid: str, namespace: str, **options: Any) -> Any:
        """A socket that left, or was refused, may try again; then it is in the way."""
        eio_sid = self._manager.eio_sid_from_sid(sid, namespace)
        left = self._left(sid, namespace, **options)
        if eio_sid is not None and eio_sid in self._sockets:
            self._open.setdefault(eio_sid, time.monotonic())
        return left

    def tick(self) -> None:
        """Hang up on those whose time is over."""
        over = time.monotonic() - self.SECONDS
        for eio_sid, since in list(self._open.items()):
            if since > over:
                return
            self._look(eio_sid)

    def _look(self, eio_sid: str) -> None:
        self._open.pop(eio_sid, None)
        socket = self._sockets.get(eio_sid)
        if socket is None or self._joined(eio_sid):
            return
        socket.close(wait=False, abort=True)
        self._sockets.pop(eio_sid, None)
        self._server.environ.pop(eio_sid, None)

    def _joined(self, eio_sid: str) -> bool:
        return any(
            self._manager.sid_from_eio_sid(eio_sid, namespace) is not None
            for namespace in self._manager.get_namespaces()
        )
