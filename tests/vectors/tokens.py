"""Making tokens for the vectors, right ones and wrong ones, with keys that everybody knows."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

HERE = Path(__file__).parent
URL = "https://login.example.com"
ASKED = 1_790_000_000
LIFETIME = 120
CONFIRMATION, DECISION = "astrow2fa-confirmation+jwt", "astrow2fa-decision+jwt"
PROOF, CONNECT, KEYS = "astrow2fa-proof+jwt", "astrow2fa-connect+jwt", "astrow2fa-server-keys+jwt"

Json = dict[str, Any]


def encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sha256(text: str) -> str:
    return encode(hashlib.sha256(text.encode()).digest())


def ident(name: str) -> str:
    """128 bits that look like chance."""
    return encode(hashlib.sha256(f"vector {name}".encode()).digest()[:16])


def compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def thumbprint(jwk: Json) -> str:
    return sha256(compact({name: jwk[name] for name in ("crv", "kty", "x", "y")}))


def private_key(jwk: Json) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decode(jwk["d"])), ec.SECP256R1())


def signature(text: str, jwk: Json, *, der: bool = False) -> str:
    raw = private_key(jwk).sign(text.encode(), ec.ECDSA(SHA256(), deterministic_signing=True))
    r, s = decode_dss_signature(raw)
    return encode(raw if der else r.to_bytes(32) + s.to_bytes(32))


def token(
    typ: str, kid: str, claims: Json | str, key: str, *, header: Json | None = None, der: bool = False
) -> str:
    """A compact JWS by the key of that name. `header` replaces and adds members; `claims` as text goes in as it is."""
    members = {"alg": "ES256", "typ": typ, "kid": kid} | (header or {})
    payload = claims if isinstance(claims, str) else compact(claims)
    text = f"{encode(compact(members).encode())}.{encode(payload.encode())}"
    if members["alg"] == "none":
        return f"{text}."
    if members["alg"] == "HS256":
        public = {name: KEY[key][name] for name in ("crv", "kty", "x", "y")}
        return f"{text}.{encode(hmac.digest(compact(public).encode(), text.encode(), 'sha256'))}"
    return f"{text}.{signature(text, KEY[key], der=der)}"


def without(claims: Json, *names: str) -> Json:
    return {name: value for name, value in claims.items() if name not in names}


def with_payload(jws: str, claims: Json) -> str:
    header, _, signed = jws.split(".")
    return f"{header}.{encode(compact(claims).encode())}.{signed}"


KEY: dict[str, Json] = json.loads((HERE / "keys.json").read_text())
KID = {name: thumbprint(jwk) for name, jwk in KEY.items()}
PHONE, OTHER_PHONE = ident("phone"), ident("other phone")
