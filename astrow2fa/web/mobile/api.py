"""The phone API, `/mobile/api/v1`. A call is proven by a signed proof in the Authorization header, or is a decision."""

from __future__ import annotations

import base64
import hashlib

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from astrow2fa.core.errors import BadSignature, Malformed
from astrow2fa.services import disown, passwords, phones, push, sessions, trace
from astrow2fa.services.answer import answer
from astrow2fa.services.claims import PROOF, Caller, authenticate
from astrow2fa.services.keys import server_keys_token
from astrow2fa.services.pairing import NewPhone, accept_invitation
from astrow2fa.services.pairing import pair as enrol
from astrow2fa.web.context import parts
from astrow2fa.web.mobile.bodies import json_body, label, one_of, text
from astrow2fa.web.mobile.shapes import me_shape, silence, user_shape

blueprint = Blueprint("mobile_api", __name__, url_prefix="/mobile/api/v1")

SCHEME = "Bearer "


def caller() -> Caller:
    """The phone that proves this call: method, path and body are what it signed. Raises the refusals of a proof."""
    header = request.headers.get("Authorization", "")
    if not header.startswith(SCHEME):
        raise BadSignature("Authorization")
    expected: dict[str, object] = {"htm": request.method, "htu": request.path}
    body = request.get_data()
    hashed = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
    if body:
        expected["bsha"] = hashed
    return authenticate(parts(), header.removeprefix(SCHEME).strip(), PROOF, expected, may={"bsha": hashed})


@blueprint.post("/pair")
def pair() -> ResponseReturnValue:
    body = json_body()
    typed = "username" in body or "password" in body
    new = NewPhone(
        code=text(body, "code", 64),
        public_key=parts().signatures.public_jwk(body.get("public_key")),
        name=label(body, "name"),
        platform=label(body, "platform"),
        storage=one_of(body, "storage", ("persisted", "best-effort")),
        username=text(body, "username") if typed else None,
        password=text(body, "password") if typed else None,
    )
    paired = enrol(parts(), new, _address())
    answer = {
        "device_id": paired.device_id,
        "user": user_shape(paired.account),
        "server_key": {**paired.server_key.jwk, "kid": paired.server_key.kid},
        "push_key": parts().push_key,
    }
    return jsonify(answer), 201


@blueprint.post("/invitations")
def invitations() -> ResponseReturnValue:
    body = json_body()
    issued = accept_invitation(
        parts(), text(body, "code", 64), text(body, "username"), text(body, "password"), _address()
    )
    return jsonify({"code": issued.typed})


@blueprint.get("/me")
def me() -> ResponseReturnValue:
    phone = caller()
    overview = phones.overview(parts(), phone.account.id)
    if overview is None:
        raise NotFound
    subscribed = phone.phone.id in push.subscribed(parts(), phone.account.id)
    return jsonify(
        {
            **me_shape(overview, phone.phone.id),
            "push_key": parts().push_key,
            "push": {"subscribed": subscribed},
        }
    )


@blueprint.get("/server-keys")
def server_keys() -> ResponseReturnValue:
    return server_keys_token(parts(), caller()), 200, {"Content-Type": "application/jose"}


@blueprint.get("/confirmations")
def confirmations() -> ResponseReturnValue:
    account = caller().account
    pending = phones.pending(parts(), account.id)
    return jsonify(
        {
            "confirmations": [
                {"confirmation": c.request, "quiet": c.quiet, "others_pending": len(pending) - 1}
                for c in pending
            ],
            "silence": silence(account, parts().clock.now()),
        }
    )


@blueprint.post("/confirmations/<confirmation_id>/decision")
def decide(confirmation_id: str) -> ResponseReturnValue:
    try:
        jws = request.get_data().decode("ascii")
    except UnicodeDecodeError as error:
        raise Malformed("body") from error
    state = answer(parts(), jws, _address(), confirmation_id=confirmation_id)
    return jsonify({"state": state.value})


@blueprint.post("/confirmations/<confirmation_id>/seen")
def seen(confirmation_id: str) -> ResponseReturnValue:
    phone = caller()
    trace.seen(parts(), phone, confirmation_id, json_body().get("what"))
    return "", 204


@blueprint.put("/push-subscription")
def subscribe() -> ResponseReturnValue:
    phone = caller()
    push.subscribe(parts(), phone, json_body())
    return "", 204


@blueprint.delete("/push-subscription")
def unsubscribe() -> ResponseReturnValue:
    push.unsubscribe(parts(), caller())
    return "", 204


@blueprint.post("/phones/<device_id>/test")
def try_out(device_id: str) -> ResponseReturnValue:
    if not push.try_out(parts(), caller().account.id, device_id):
        raise NotFound
    return "", 202


@blueprint.post("/sign-ins/<confirmation_id>/not-me")
def not_me(confirmation_id: str) -> ResponseReturnValue:
    phone = caller()
    state = disown.sign_in(parts(), phone.account.id, confirmation_id, device_id=phone.phone.id)
    return jsonify({"state": state.value})


@blueprint.post("/sessions/<session_id>/not-me")
def not_my_session(session_id: str) -> ResponseReturnValue:
    phone = caller()
    return _done(disown.session(parts(), phone.account.id, session_id, device_id=phone.phone.id))


@blueprint.post("/browsers/<browser_id>/not-me")
def not_my_browser(browser_id: str) -> ResponseReturnValue:
    phone = caller()
    return _done(disown.browser(parts(), phone.account.id, browser_id, device_id=phone.phone.id))


@blueprint.post("/password")
def change_password() -> ResponseReturnValue:
    phone, body = caller(), json_body()
    passwords.change_password(
        parts(),
        phone.account.id,
        text(body, "current_password"),
        text(body, "new_password"),
        device_id=phone.phone.id,
    )
    return "", 204


@blueprint.delete("/device")
def unpair() -> ResponseReturnValue:
    phone = caller()
    phones.revoke(parts(), phone.account.id, phone.phone.id, by_device=phone.phone.id)
    return "", 204


@blueprint.delete("/phones/<device_id>")
def revoke_phone(device_id: str) -> ResponseReturnValue:
    phone = caller()
    if device_id == phone.phone.id:
        revoked = phones.revoke(parts(), phone.account.id, device_id, by_device=device_id)
    else:
        password = text(json_body(), "current_password")
        revoked = phones.revoke_other(parts(), phone, device_id, password)
    return _done(revoked)


@blueprint.put("/phones/<device_id>")
def rename_phone(device_id: str) -> ResponseReturnValue:
    user_id = caller().account.id
    return _done(phones.rename(parts(), user_id, device_id, label(json_body(), "name")))


@blueprint.delete("/sessions/<session_id>")
def end_session(session_id: str) -> ResponseReturnValue:
    phone = caller()
    return _done(sessions.end(parts(), phone.account.id, session_id, device_id=phone.phone.id))


@blueprint.delete("/browsers/<browser_id>")
def forget_browser(browser_id: str) -> ResponseReturnValue:
    return _done(phones.forget_browser(parts(), caller().account.id, browser_id))


def _done(found: bool) -> ResponseReturnValue:
    if not found:
        raise NotFound
    return "", 204


def _address() -> str:
    return request.remote_addr or ""
