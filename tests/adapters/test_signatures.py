"""The only signatures that count are ES256 ones, by the key at hand, over a token of the type that was asked for."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from joserfc.jwk import ECKey

from astrow2fa.adapters.compact import decode, encode
from astrow2fa.core.errors import BadSignature, Malformed
from tests.adapters.tokens import (
    CLAIMS,
    TYP,
    good,
    phone,
    refused,
    signatures,
    signed,
    signed_text,
    stranger,
    with_signature,
)

# The order of the curve's group (SEC 2, secp256r1): with (r, s) also (r, ORDER - s) holds.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def test_what_was_signed_comes_back() -> None:
    assert signatures.verify(good, TYP, phone.public) == CLAIMS


def test_the_header_can_be_read_before_the_key_is_known() -> None:
    header = signatures.peek(good, TYP)
    assert (header.typ, header.kid) == (TYP, phone.kid)


def test_the_header_holds_the_algorithm_the_type_and_the_key_id_and_nothing_else() -> None:
    assert json.loads(decode(good.split(".")[0])) == {"alg": "ES256", "typ": TYP, "kid": phone.kid}


def test_a_signature_by_another_key_is_refused() -> None:
    refused(signatures.sign(TYP, CLAIMS, stranger), BadSignature)


def test_a_changed_payload_is_refused() -> None:
    header, _, signature = good.split(".")
    refused(
        f"{header}.{encode(json.dumps(CLAIMS | {'decision': 'deny'}).encode())}.{signature}", BadSignature
    )


def test_a_payload_that_is_no_longer_json_is_refused_for_its_signature() -> None:
    header, payload, signature = good.split(".")
    refused(f"{header}.A{payload[1:]}.{signature}", BadSignature)


def test_a_changed_header_is_refused() -> None:
    _, payload, signature = good.split(".")
    header = json.dumps({"alg": "ES256", "typ": TYP, "kid": stranger.kid}).encode()
    refused(f"{encode(header)}.{payload}.{signature}", BadSignature)


def test_alg_none_without_a_signature_is_refused() -> None:
    header = encode(json.dumps({"alg": "none", "typ": TYP, "kid": phone.kid}).encode())
    refused(f"{header}.{good.split('.')[1]}.", BadSignature)


@pytest.mark.parametrize(
    "alg", ["none", "None", "HS256", "RS256", "ES384", "ES256K", "es256", "", 256, ["ES256"], None]
)
def test_any_other_algorithm_is_refused_even_over_a_right_signature(alg: object) -> None:
    token = signed(json.dumps(CLAIMS), alg=alg)
    refused(token, BadSignature)
    with pytest.raises(BadSignature):
        signatures.peek(token, TYP)


def test_hs256_with_the_public_key_as_the_secret_is_refused() -> None:
    header = encode(json.dumps({"alg": "HS256", "typ": TYP, "kid": phone.kid}).encode())
    text = f"{header}.{encode(json.dumps(CLAIMS).encode())}"
    public = ECKey.import_key(dict(phone.public))
    for secret in (public.as_pem(private=False), json.dumps(dict(phone.public)).encode(), phone.kid.encode()):
        mac = hmac.digest(secret, text.encode(), hashlib.sha256)
        refused(f"{text}.{encode(mac)}", BadSignature)


@pytest.mark.parametrize("typ", ["astrow2fa-proof+jwt", "JWT", TYP.upper(), f" {TYP}", "", 1, [TYP], None])
def test_a_token_of_another_type_is_refused(typ: object) -> None:
    token = signed(json.dumps(CLAIMS), typ=typ)
    refused(token, Malformed)
    with pytest.raises(Malformed):
        signatures.peek(token, TYP)


def test_an_extension_that_must_be_understood_is_refused() -> None:
    for critical in (["b64"], ["exp"], [], None):
        header = {"alg": "ES256", "typ": TYP, "kid": phone.kid, "b64": False, "crit": critical}
        refused(signed_text(json.dumps(header)), BadSignature)


def test_an_unencoded_payload_is_not_understood() -> None:
    token = signed("{}", b64=False)
    assert signatures.verify(token, TYP, phone.public) == {}, (
        "b64 without crit is to be ignored (RFC 7797 §3)"
    )


def test_a_key_that_comes_along_in_the_header_is_ignored() -> None:
    jwk = dict(stranger.public)
    refused(signed("{}", key=stranger, jwk=jwk, jku="https://evil.example/keys", x5c=["AA=="]), BadSignature)
    assert signatures.verify(signed("{}", jwk=jwk), TYP, phone.public) == {}


@pytest.mark.parametrize("kid", ["", "k" * 129, 7, ["k"], {"k": 1}, None])
def test_a_key_id_of_another_shape_is_refused(kid: object) -> None:
    refused(signed("{}", kid=kid), Malformed)


def test_a_signature_in_der_is_refused() -> None:
    refused(
        with_signature(lambda raw: encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))),
        BadSignature,
    )


@pytest.mark.parametrize("length", [0, 1, 32, 63, 65, 96, 128])
def test_a_signature_of_another_length_is_refused(length: int) -> None:
    refused(with_signature(lambda raw: (raw * 2)[:length]), BadSignature)


@pytest.mark.parametrize("raw", [bytes(64), b"\xff" * 64, bytes(31) + b"\x01" + bytes(32)])
def test_r_and_s_out_of_range_are_refused(raw: bytes) -> None:
    refused(with_signature(lambda _: raw), BadSignature)


@pytest.mark.parametrize("place", range(0, 64, 9))
def test_a_changed_bit_anywhere_in_the_signature_is_refused(place: int) -> None:
    refused(
        with_signature(lambda raw: raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]), BadSignature
    )


def test_both_values_of_s_hold() -> None:
    other = with_signature(lambda raw: raw[:32] + (ORDER - int.from_bytes(raw[32:])).to_bytes(32))
    assert other != good
    assert signatures.verify(other, TYP, phone.public) == CLAIMS


def test_claims_that_json_cannot_hold_are_not_signed() -> None:
    with pytest.raises(ValueError, match="JSON"):
        signatures.sign(TYP, {"iat": float("nan")}, phone)


def test_a_broken_key_to_check_with_is_refused() -> None:
    for public in ({}, {"kty": "EC", "crv": "P-256", "x": phone.public["x"], "y": stranger.public["y"]}):
        with pytest.raises(BadSignature):
            signatures.verify(good, TYP, public)
