"""Public keys of phones are P-256 points and nothing else; private keys of the server lie encrypted in the database."""

from __future__ import annotations

import json

import pytest
from joserfc import jwe
from joserfc.jwk import ECKey

from astrow2fa.adapters.compact import decode, encode
from astrow2fa.adapters.signatures import PRIME, JoseSignatures
from astrow2fa.core.errors import Malformed
from astrow2fa.ports.outside import SigningKey

SECRET = b"a secret key for the tests, 32 B"
OLDER = b"the secret key of last year, 32B"

signatures = JoseSignatures(SECRET)
key = signatures.new_key()


def test_a_public_key_is_reduced_to_what_it_is() -> None:
    from_a_browser = dict(key.public) | {"ext": True, "key_ops": ["verify"], "alg": "ES256", "kid": "mine"}
    assert signatures.public_jwk(from_a_browser) == key.public


def test_the_thumbprint_is_that_of_rfc_7638() -> None:
    assert signatures.thumbprint(key.public) == ECKey.import_key(dict(key.public)).thumbprint() == key.kid
    assert len(decode(key.kid)) == 32


@pytest.mark.parametrize("jwk", [None, "", 1, [], {}, "{}", [("kty", "EC")], {"kty": "oct", "k": "AAAA"}])
def test_what_is_no_key_is_refused(jwk: object) -> None:
    with pytest.raises(Malformed):
        signatures.public_jwk(jwk)


@pytest.mark.parametrize(
    "change",
    [
        {"kty": "RSA"}, {"kty": ["EC"]}, {"crv": "P-384"}, {"crv": "secp256k1"}, {"crv": None}, {"x": 1}, {"y": None},
        {"x": ""}, {"x": "AA"}, {"x": key.public["x"] + "="}, {"x": key.public["x"] + "A"}, {"y": key.public["x"]},
        {"x": encode(bytes(32)), "y": encode(bytes(32))}, {"x": "é" * 43}, {"x": "A" * 100_000}, {"x": "+" * 43},
        {"d": "AA"}, {"d": None}, {"k": "AA"},
    ],
)  # fmt: skip
def test_a_key_that_is_no_public_point_of_p_256_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        signatures.public_jwk(dict(key.public) | change)


def test_a_private_key_is_refused() -> None:
    with pytest.raises(Malformed):
        signatures.public_jwk(ECKey.generate_key("P-256").as_dict(private=True))


def test_a_coordinate_has_one_spelling() -> None:
    # The point with x = 0 exists on P-256; x = p is the same point, spelled differently, with another thumbprint.
    y = 0x66485C780E2F83D72433BD5D84A06BB6541C2AF31DAE871728BF856A174F93F4
    assert signatures.public_jwk(
        {"kty": "EC", "crv": "P-256", "x": encode(bytes(32)), "y": encode(y.to_bytes(32))}
    )
    with pytest.raises(Malformed):
        signatures.public_jwk(
            {"kty": "EC", "crv": "P-256", "x": encode(PRIME.to_bytes(32)), "y": encode(y.to_bytes(32))}
        )


def test_a_sealed_key_opens_and_signs_as_before() -> None:
    opened = JoseSignatures(SECRET).open(signatures.seal(key))
    assert (opened.kid, opened.public) == (key.kid, key.public)
    token = signatures.sign("test+jwt", {"n": 1}, opened)
    assert signatures.verify(token, "test+jwt", key.public) == {"n": 1}


def test_a_sealed_key_shows_nothing_of_the_private_part() -> None:
    assert isinstance(key.private, ECKey)
    secret = key.private.as_dict(private=True)["d"]
    assert isinstance(secret, str)
    sealed = signatures.seal(key)
    assert secret not in sealed
    assert all(secret.encode() not in decode(part) for part in sealed.split("."))
    assert secret not in repr(key.private)


def test_sealing_twice_gives_different_texts() -> None:
    assert signatures.seal(key) != signatures.seal(key)


def test_after_a_change_of_the_secret_key_older_keys_still_open() -> None:
    sealed = JoseSignatures(OLDER).seal(key)
    assert JoseSignatures(SECRET, previous=[b"x" * 32, OLDER]).open(sealed).kid == key.kid


def test_a_new_seal_uses_the_present_secret_key() -> None:
    assert JoseSignatures(SECRET).open(JoseSignatures(SECRET, previous=[OLDER]).seal(key)).kid == key.kid


def test_another_secret_key_does_not_open_it() -> None:
    with pytest.raises(ValueError, match="cannot be opened"):
        JoseSignatures(OLDER).open(signatures.seal(key))


@pytest.mark.parametrize(
    "sealed", ["", "x", "....", "a.b.c.d.e", "é", "e30....", "bnVsbA....", '{"kty":"EC"}']
)
def test_what_was_never_sealed_does_not_open(sealed: str) -> None:
    with pytest.raises(ValueError, match="cannot be opened"):
        signatures.open(sealed)


def test_a_sealed_key_cannot_be_changed_nor_given_another_key_id() -> None:
    parts = signatures.seal(key).split(".")
    header = json.loads(decode(parts[0])) | {"kid": signatures.new_key().kid}
    swapped = ".".join([encode(json.dumps(header, separators=(",", ":")).encode()), *parts[1:]])
    cut = ".".join([*parts[:3], encode(decode(parts[3])[:-1]), parts[4]])
    for sealed in (swapped, cut):
        with pytest.raises(ValueError, match="cannot be opened"):
            signatures.open(sealed)


def test_a_key_sealed_for_another_purpose_does_not_open() -> None:
    sealing_key = signatures._sealing_keys[0]
    plain = json.dumps(ECKey.generate_key("P-256").as_dict(private=True)).encode()
    header = {"alg": "dir", "enc": "A256GCM", "typ": "something-else", "kid": key.kid}
    other = jwe.encrypt_compact(header, plain, sealing_key, algorithms=["dir", "A256GCM"])
    with pytest.raises(ValueError, match="cannot be opened"):
        signatures.open(other)


def test_only_keys_made_here_can_sign_and_be_sealed() -> None:
    foreign = SigningKey(key.kid, key.public, b"not a key")
    with pytest.raises(TypeError):
        signatures.seal(foreign)
    with pytest.raises(TypeError):
        signatures.sign("test+jwt", {}, foreign)


def test_a_short_secret_key_is_refused() -> None:
    with pytest.raises(ValueError, match="secret key"):
        JoseSignatures(b"short")
