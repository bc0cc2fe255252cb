"""How secrets become what the database keeps of them."""

from __future__ import annotations

import base64
import hashlib
import hmac


def token_hash(token: str) -> str:
    """Of a random token of 128 bits or more: SHA-256, hexadecimal; a secret of that size needs nothing slower."""
    return hashlib.sha256(token.encode()).hexdigest()


def typed_hash(key: bytes, code: str) -> str:
    """Of a code short enough to be typed: keyed, so that a stolen database alone does not give it away."""
    return hmac.new(key, plain_code(code).encode(), hashlib.sha256).hexdigest()


def plain_code(code: str) -> str:
    """A typed code as it was meant: without spaces and dashes, in capitals, O read as 0, I and L as 1."""
    kept = "".join(c for c in code.upper() if c.isalnum())
    return kept.translate(str.maketrans("OIL", "011"))


def sha256_b64(text: str) -> str:
    """base64url SHA-256 without padding, as in `confirmation_sha256` and `bsha`."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
