"""One event to sockets of this process."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping

import socketio
from socketio.packet import EVENT

from astrow2fa.web.packets import StrictPacket

log = logging.getLogger(__name__)


class Sender:
    """Tells sockets what was committed."""

    def __init__(self, server: socketio.Server) -> None:
        self._server = server

    def send(self, namespace: str, sids: Iterable[str], event: str, about: Mapping[str, object]) -> None:
        """To one socket each, past the library's `emit`, which makes ready for rooms, callbacks and several servers.

        What is told is committed: a socket that fails is no failure of the answer, and no reason not to tell others.
        """
        told = StrictPacket(EVENT, [event, about], namespace).encode()
        for sid in sids:
            try:
                for _, socket_id in self._server.manager.get_participants(namespace, sid):
                    self._server.eio.send(socket_id, told)
            except Exception:
                log.exception("a socket was not told")
