"""Namespace /login: a browser hears of its own confirmation and sends nothing.

Registered on the Socket.IO server beneath Flask, whose context (150 µs an event) nothing here needs.
"""

from __future__ import annotations

import logging

import socketio
from socketio.exceptions import ConnectionRefusedError as Refuse

from astrow2fa.ports import Parts
from astrow2fa.ports.store import Unavailable
from astrow2fa.services.sessions import waited_for
from astrow2fa.web import journal
from astrow2fa.web.hub import LOGIN, Hub
from astrow2fa.web.sockets import Environ, from_our_page, limit, session_token

log = logging.getLogger(__name__)


def register(server: socketio.Server, parts: Parts, hub: Hub, *, secure: bool) -> None:
    def connect(sid: str, environ: Environ, _auth: object) -> None:
        # Identity is the cookie alone; `auth` is whatever the client likes and counts for nothing.
        try:
            limit(parts, environ)
            if not from_our_page(environ, parts.public_url):
                raise _refused("bad_origin")
            token = session_token(environ, secure=secure)
            moves = hub.moves
            found = waited_for(parts, token) if token is not None else None
            if found is None:
                raise _refused("no_confirmation")
            _, confirmation, now = found
            hub.wait(sid, confirmation, now, moves)
            journal.socket(LOGIN, "connect", "accepted", confirmation=confirmation.id)
        except Unavailable as error:
            raise _refused("unavailable") from error
        except TypeError as error:
            # python-socketio takes a TypeError for a handler of another shape and would call it once more.
            log.exception("a connect failed")
            raise _refused("internal") from error

    def disconnect(sid: str, _reason: object = None) -> None:
        hub.stop_waiting(sid)

    server.on("connect", connect, namespace=LOGIN)
    server.on("disconnect", disconnect, namespace=LOGIN)


def _refused(code: str) -> Refuse:
    """With its line in the journal. A connect past the limit has none, here as for phones."""
    journal.socket(LOGIN, "connect", code)
    return Refuse(code)
