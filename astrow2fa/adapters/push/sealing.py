"""The encryption of a wake-up for one phone, so that whoever carries it reads nothing (RFC 8291, by http-ece)."""

from __future__ import annotations

import base64
from collections.abc import Mapping

import http_ece
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from astrow2fa.core.push import VERSION, Subscription, WakeUp

RECORD_BYTES = 4096


def sealed(plain: bytes, subscription: Subscription) -> bytes:
    """One record of aes128gcm for this phone's keys, with a fresh key pair and salt of our own."""
    return bytes(
        http_ece.encrypt(
            plain,
            private_key=generate_private_key(SECP256R1()),
            dh=_decoded(subscription.p256dh),
            auth_secret=_decoded(subscription.auth),
            rs=RECORD_BYTES,
            version="aes128gcm",
        )
    )


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def inside(wake_up: WakeUp, subscription: Subscription) -> Mapping[str, str]:
    """What a vendor carries, which encrypts nothing by itself: `wake`, sealed as Web Push is, in base64url.

    For a phone that gave no keys: only that there is something to fetch, neither the kind nor the confirmation.
    """
    plain = {"v": str(VERSION)}
    if not subscription.auth:
        return plain
    body = base64.urlsafe_b64encode(sealed(wake_up.payload, subscription)).rstrip(b"=").decode()
    return plain | {"wake": body}
