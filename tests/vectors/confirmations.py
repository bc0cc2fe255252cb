"""Confirmations: what a phone is shown, and what it must not show."""

from __future__ import annotations

from typing import Any

from tests.vectors.tokens import (
    ASKED,
    CONFIRMATION,
    DECISION,
    KID,
    LIFETIME,
    URL,
    Json,
    ident,
    sha256,
    token,
    with_payload,
    without,
)


def request(name: str, *, known: bool, number: bool, purpose: str = "sign_in", **more: object) -> Json:
    return {
        "iss": URL,
        "jti": ident(name),
        "iat": ASKED,
        "exp": ASKED + LIFETIME,
        "sub": "42",
        "username": "ada",
        "app": "Astrow Web",
        "purpose": purpose,
        "browser": {
            "ip": "203.0.113.7",
            "place": "Wien, Österreich",
            "name": "Firefox 142",
            "os": "Windows",
            "known": known,
        },
        "number_required": number,
    } | more


def confirmation(claims: Json, number: str | None = None, **how: Any) -> Json:
    jws = token(CONFIRMATION, KID["server"], claims, "server", **how)
    return {"id": claims["jti"], "jws": jws, "sha256": sha256(jws), "claims": claims, "number": number}


def confirmations() -> Json:
    """What a phone is shown. `later_version` is `first_version` signed anew because its number became required."""
    return {
        "known_browser": confirmation(request("known browser", known=True, number=False)),
        "new_browser": confirmation(request("new browser", known=False, number=True), "482913"),
        "confirm": confirmation(request("confirm", known=True, number=False, purpose="confirm")),
        "pair": confirmation(request("pair", known=False, number=True, purpose="pair"), "000042"),
        "first_version": confirmation(request("two versions", known=True, number=False)),
        "later_version": confirmation(request("two versions", known=True, number=True), "907155"),
    }


def refused_confirmations() -> list[Json]:
    good = request("known browser", known=True, number=False)
    kid = KID["server"]

    def case(name: str, jws: str, now: int = ASKED + 5) -> Json:
        return {"name": name, "now": now, "jws": jws}

    changed = good | {"username": "eve"}
    return [
        case("signed by a key that is not pinned", token(CONFIRMATION, KID["stranger"], good, "stranger")),
        case("signed by another key under the pinned kid", token(CONFIRMATION, kid, good, "stranger")),
        case("its claims were changed", with_payload(token(CONFIRMATION, kid, good, "server"), changed)),
        case("no signature", token(CONFIRMATION, kid, good, "server", header={"alg": "none"})),
        case(
            "HS256 with the public key as the secret",
            token(CONFIRMATION, kid, good, "server", header={"alg": "HS256"}),
        ),
        case("another type", token(DECISION, kid, good, "server")),
        case(
            "of another server",
            token(CONFIRMATION, kid, good | {"iss": "https://login.example.org"}, "server"),
        ),
        case("its time is over", token(CONFIRMATION, kid, good, "server"), ASKED + LIFETIME),
        case("without a deadline", token(CONFIRMATION, kid, without(good, "exp"), "server")),
        case("without an id", token(CONFIRMATION, kid, without(good, "jti"), "server")),
        case(
            "number_required is not a boolean",
            token(CONFIRMATION, kid, good | {"number_required": "no"}, "server"),
        ),
        case("an unknown purpose", token(CONFIRMATION, kid, good | {"purpose": "transfer"}, "server")),
    ]
