"""Namespace /mobile: a phone proves itself at connect, hears of its user's confirmations and answers them.

Registered on the Socket.IO server beneath Flask, whose context nothing here needs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import socketio
from socketio.exceptions import ConnectionRefusedError as Refuse

from astrow2fa import runtime
from astrow2fa.core.confirmation import Act
from astrow2fa.core.errors import Malformed, Refusal
from astrow2fa.ports import Parts
from astrow2fa.ports.store import Unavailable
from astrow2fa.services.answer import answer
from astrow2fa.services.claims import CONNECT, authenticate
from astrow2fa.services.phones import pending
from astrow2fa.web import journal
from astrow2fa.web.errors import facts_of
from astrow2fa.web.hub import MOBILE, Hub, Listening
from astrow2fa.web.sockets import Environ, address_of, from_our_page_or_none, limit

log = logging.getLogger(__name__)

Acknowledgement = dict[str, object]


def register(server: socketio.Server, parts: Parts, hub: Hub) -> None:
    def connect(sid: str, environ: Environ, auth: object) -> None:
        try:
            limit(parts, environ)
            if not from_our_page_or_none(environ, parts.public_url):
                raise _refused("bad_origin")
            assertion = auth.get("assertion") if isinstance(auth, dict) else None
            caller = authenticate(parts, assertion, CONNECT, {})
            hub.listen(sid, Listening(caller.phone.id, caller.account.id, address_of(environ)))
            journal.socket(MOBILE, "connect", "accepted", phone=caller.phone.id)
            runtime.spawn(_tell_pending, parts, hub, sid, caller.account.id)
        except Refusal as refusal:
            # The time a phone with a wrong clock needs is beside the code: Socket.IO passes on what follows it.
            facts = facts_of(refusal, parts.clock.now())
            facts.pop("code")
            journal.socket(MOBILE, "connect", refusal.code)
            raise Refuse(refusal.code, *([facts] if facts else [])) from refusal
        except Unavailable as error:
            raise _refused("unavailable") from error
        except TypeError as error:
            # python-socketio takes a TypeError for a handler of another shape and would call it once more.
            log.exception("a connect failed")
            raise _refused("internal") from error

    def disconnect(sid: str, _reason: object = None) -> None:
        hub.stop_listening(sid)

    def answering(act: Act) -> Callable[..., Acknowledgement]:
        def handler(sid: str, *arguments: object) -> Acknowledgement:
            with journal.act() as about:
                said = _answer(parts, hub, sid, act, arguments)
            phone = hub.phone(sid)
            outcome = str(said.get("code", said.get("state")))
            confirmation, device = about.confirmation, phone.device_id if phone else None
            journal.socket(MOBILE, act.value, outcome, confirmation=confirmation, phone=device)
            return said

        return handler

    server.on("connect", connect, namespace=MOBILE)
    server.on("disconnect", disconnect, namespace=MOBILE)
    server.on("approve", answering(Act.APPROVE), namespace=MOBILE)
    server.on("deny", answering(Act.DENY), namespace=MOBILE)
    server.on("*", lambda *_: {"ok": False, "code": Malformed.code}, namespace=MOBILE)


def _refused(code: str) -> Refuse:
    journal.socket(MOBILE, "connect", code)
    return Refuse(code)


def _tell_pending(parts: Parts, hub: Hub, sid: str, user_id: int) -> None:
    found = pending(parts, user_id)
    for confirmation in found:
        hub.tell_phone(sid, confirmation, len(found) - 1)


def _answer(parts: Parts, hub: Hub, sid: str, act: Act, arguments: tuple[object, ...]) -> Acknowledgement:
    """Whatever the phone sent, the socket lives on and gets an answer."""
    phone = hub.phone(sid)
    try:
        if len(arguments) != 1 or not isinstance(arguments[0], dict):
            raise Malformed("arguments")
        with hub.answering(sid):
            state = answer(parts, arguments[0].get("decision"), phone.address if phone else "", act=act)
    except Refusal as refusal:
        return {"ok": False, **facts_of(refusal, parts.clock.now())}
    except Unavailable:
        return {"ok": False, "code": "unavailable"}
    except Exception:
        log.exception("an answer failed")
        return {"ok": False, "code": "internal"}
    return {"ok": True, "state": state.value}
