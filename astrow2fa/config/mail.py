"""Where letters leave the house: the relay and the sender, as the operator writes them.

Each function raises ValueError, and the reason says what to write instead; it never repeats the URL, which may hold
a password.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import getaddresses
from typing import Literal
from urllib.parse import unquote, urlsplit

from astrow2fa.config import values

Security = Literal["none", "starttls", "tls"]
_EXAMPLE = "write smtp+starttls://user:password@mail.example.com:587, smtps://… or, on this machine, smtp://localhost"
_SECURITY: dict[str, tuple[Security, int]] = {
    "smtp": ("none", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}


@dataclass(frozen=True, slots=True)
class Relay:
    """The server that takes letters, and how it is spoken to. `user` is None where it takes them from anybody."""

    host: str
    port: int
    security: Security
    user: str | None = field(default=None, repr=False)
    password: str = field(default="", repr=False)


def relay(text: str) -> Relay:
    """`smtp://`, `smtp+starttls://` or `smtps://`, user and password in percent-encoding."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(f"is no SMTP address; {_EXAMPLE}") from None
    if parts.scheme not in _SECURITY or not text.isprintable() or " " in text:
        raise ValueError(f"is no SMTP address; {_EXAMPLE}")
    if parts.path not in ("", "/") or "?" in text or "#" in text or port == 0:
        raise ValueError(f"has more than a host and a port; {_EXAMPLE}")
    try:
        host = values.host(parts.hostname or "")
    except ValueError:
        raise ValueError(f"names no host; {_EXAMPLE}") from None
    security, usual = _SECURITY[parts.scheme]
    user = unquote(parts.username) if parts.username else None
    if user and security == "none" and not values.is_loopback(host):
        raise ValueError("would send a password in the clear; write smtp+starttls:// or smtps://")
    return Relay(host, port or usual, security, user, unquote(parts.password or ""))


def sender(text: str) -> str:
    """`astrow@example.com`, or with a name before it: `Astrow <astrow@example.com>`."""
    found = getaddresses([text])
    name, address = found[0] if len(found) == 1 else ("", "")
    before, at, after = address.rpartition("@")
    fine = text.isprintable() and before and at and values.host_name(after) and address.isascii()
    if not fine or any(sign.isspace() for sign in address):
        raise ValueError("is no sender; write astrow@example.com or Astrow <astrow@example.com>")
    return str(Address(name, addr_spec=address))
