"""Compact JWS with ES256, the keys behind them, and private keys encrypted at rest.

What is particular here, beside the contract in `ports/outside.py`:

- The text of a token is read by `adapters/compact.py`, stricter than JOSE asks.
- A signature part that is spelled in base64url but is not a right signature (DER, too short, empty, trailing bits
  set) is a BadSignature, not Malformed: the shape of the token is right, its signature is not.
- The signature is checked before the payload is looked at, so whatever was changed in a payload is a BadSignature.
- Both S and n - S are accepted: RFC 7518 §3.4 does not ask for the lower one, WebCrypto does not make it, and
  nothing here uses the bytes of a signature as an identity.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey
from joserfc.jws import serialize_compact

from astrow2fa.adapters import compact
from astrow2fa.core.errors import BadSignature, Malformed
from astrow2fa.ports.outside import Claims, Header, Jwk, SigningKey

ALGORITHM = "ES256"
COORDINATE_BYTES = 32
SEALED_TYP = "astrow2fa-sealed-key"
SEALING_LABEL = b"astrow2fa: server signing keys at rest, 1"
PRIVATE_JWK = ("kty", "crv", "x", "y", "d")
PRIVATE_MEMBERS = frozenset({"d", "k", "p", "q", "dp", "dq", "qi", "oth"})
LEAST_SECRET_BYTES = 16

# Of the field of P-256 (SEC 2, secp256r1). OpenSSL takes a coordinate beyond it for the same point, which would have
# two thumbprints then.
PRIME = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF

# 2.8 KB each, so 22 MB at most. A phone's key is read at its connect and again at each answer; a miss costs 0.06 ms.
CACHED_KEYS = 8_192
LONGEST_REMEMBERED_HEADER = 256

_ECDSA = ECDSA(SHA256())


class Es256:
    """Signing and checking, which needs no secret of the product: a phone does it too."""

    def peek(self, jws: object, typ: str) -> Header:
        return _header(compact.split(jws), typ)

    def verify(self, jws: str, typ: str, public: Jwk) -> dict[str, object]:
        return _checked(jws, typ, lambda _: public)[1]

    def read(self, jws: object, typ: str, key_of: Callable[[str], Jwk]) -> tuple[str, dict[str, object]]:
        return _checked(jws, typ, key_of)

    def sign(self, typ: str, claims: Claims, key: SigningKey) -> str:
        payload = json.dumps(claims, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        header = {"alg": ALGORITHM, "typ": typ, "kid": key.kid}
        return serialize_compact(header, payload, _private(key), algorithms=[ALGORITHM])

    def new_key(self) -> SigningKey:
        return _signing_key(ECKey.generate_key("P-256"))

    def public_jwk(self, jwk: object) -> Jwk:
        return _public(jwk)

    def thumbprint(self, public: Jwk) -> str:
        return ECKey.import_key(dict(public)).thumbprint()


class JoseSignatures(Es256):
    """The port `Signatures`, on joserfc and cryptography.

    `secret_key` is the product's secret; `previous` are older ones under which stored keys may still be sealed.
    """

    def __init__(self, secret_key: bytes, previous: Sequence[bytes] = ()) -> None:
        self._sealing_keys = [_sealing_key(secret) for secret in (secret_key, *previous)]

    def seal(self, key: SigningKey) -> str:
        # The protected header is authenticated with the ciphertext (RFC 7516 §5.1), which binds `kid` to the key.
        header = {"alg": "dir", "enc": "A256GCM", "typ": SEALED_TYP, "kid": key.kid}
        plain = json.dumps(_private(key).as_dict(private=True)).encode()
        return jwe.encrypt_compact(header, plain, self._sealing_keys[0], algorithms=["dir", "A256GCM"])

    def sealed_now(self, sealed: str) -> bool:
        return _opened(sealed, self._sealing_keys[0]) is not None

    def open(self, sealed: str) -> SigningKey:
        for sealing_key in self._sealing_keys:
            key = _opened(sealed, sealing_key)
            if key is not None:
                return key
        raise ValueError("a stored key cannot be opened with this secret key")


def private_jwk(key: SigningKey) -> Jwk:
    """The whole key as a JWK, in the clear: for a phone that keeps it in a file of its own."""
    return {
        name: str(value) for name, value in _private(key).as_dict(private=True).items() if name in PRIVATE_JWK
    }


def signing_key(private: Jwk) -> SigningKey:
    """The inverse of `private_jwk`. Raises ValueError."""
    try:
        return _signing_key(ECKey.import_key(dict(private)))
    except (JoseError, Malformed, TypeError, AttributeError) as error:
        raise ValueError("not a private P-256 key") from error


def _signing_key(key: ECKey) -> SigningKey:
    public = _public(key.as_dict(private=False))
    return SigningKey(key.thumbprint(), public, key)


def _public(jwk: object) -> Jwk:
    if not isinstance(jwk, Mapping) or jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise Malformed("not a P-256 key")
    if not PRIVATE_MEMBERS.isdisjoint(jwk):
        raise Malformed("a private key where a public one belongs")
    x, y = jwk.get("x"), jwk.get("y")
    if not isinstance(x, str) or not isinstance(y, str):
        raise Malformed("a P-256 key without its coordinates")
    _imported(x, y)
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def _checked(jws: object, typ: str, key_of: Callable[[str], Jwk]) -> tuple[str, dict[str, object]]:
    """Its `kid` and its claims."""
    # Not by joserfc's deserialize_compact, which reads header and payload once more and less strictly, nor by its
    # algorithm, which makes the same objects anew each time. Per call: 62 µs for the curve alone, 84 with either.
    parts = compact.split(jws)
    kid = _header(parts, typ).kid
    signature = _signature(parts.signature)
    try:
        public = key_of(kid)
    except KeyError:
        raise BadSignature("kid") from None
    try:
        key = _imported_point(public["x"], public["y"])
    except (KeyError, Malformed):
        raise BadSignature("the key to check with is no P-256 key") from None
    if not _holds(parts.signed, signature, key):
        raise BadSignature("the signature does not hold")
    return kid, compact.json_object(parts.payload)


def _header(parts: compact.Parts, typ: str) -> Header:
    # A phone writes the same header every time. Long ones are nobody's habit and would fill the memory.
    read = _remembered_header if len(parts.header) <= LONGEST_REMEMBERED_HEADER else _read_header
    return read(parts.header, typ)


def _read_header(part: str, typ: str) -> Header:
    header = compact.json_object(part)
    kid = header.get("kid")
    if header.get("typ") != typ:
        raise Malformed(f"not of type {typ}")
    if not isinstance(kid, str) or not 1 <= len(kid) <= compact.MOST_KID_CHARACTERS:
        raise Malformed("no key id")
    if header.get("alg") != ALGORITHM:
        raise BadSignature("signed with another algorithm")
    if "crit" in header:
        raise BadSignature("asks for extensions that are not understood")
    return Header(typ, kid)


_remembered_header = lru_cache(maxsize=CACHED_KEYS)(_read_header)


def _signature(part: str) -> bytes:
    """r and s; empty, which never holds, when it is not spelled as it should be."""
    try:
        return compact.decode(part)
    except Malformed:
        return b""


@lru_cache(maxsize=CACHED_KEYS)
def _imported(x: str, y: str) -> ECKey:
    """The point of these base64url coordinates; Malformed when they are not of 32 bytes or not on the curve."""
    for coordinate in (compact.decode(x), compact.decode(y)):
        if len(coordinate) != COORDINATE_BYTES or int.from_bytes(coordinate) >= PRIME:
            raise Malformed("not a coordinate of P-256")
    try:
        return ECKey.import_key({"kty": "EC", "crv": "P-256", "x": x, "y": y})
    except (JoseError, ValueError) as error:
        raise Malformed("not a point of P-256") from error


@lru_cache(maxsize=CACHED_KEYS)
def _imported_point(x: str, y: str) -> EllipticCurvePublicKey:
    point = _imported(x, y).public_key
    if not isinstance(point, EllipticCurvePublicKey):
        raise Malformed("not a point of P-256")
    return point


def _holds(signed: bytes, signature: bytes, point: EllipticCurvePublicKey) -> bool:
    """RFC 7518 §3.4: r and s, 32 bytes each."""
    if len(signature) != 2 * COORDINATE_BYTES:
        return False
    r, s = int.from_bytes(signature[:COORDINATE_BYTES]), int.from_bytes(signature[COORDINATE_BYTES:])
    try:
        point.verify(encode_dss_signature(r, s), signed, _ECDSA)
    except InvalidSignature:
        return False
    return True


def _opened(sealed: str, sealing_key: OctKey) -> SigningKey | None:
    try:
        opened = jwe.decrypt_compact(sealed, sealing_key, algorithms=["dir", "A256GCM"])
    except (JoseError, ValueError, TypeError):
        return None
    key = _signing_key(ECKey.import_key(json.loads(opened.plaintext or b"null")))
    ours = opened.protected.get("typ") == SEALED_TYP and opened.protected.get("kid") == key.kid
    return key if ours else None


def _private(key: SigningKey) -> ECKey:
    if not isinstance(key.private, ECKey):
        raise TypeError("a signing key that was not made here")
    return key.private


def _sealing_key(secret: bytes) -> OctKey:
    if len(secret) < LEAST_SECRET_BYTES:
        raise ValueError(f"the secret key has fewer than {LEAST_SECRET_BYTES} bytes")
    return OctKey.import_key(HKDF(SHA256(), length=32, salt=None, info=SEALING_LABEL).derive(secret))
