"""The outside world as the services see it: time, chance, hashing, signatures, limits, places, messages.

Each port has one implementation in `adapters/` (or `web/` for the notifier) and may have a fake in the tests.
Contracts are written here, once; implementations add only what is particular to them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from astrow2fa.core.accounts import Phone
from astrow2fa.core.confirmation import Confirmation

Claims: TypeAlias = Mapping[str, object]
Jwk: TypeAlias = Mapping[str, str]


class Clock(Protocol):
    """Time as the database sees it."""

    def now(self) -> float:
        """Unix time in seconds."""
        ...


class Chance(Protocol):
    """The dice, from the operating system's generator in production."""

    def token(self, bits: int = 256) -> str:
        """A fresh secret or identifier of `bits` random bits, base64url without padding."""
        ...

    def digits(self, count: int) -> str:
        """`count` decimal digits, each uniformly drawn."""
        ...

    def code(self, letters: int) -> str:
        """`letters` symbols of Crockford's base32 (5 bits each), for codes that people type."""
        ...

    def percent(self) -> int:
        """A whole number from 0 to 99."""
        ...


class Passwords(Protocol):
    """Slow hashing (Argon2id), never on the event loop."""

    def hash(self, password: str) -> str: ...

    def matches(self, password: str, stored: str | None) -> bool:
        """Whether `password` has the hash `stored`; None costs the same time and is never right (ASVS 5.0 6.3.8)."""
        ...

    def outdated(self, stored: str) -> bool:
        """Whether `stored` was made with weaker parameters than today's."""
        ...

    def guessable(self, password: str, own_words: Sequence[str]) -> bool:
        """Whether it is among the common passwords (NIST SP 800-63B-4 §3.1.1.2)."""
        ...


@dataclass(frozen=True, slots=True)
class Header:
    """What a compact JWS says of itself before anything was verified."""

    typ: str
    kid: str


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key of the server, opened. `kid` is the RFC 7638 thumbprint of `public`."""

    kid: str
    public: Jwk
    private: object


class Keyring(Protocol):
    """The server's keys as they are today: an operator may rotate them while the server runs."""

    @property
    def server_key(self) -> SigningKey:
        """Signs requests."""
        ...

    @property
    def push_key(self) -> str:
        """The public VAPID key as phones take it: base64url of the uncompressed point (RFC 8292 §3.2)."""
        ...

    def take_up(self) -> None:
        """Reads them anew."""
        ...


class Signatures(Protocol):
    """Compact JWS (RFC 7515) with ES256 (RFC 7518 §3.4) and nothing else."""

    def peek(self, jws: object, typ: str) -> Header:
        """Read the header of something a client sent.

        Raises Malformed for anything that is not a str of three base64url parts with a JSON object header of
        exactly this `typ` and a string `kid` of 1–128 characters (or is longer than 16 KiB), BadSignature for an
        `alg` other than ES256 or a `crit` header.
        """
        ...

    def verify(self, jws: str, typ: str, public: Jwk) -> dict[str, object]:
        """The claims, once the signature by `public` holds.

        Raises like `peek`, and BadSignature; Malformed when the payload is no JSON object.
        """
        ...

    def read(self, jws: object, typ: str, key_of: Callable[[str], Jwk]) -> tuple[str, dict[str, object]]:
        """The `kid` and the claims, once the signature by the key that `key_of` knows for the `kid` holds.

        Like `peek` and `verify` in one, the text taken apart once. Raises as they do, BadSignature also for the
        KeyError of a `kid` that nobody knows.
        """
        ...

    def sign(self, typ: str, claims: Claims, key: SigningKey) -> str:
        """The compact JWS, header {"alg": "ES256", "typ": typ, "kid": key.kid}."""
        ...

    def new_key(self) -> SigningKey:
        """A fresh P-256 key pair."""
        ...

    def public_jwk(self, jwk: object) -> Jwk:
        """A foreign public key reduced to kty, crv, x, y.

        Raises Malformed for anything but a valid P-256 point, or when it holds a private part.
        """
        ...

    def thumbprint(self, public: Jwk) -> str:
        """RFC 7638, SHA-256, base64url."""
        ...

    def seal(self, key: SigningKey) -> str:
        """The private key encrypted under the secret key (current one), as text for the database."""
        ...

    def sealed_now(self, sealed: str) -> bool:
        """Whether it is sealed under the current secret key, not a previous one."""
        ...

    def open(self, sealed: str) -> SigningKey:
        """The inverse, trying the current secret key, then the previous ones. Raises ValueError when none opens it."""
        ...


class Limits(Protocol):
    """Named limits on how often something may be done."""

    def hit(self, name: str, key: str, at_least: int = 0) -> None:
        """Count one; raises Limited(retry_after) when the limit called `name` is used up for `key`.

        `at_least` raises the limit to that many where it is lower.
        """
        ...

    def clear(self, name: str, key: str) -> None:
        """Forget what was counted for `key`."""
        ...


@dataclass(frozen=True, slots=True)
class Client:
    """What the server saw of a browser: the address, and what the browser says of itself (a claim, not a fact)."""

    address: str
    browser: str
    os: str
    place: str


class Clients(Protocol):
    """Reading what a browser says of itself, and where its address is."""

    def describe(self, address: str, user_agent: str) -> Client: ...


class Notifier(Protocol):
    """Hints to browsers and phones, sent after the commit and free to be lost: the state is in the database."""

    def asked(self, confirmation: Confirmation, others_pending: int) -> None:
        """A confirmation was asked, or its request was signed anew: tell the user's phones, and its browser.

        One that is `quiet` is listed by phones that have the app open, and alerts nobody: no push.
        """
        ...

    def moved(self, confirmation: Confirmation) -> None:
        """A confirmation changed its state: tell its browser and the user's phones."""
        ...

    def quiet(self, user_id: int, until: int | None) -> None:
        """The account's notifications fell quiet until then (Unix seconds), because somebody who has the password
        goes on asking: the one message that says so, alerting, to every phone of the user by socket and by push.

        `until` None: they ring again; worth telling to an open app, and no push.
        """
        ...

    def phone_paired(self, phone: Phone) -> None:
        """A phone was added to its user's account: tell every other phone of that user, by socket and by push, also
        while the account is spared. Whoever knows a password and gets hold of a code must not come unseen.
        """
        ...

    def phone_revoked(self, device_id: str) -> None:
        """A phone may no longer listen."""
        ...
