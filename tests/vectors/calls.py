"""Proofs and connect assertions: how a phone shows who it is."""

from __future__ import annotations

from typing import Any

from tests.vectors.tokens import (
    ASKED,
    CONNECT,
    PHONE,
    PROOF,
    URL,
    Json,
    compact,
    ident,
    sha256,
    token,
    without,
)


def proofs() -> list[Json]:
    """In their order: a proof that was taken is spent. `body` is the text of the request's body, or null."""
    body = compact({"current_password": "Rain-on-Sunday7", "new_password": "Snow-on-Monday8"})
    base = {"aud": URL, "htm": "GET", "htu": "/mobile/api/v1/me", "iat": ASKED}

    def case(name: str, jws: str, code: str | None, now: int = ASKED + 1, **call: Any) -> Json:
        call = {"method": "GET", "path": "/mobile/api/v1/me", "body": None} | call
        return {"name": name, "now": now, **call, "proof": jws, "code": code}

    def by_phone(name: str, leave: str = "", kid: str = PHONE, key: str = "phone", **more: object) -> str:
        return token(PROOF, kid, without(base | {"jti": ident(f"proof {name}")} | more, leave), key)

    post: Json = {"method": "POST", "path": "/mobile/api/v1/password", "body": body}
    to_post = {"htm": "POST", "htu": "/mobile/api/v1/password"}
    once = by_phone("get")
    return [
        case("get", once, None),
        case("the same proof again", once, "replayed"),
        case("a body and its hash", by_phone("post", **to_post, bsha=sha256(body)), None, **post),
        case("60 s old", by_phone("late"), None, ASKED + 60),
        case("60 s ahead", by_phone("early"), None, ASKED - 60),
        case("61 s old", by_phone("too late"), "stale", ASKED + 61),
        case("61 s ahead", by_phone("too early"), "stale", ASKED - 61),
        case("another method", by_phone("method", htm="DELETE"), "bad_signature"),
        case("another path", by_phone("path", htu="/mobile/api/v1/device"), "bad_signature"),
        case(
            "the address instead of its path", by_phone("url", htu=f"{URL}/mobile/api/v1/me"), "bad_signature"
        ),
        case("another server", by_phone("aud", aud="https://login.example.org"), "bad_signature"),
        case(
            "the hash of another body",
            by_phone("bsha", **to_post, bsha=sha256(body + " ")),
            "bad_signature",
            **post,
        ),
        case("a body without its hash", by_phone("no bsha", **to_post), "bad_signature", **post),
        case("another key", by_phone("key", key="stranger"), "bad_signature"),
        case("an unknown phone", by_phone("kid", kid=ident("stranger"), key="stranger"), "bad_signature"),
        case("another type", token(CONNECT, PHONE, base | {"jti": ident("proof typ")}, "phone"), "malformed"),
        case("no id of its own", by_phone("no jti", leave="jti"), "malformed"),
        case("no time", by_phone("no iat", leave="iat"), "malformed"),
        case("a time that is a text", by_phone("iat", iat=str(ASKED)), "malformed"),
    ]


def connects() -> list[Json]:
    base = {"aud": URL, "iat": ASKED}

    def case(name: str, jws: str, code: str | None, now: int = ASKED + 1) -> Json:
        return {"name": name, "now": now, "assertion": jws, "code": code}

    def by_phone(name: str, leave: str = "", kid: str = PHONE, key: str = "phone", **more: object) -> str:
        return token(CONNECT, kid, without(base | {"jti": ident(f"connect {name}")} | more, leave), key)

    once = by_phone("good")
    return [
        case("good", once, None),
        case("the same assertion again", once, "replayed"),
        case("60 s old", by_phone("late"), None, ASKED + 60),
        case("61 s old", by_phone("too late"), "stale", ASKED + 61),
        case("61 s ahead", by_phone("too early"), "stale", ASKED - 61),
        case("another server", by_phone("aud", aud="https://login.example.org"), "bad_signature"),
        case("another key", by_phone("key", key="stranger"), "bad_signature"),
        case("an unknown phone", by_phone("kid", kid=ident("stranger"), key="stranger"), "bad_signature"),
        case("another type", token(PROOF, PHONE, base | {"jti": ident("connect typ")}, "phone"), "malformed"),
        case("no id of its own", by_phone("no jti", leave="jti"), "malformed"),
        case("no time", by_phone("no iat", leave="iat"), "malformed"),
    ]
