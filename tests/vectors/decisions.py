"""Decisions: what a phone answers, and what the server says to it."""

from __future__ import annotations

from typing import Any

from tests.vectors.tokens import (
    ASKED,
    DECISION,
    LIFETIME,
    OTHER_PHONE,
    PHONE,
    PROOF,
    URL,
    Json,
    compact,
    ident,
    token,
    with_payload,
    without,
)


def decisions(asked: Json) -> list[Json]:
    """Each alone, as the first thing that happens to its confirmation. `code` null: done, and `state` is the answer."""
    known, new, later = asked["known_browser"], asked["new_browser"], asked["later_version"]

    def claims(of: Json, decision: str = "approve", **more: object) -> Json:
        return {
            "aud": URL,
            "iat": ASKED + 10,
            "jti": of["id"],
            "decision": decision,
            "confirmation_sha256": of["sha256"],
        } | more

    def case(
        name: str,
        jws: str,
        code: str | None,
        state: str | None = None,
        of: str = "known_browser",
        **context: object,
    ) -> Json:
        return {
            "name": name,
            "confirmation": of,
            "now": ASKED + 12,
            "event": "approve",
            "path_id": asked[of]["id"],
            "jws": jws,
            "code": code,
            "state": state,
        } | context

    def by_phone(body: Json | str, **how: Any) -> str:
        return token(DECISION, how.pop("kid", PHONE), body, how.pop("key", "phone"), **how)

    ok = claims(known)
    deny = {"event": "deny"}
    before, after = ASKED - 60, ASKED + LIFETIME + 60
    return [
        case("approve", by_phone(ok), None, "approved"),
        case(
            "approve with the number",
            by_phone(claims(new, number="482913")),
            None,
            "approved",
            of="new_browser",
        ),
        case(
            "approve a later version",
            by_phone(claims(later, number="907155")),
            None,
            "approved",
            of="later_version",
        ),
        case(
            "approve by the user's other phone",
            by_phone(ok, kid=OTHER_PHONE, key="other_phone"),
            None,
            "approved",
        ),
        case("deny", by_phone(claims(known, "deny")), None, "denied", **deny),
        case("deny: it was not me", by_phone(claims(known, "deny", reason="not_me")), None, "denied", **deny),
        case(
            "deny: changed my mind",
            by_phone(claims(known, "deny", reason="changed_mind")),
            None,
            "denied",
            **deny,
        ),
        case(
            "deny without the number", by_phone(claims(new, "deny")), None, "denied", of="new_browser", **deny
        ),
        case(
            "deny an earlier version",
            by_phone(claims(asked["first_version"], "deny")),
            None,
            "denied",
            of="later_version",
            **deny,
        ),
        case("a clock 60 s before the request", by_phone(ok | {"iat": before}), None, "approved"),
        case("a clock 60 s after the deadline", by_phone(ok | {"iat": after}), None, "approved"),
        case("a clock 61 s before the request", by_phone(ok | {"iat": before - 1}), "stale"),
        case("a clock 61 s after the deadline", by_phone(ok | {"iat": after + 1}), "stale"),
        case("at the deadline", by_phone(ok), "expired", now=ASKED + LIFETIME),
        case("without the number", by_phone(claims(new)), "number_required", of="new_browser"),
        case(
            "an earlier version, before the number was required",
            by_phone(claims(asked["first_version"])),
            "number_required",
            of="later_version",
        ),
        case(
            "a wrong number",
            by_phone(claims(new, number="482914")),
            "wrong_number",
            "denied",
            of="new_browser",
        ),
        case(
            "a number that is not a text", by_phone(claims(new, number=482913)), "malformed", of="new_browser"
        ),
        case("signed by another key", by_phone(ok, key="stranger"), "bad_signature"),
        case("an unknown phone", by_phone(ok, kid=ident("stranger"), key="stranger"), "bad_signature"),
        case("its claims were changed", with_payload(by_phone(claims(known, "deny")), ok), "bad_signature"),
        case("no signature", by_phone(ok, header={"alg": "none"}), "bad_signature"),
        case(
            "HS256 with the public key as the secret", by_phone(ok, header={"alg": "HS256"}), "bad_signature"
        ),
        case("a signature in DER", by_phone(ok, der=True), "bad_signature"),
        case("a signature cut short", by_phone(ok)[:-10], "bad_signature"),
        case("a critical extension", by_phone(ok, header={"crit": ["exp"], "exp": 1}), "bad_signature"),
        case(
            "the audience is another server",
            by_phone(ok | {"aud": "https://login.example.org"}),
            "bad_signature",
        ),
        case("another type", token(PROOF, PHONE, ok, "phone"), "malformed"),
        case(
            "the hash of another request", by_phone(ok | {"confirmation_sha256": new["sha256"]}), "malformed"
        ),
        case("the id of another request", by_phone(claims(new, number="482913")), "malformed", event=None),
        case("another event than the decision", by_phone(ok), "malformed", event="deny", path_id=None),
        case("a decision in capitals", by_phone(ok | {"decision": "Approve"}), "malformed"),
        case("no decision", by_phone(without(ok, "decision")), "malformed"),
        case(
            "a reason that does not exist",
            by_phone(claims(known, "deny", reason="why_not")),
            "malformed",
            **deny,
        ),
        case("a time that is a text", by_phone(ok | {"iat": str(ASKED)}), "malformed"),
        case("a time that is a boolean", by_phone(ok | {"iat": True}), "malformed"),
        case("no time", by_phone(without(ok, "iat")), "malformed"),
        case("a member twice", by_phone('{"decision":"deny",' + compact(ok)[1:]), "malformed"),
        case("a fourth part", by_phone(ok) + ".e30", "malformed"),
        case("padded base64", by_phone(ok) + "=", "malformed"),
        case("a line end", by_phone(ok) + "\n", "malformed"),
        case("empty", "", "malformed"),
        case(
            "no such confirmation",
            by_phone(ok | {"jti": ident("nothing")}),
            "unknown_confirmation",
            path_id=ident("nothing"),
        ),
    ]
