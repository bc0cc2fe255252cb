"""The operator's accounts with the two vendors: what is needed of them, and whether their keys are keys."""

from __future__ import annotations

from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc.jwk import ECKey, RSAKey

from astrow2fa.core.push import Service

SHORTEST_RSA = 2048


class UnusableKey(ValueError):
    """An account's key is none; the message says why, and nothing of what is in it."""

    def __init__(self, service: Service, why: str) -> None:
        super().__init__(why)
        self.service = service


class GoogleAccount(Protocol):
    """A service account. `private_key` is PEM (PKCS #8)."""

    @property
    def project_id(self) -> str: ...
    @property
    def client_email(self) -> str: ...
    @property
    def private_key(self) -> str: ...


class AppleKey(Protocol):
    """A key for provider tokens, and the app that it is for. `private_key` is PEM, `topic` the app's bundle id."""

    @property
    def key_id(self) -> str: ...
    @property
    def team_id(self) -> str: ...
    @property
    def topic(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def private_key(self) -> str: ...


def google_key(account: GoogleAccount) -> RSAKey:
    """Raises UnusableKey."""
    found = _loaded(account.private_key)
    if not isinstance(found, RSAPrivateKey) or found.key_size < SHORTEST_RSA:
        raise UnusableKey(Service.FCM, f"the file's private_key is no RSA key of {SHORTEST_RSA} bits or more")
    return RSAKey.import_key(account.private_key)


def apple_key(account: AppleKey) -> ECKey:
    """Raises UnusableKey."""
    found = _loaded(account.private_key)
    if not isinstance(found, EllipticCurvePrivateKey) or not isinstance(found.curve, SECP256R1):
        raise UnusableKey(Service.APNS, "the file holds no P-256 private key")
    return ECKey.import_key(account.private_key)


def _loaded(pem: str) -> object:
    """None for what is no private key, or one behind a password."""
    try:
        return load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
