"""Tokens for the tests, right ones and wrong ones."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from joserfc.jws import JWSRegistry

from astrow2fa.adapters.compact import decode, encode
from astrow2fa.adapters.signatures import JoseSignatures
from astrow2fa.core.errors import Refusal
from astrow2fa.ports.outside import SigningKey

TYP = "astrow2fa-decision+jwt"
CLAIMS = {"aud": "https://login.example.com", "iat": 1_790_000_000, "decision": "approve"}
ES256 = JWSRegistry(algorithms=["ES256"]).get_alg("ES256")

signatures = JoseSignatures(b"a secret key for the tests, 32 B")
phone = signatures.new_key()
stranger = signatures.new_key()
good = signatures.sign(TYP, CLAIMS, phone)


def signed(payload: str | bytes, key: SigningKey = phone, **members: object) -> str:
    """A rightly signed token around any payload; `members` are put into the header, None takes one out."""
    header = {"alg": "ES256", "typ": TYP, "kid": key.kid} | members
    text = json.dumps({name: value for name, value in header.items() if value is not None})
    return signed_text(text, payload, key)


def signed_text(header: str, payload: str | bytes = b"{}", key: SigningKey = phone) -> str:
    payload = payload.encode() if isinstance(payload, str) else payload
    return signed_parts(encode(header.encode()), encode(payload), key)


def signed_parts(header: str, payload: str, key: SigningKey = phone) -> str:
    text = f"{header}.{payload}"
    return f"{text}.{encode(ES256.sign(text.encode(), key.private))}"


def with_signature(change: Callable[[bytes], bytes]) -> str:
    text, _, signature = good.rpartition(".")
    return f"{text}.{encode(change(decode(signature)))}"


def refused(token: object, refusal: type[Refusal]) -> None:
    """By `verify`, and by `peek` too if what is wrong can be seen before the key is known."""
    with pytest.raises(refusal):
        signatures.verify(token, TYP, phone.public)  # type: ignore[arg-type]  # clients send anything
