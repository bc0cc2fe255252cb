"""Namespace /admin: whoever may look at everybody's sign-ins hears how their page stands now, and sends nothing.

Registered beneath Flask, as /login is: identity is the session cookie alone. What comes along with the connect only
says which page is looked at; both take the same permission.
"""

from __future__ import annotations

import logging

import socketio
from socketio.exceptions import ConnectionRefusedError as Refuse

from astrow2fa.ports import Parts
from astrow2fa.ports.store import Unavailable
from astrow2fa.services import waiting_room
from astrow2fa.services.tokens import token_hash
from astrow2fa.web import journal
from astrow2fa.web.board import ADMIN, Board, Page
from astrow2fa.web.sockets import Environ, from_our_page, limit, session_token

log = logging.getLogger(__name__)


def register(server: socketio.Server, parts: Parts, board: Board, *, secure: bool) -> None:
    def connect(sid: str, environ: Environ, auth: object) -> None:
        try:
            limit(parts, environ)
            if not from_our_page(environ, parts.public_url):
                raise Refuse("bad_origin")
            token = session_token(environ, secure=secure)
            hashed = token_hash(token) if token is not None else ""
            if hashed not in waiting_room.lookers(parts, [hashed]).may:
                raise Refuse("not_permitted")
            board.join(sid, hashed, _page_in(auth))
            journal.socket(ADMIN, "connect", "accepted")
        except Unavailable as error:
            raise Refuse("unavailable") from error
        except TypeError as error:
            # python-socketio takes a TypeError for a handler of another shape and would call it once more.
            log.exception("a connect failed")
            raise Refuse("internal") from error

    def disconnect(sid: str, _reason: object = None) -> None:
        board.leave(sid)

    server.on("connect", connect, namespace=ADMIN)
    server.on("disconnect", disconnect, namespace=ADMIN)


def _page_in(auth: object) -> Page:
    named = auth.get("page") if isinstance(auth, dict) else None
    return Page.OVERVIEW if named == Page.OVERVIEW.value else Page.SIGN_INS
