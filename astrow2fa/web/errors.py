"""Every error as a page or, for phones, as problem details (RFC 9457). A client never sees what went wrong inside.

What a page says is in web/error_pages.py.
"""

from __future__ import annotations

import logging
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, jsonify, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.routing import RequestRedirect

from astrow2fa.core.errors import Limited, Refusal, WeakPassword
from astrow2fa.ports.store import Unavailable
from astrow2fa.web import doorman
from astrow2fa.web.context import parts, web
from astrow2fa.web.error_pages import page

log = logging.getLogger(__name__)

API = "/mobile/api/"
STATUS = {
    "malformed": 400,
    "bad_signature": 401,
    "stale": 401,
    "replayed": 401,
    "bad_code": 401,
    "wrong_password": 401,
    "device_revoked": 403,
    "not_permitted": 403,
    "not_licensed": 403,
    "unknown_confirmation": 404,
    "already_settled": 409,
    "expired": 410,
    "number_required": 422,
    "wrong_number": 422,
    "weak_password": 422,
    "push_host": 422,
    "limited": 429,
}
TITLES = {
    400: "The request is not well formed.",
    401: "The request is not proven.",
    403: "This is not allowed.",
    404: "There is no such thing here.",
    405: "This method is not offered here.",
    409: "Something else was first.",
    410: "The time for this is over.",
    413: "The request is too large.",
    415: "This content type is not accepted.",
    422: "The request is understood and refused.",
    429: "Too many requests in a short time.",
    503: "The service is not available at the moment.",
}


def install(app: Flask) -> None:
    app.before_request(_redirected)
    app.register_error_handler(Refusal, _refusal)
    app.register_error_handler(Unavailable, _unavailable)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def facts_of(refusal: Refusal, now: float) -> dict[str, object]:
    """What a client is told of a refusal, on HTTP and on sockets alike."""
    facts: dict[str, object] = {"code": refusal.code}
    if refusal.code == "stale":
        facts["server_time"] = int(now)
    if isinstance(refusal, WeakPassword):
        facts["reasons"] = list(refusal.reasons)
    if isinstance(refusal, Limited):
        facts["retry_after"] = refusal.retry_after
    return facts


def _refusal(refusal: Refusal) -> Response:
    status = STATUS[refusal.code]
    if _for_phone():
        response = _problem(status, facts_of(refusal, parts().clock.now()))
    else:
        response = page(status, seconds=refusal.retry_after if isinstance(refusal, Limited) else None)
    if isinstance(refusal, Limited):
        doorman.tell(refusal, response.get_data(as_text=True))
        response.headers["Retry-After"] = str(refusal.retry_after)
    if status == 401 and _for_phone():
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _unavailable(error: Unavailable) -> Response:
    log.error("the database does not answer: %s", error)
    web().metrics.unavailable.inc()
    response = _problem(503, {"code": "unavailable"}) if _for_phone() else page(503)
    response.headers["Retry-After"] = "5"
    return response


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if 300 <= status < 400 or error.response is not None:
        return make_response(error.get_response())
    code = _code(status)
    response = (
        # The protocol has one status for each of its codes: what is too large is malformed, and that is 400.
        _problem(STATUS.get(code, status), {"code": code})
        if _for_phone()
        else page(status, csrf=_is_csrf(error))
    )
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _redirected() -> ResponseReturnValue | None:
    """The router's redirects, to a path alone: it takes the host from a header in which anybody can write anything."""
    found = request.routing_exception
    if not isinstance(found, RequestRedirect):
        return None
    address = urlsplit(found.new_url)
    path = "/" + address.path.lstrip("/")
    return redirect(urlunsplit(("", "", path, address.query, "")), found.code)


def _unexpected(error: Exception) -> Response:
    log.error("an unexpected error", exc_info=error)
    return _http(InternalServerError())


def _is_csrf(error: HTTPException) -> bool:
    return isinstance(error, CSRFError)


def _for_phone() -> bool:
    return request.path.startswith(API)


def _code(status: int) -> str:
    codes = {
        404: "not_found",
        405: "method_not_allowed",
        429: "limited",
        503: "unavailable",
        403: "not_permitted",
    }
    return codes.get(status, "malformed" if status < 500 else "internal")


def _problem(status: int, facts: dict[str, object]) -> Response:
    title = TITLES.get(status, "Something went wrong on our side.")
    response = jsonify({"type": "about:blank", "title": title, "status": status, **facts})
    response.status_code = status
    response.content_type = "application/problem+json"
    return response
