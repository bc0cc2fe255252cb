"""What the services need from outside, as Protocols, and the frozen bundle that carries the chosen parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from astrow2fa.ports.mail import Post
from astrow2fa.ports.outside import (
    Chance,
    Clients,
    Clock,
    Jwk,
    Keyring,
    Limits,
    Notifier,
    Passwords,
    Signatures,
    SigningKey,
)
from astrow2fa.ports.push import Push, Trace
from astrow2fa.ports.store import Store

__all__ = ["Parts"]


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a service may use. Built once by `app.create_app`; tests replace single parts.

    `code_key` keys the hashes of typed codes; `licence_issuers` maps a key id to the public key of an issuer that is
    trusted here.
    """

    store: Store
    clock: Clock
    chance: Chance
    passwords: Passwords
    signatures: Signatures
    limits: Limits
    notifier: Notifier
    post: Post
    push: Push
    trace: Trace
    clients: Clients
    keyring: Keyring
    code_key: bytes
    public_url: str
    licence_issuers: Mapping[str, Jwk]

    @property
    def server_key(self) -> SigningKey:
        """What requests are signed with today."""
        return self.keyring.server_key

    @property
    def push_key(self) -> str:
        """What phones subscribe to push with today."""
        return self.keyring.push_key
