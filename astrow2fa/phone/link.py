"""Pairing and invitation links, and the one origin that a phone talks to."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from astrow2fa.phone.errors import BadLink

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Link:
    """`kind` is `pair` or `invite`; `key` is the thumbprint (RFC 7638) that the server's key must have."""

    url: str
    kind: str
    code: str
    key: str


def read_link(text: str) -> Link:
    """What PUBLIC_URL/mobile/#pair=CODE&key=THUMBPRINT says. Raises BadLink."""
    address, _, fragment = text.strip().partition("#")
    if not address.endswith("/mobile/"):
        raise BadLink("This is no pairing link: it should look like https://…/mobile/#pair=…")
    members = dict(parse_qsl(fragment))
    kinds = [kind for kind in ("pair", "invite") if members.get(kind)]
    if len(kinds) != 1 or not members.get("key"):
        raise BadLink("The pairing link is not complete. Copy all of it, with what follows the #.")
    return Link(origin(address.removesuffix("/mobile/")), kinds[0], members[kinds[0]], members["key"])


def origin(url: str) -> str:
    """The server's address without a slash at the end; https, or http on this very machine. Raises BadLink."""
    parts = urlsplit(url.rstrip("/"))
    if not parts.hostname or parts.path or parts.query or parts.fragment or parts.username:
        raise BadLink("The address should look like https://login.example.com")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise BadLink("The address must begin with https:// (http:// only on localhost)")
    return f"{parts.scheme}://{parts.netloc}"
