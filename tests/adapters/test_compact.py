"""A token has one spelling, and its JSON holds no surprises."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis.strategies import binary, from_regex, text

from astrow2fa.adapters.compact import decode, encode
from astrow2fa.core.errors import BadSignature, Malformed
from tests.adapters.tokens import (
    TYP,
    good,
    phone,
    refused,
    signatures,
    signed,
    signed_parts,
    signed_text,
)


@pytest.mark.parametrize("part", [0, 1, 2])
@pytest.mark.parametrize("change", ["{}=", "{}==", " {}", "{}\n", "{}+", "{}/", "{}é", "{}\0", "{}%3D"])
def test_signs_that_are_not_base64url_are_refused_in_every_part(part: int, change: str) -> None:
    parts = good.split(".")
    parts[part] = change.format(parts[part])
    refused(".".join(parts), Malformed)


def test_left_over_bits_at_the_end_are_refused() -> None:
    text, _, signature = good.rpartition(".")
    assert signature[-1] in "AQgw", "64 bytes leave four bits over, which are zero"
    refused(f"{text}.{signature[:-1]}{chr(ord(signature[-1]) + 1)}", BadSignature)
    refused(signed_parts(encode(b'{"alg":"ES256"}'), "e31"), Malformed)
    with pytest.raises(Malformed):
        decode("e31")  # {} is spelled e30


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "...",
        "a",
        "a.b",
        "a.b.c",
        good + ".",
        "." + good,
        good + "." + good,
        good.replace(".", "", 1),
    ],
)
def test_anything_but_three_parts_is_refused(token: str) -> None:
    refused(token, Malformed)


@pytest.mark.parametrize(
    "token", [None, 1, 1.5, True, b"", good.encode(), [], [good], {}, {"decision": good}, object()]
)
def test_anything_but_a_text_is_refused(token: object) -> None:
    refused(token, Malformed)
    with pytest.raises(Malformed):
        signatures.peek(token, TYP)


def test_a_huge_token_is_refused() -> None:
    refused(good + "A" * 1_000_000, Malformed)
    refused(signed(json.dumps({"padding": "x" * 16_384})), Malformed)
    assert signatures.verify(signed(json.dumps({"padding": "x" * 11_000})), TYP, phone.public)


@pytest.mark.parametrize("count", [65, 1_000, 6_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_deep_nesting_is_refused(count: int, opening: str, closing: str) -> None:
    deep = (opening * count + "1" + closing * count)[:12_000]
    refused(signed(f'{{"deep":{deep}}}' if len(deep) < 11_000 else deep), Malformed)
    refused(signed_text(deep), Malformed)


@pytest.mark.parametrize(
    "payload",
    [
        "", "null", "[]", "1", '"text"', "true", "{", "{} {}", "{}x", '{"a":1,}', "{'a':1}", "\ufeff{}",
        '{"iat":1,"iat":2}', '{"a":{"b":1,"b":1}}', '{"a":NaN}', '{"a":Infinity}', '{"a":-Infinity}', '{"a":1e999}',
        '{"a":9007199254740992}', '{"a":-9007199254740992}', '{"a":' + "9" * 5_000 + "}", '{"a":"\\ud800"}',
        '{"\\udfff":1}', '{"a":["\\u0000"]}', '{"a":"\0"}', '{"a":"\n"}', b"\xff\xfe{\0}\0", b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
    ],
)  # fmt: skip
def test_a_payload_that_is_no_plain_json_object_is_refused(payload: str | bytes) -> None:
    if payload:
        refused(signed(payload), Malformed)
    else:
        refused(signed_parts(good.split(".")[0], ""), Malformed)


@pytest.mark.parametrize("header", ["[]", "null", '"ES256"', "{", '{"alg":"none","alg":"ES256"}', "1"])
def test_a_header_that_is_no_plain_json_object_is_refused(header: str) -> None:
    refused(signed_text(header), Malformed)


def test_a_member_of_the_header_given_twice_is_refused_whatever_it_is() -> None:
    for twice in ("alg", "typ", "kid"):
        members = {"alg": "ES256", "typ": TYP, "kid": phone.kid}
        pairs = [*members.items(), (twice, members[twice])]
        refused(signed_text("{" + ",".join(f'"{name}":"{value}"' for name, value in pairs) + "}"), Malformed)


def test_harmless_json_is_taken() -> None:
    payload = '{ "name" : "Zo\\u00eb \\ud83d\\ude00 [{", "n": -1.5e3, "whole": 9007199254740991 }'
    claims = signatures.verify(signed(payload), TYP, phone.public)
    assert claims == {"name": "Zoë 😀 [{", "n": -1500.0, "whole": 2**53 - 1}


@given(text() | from_regex(r"[A-Za-z0-9_-]{1,40}\.[A-Za-z0-9_-]{1,40}\.[A-Za-z0-9_-]{0,90}"))
@example("e30.e30.")
def test_whatever_is_sent_is_refused_and_nothing_else_happens(token: str) -> None:
    with pytest.raises((Malformed, BadSignature)):
        signatures.verify(token, TYP, phone.public)


@given(binary(max_size=200))
def test_whatever_is_signed_is_an_object_or_malformed(payload: bytes) -> None:
    with suppress(Malformed):
        assert isinstance(signatures.verify(signed(payload), TYP, phone.public), dict)
