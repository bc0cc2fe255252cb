"""To whom wake-ups may be sent. An endpoint is a URL that a client chose, so it is believed in nothing.

The list of hosts is the operator's (ASTROW2FA_PUSH_HOSTS). What a name on it resolves to is looked at again for each
connection, and the connection goes to the very address that was looked at: a name whose DNS changes its mind leads
nowhere else (OWASP ASVS 5.0 V1.3.6, V13.2.4).
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from astrow2fa.core.errors import Malformed, PushHost

LONGEST = 2000
HTTPS = 443
MOST_ADDRESSES = 4

# Stricter than a URL has to be, and so the same to every reader of it: no user, no escapes in the host, no fragment.
_ENDPOINT = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<target>/[!$%&'()*+,./0-9:;=?@A-Z_a-z~-]*)",
    re.ASCII,
)

_NAT64 = IPv6Network("64:ff9b::/96")
# Where clouds hand out what a machine is and may; not all of them are private by the registries.
_NEVER = tuple(
    ip_network(net)
    for net in ("169.254.0.0/16", "fe80::/10", "fd00:ec2::/32", "100.100.100.200/32", "192.0.0.0/24",
                "168.63.129.16/32")
)  # fmt: skip

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[str]]


class Unresolved(Exception):
    """A name has no address at the moment, or none that may be spoken to; the message says which."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint taken apart."""

    scheme: str
    host: str
    port: int
    target: str
    private: bool
    """Whether the operator said that this host may have a private address."""

    @property
    def origin(self) -> str:
        """As RFC 6454 spells it."""
        usual = self.port == {"https": HTTPS, "http": 80}[self.scheme]
        return f"{self.scheme}://{self.host}" + ("" if usual else f":{self.port}")


@dataclass(frozen=True, slots=True)
class _Allowed:
    host: str
    port: int | None
    private: bool

    def covers(self, host: str) -> bool:
        return host.endswith(self.host) if self.host.startswith(".") else host == self.host


def resolve(host: str, port: int) -> Sequence[str]:
    """By the system. Raises Unresolved."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unresolved(f"no address: {error}") from error
    return [str(entry[4][0]) for entry in found]


class PushHosts:
    """The operator's list: `host`, `.suffix`, with `:port` for another than 443, with `=private` for one inside."""

    def __init__(self, allowed: Iterable[str], resolve: Resolve = resolve) -> None:
        self.written = tuple(allowed)
        self._allowed = [_entry(text) for text in self.written]
        self._resolve = resolve

    def read(self, endpoint: str) -> Endpoint:
        """Raises Malformed for what is no endpoint at all, PushHost for one where nothing is sent."""
        found = _ENDPOINT.fullmatch(endpoint) if len(endpoint) <= LONGEST else None
        if found is None:
            raise Malformed("endpoint")
        scheme, host, written = found["scheme"], found["host"], found["port"]
        port = int(written) if written else {"https": HTTPS, "http": 80}[scheme]
        for allowed in self._allowed:
            if not allowed.covers(host) or port != (allowed.port or HTTPS):
                continue
            # In the clear only within this very machine, as a push service for tests or beside this server.
            if scheme == "https" or (allowed.private and _this_machine(host)):
                return Endpoint(scheme, host, port, found["target"], allowed.private)
        raise PushHost(host)

    def addresses(self, host: str, port: int) -> list[str]:
        """What to connect to. Raises Unresolved when the name is not on the list, has no address now, or any that
        must not be spoken to: a name that leads inside and outside at once is not trusted with either.
        """
        entry = next((a for a in self._allowed if a.covers(host) and port == (a.port or HTTPS)), None)
        if entry is None:
            raise Unresolved("not an allowed push service")
        found = list(dict.fromkeys(self._resolve(host, port)))
        if not found:
            raise Unresolved("no address")
        for text in found:
            if not permitted(text, private=entry.private):
                raise Unresolved("an address that must not be spoken to")
        return found[:MOST_ADDRESSES]


def permitted(text: str, *, private: bool) -> bool:
    """Whether an address may be connected to: one of the open internet, or with `private` also one inside.

    What is wrapped in an IPv6 address (mapped, 6to4, Teredo, NAT64) counts as what it leads to.
    """
    if "%" in text:  # a zone: link-local
        return False
    try:
        addresses = _unwrapped(ip_address(text))
    except ValueError:
        return False
    return all(_single(address, private=private) for address in addresses)


def _single(address: Address, *, private: bool) -> bool:
    if any(address in net for net in _NEVER if net.version == address.version):
        return False
    if address.is_multicast or address.is_unspecified:
        return False
    if address.is_loopback:
        return private
    if address.is_reserved:
        return False
    return address.is_global or private


def _unwrapped(address: Address) -> list[Address]:
    if isinstance(address, IPv4Address):
        return [address]
    inner: IPv4Address | None = address.ipv4_mapped or address.sixtofour
    if inner is None and address in _NAT64:
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    if inner is not None:
        return [inner]
    if address.teredo is not None:
        return [address, *address.teredo]
    return [address]


def _this_machine(host: str) -> bool:
    return host == "localhost" or (host.startswith("127.") and permitted(host, private=True))


def _entry(text: str) -> _Allowed:
    text, _, private = text.partition("=")
    host, _, port = text.partition(":")
    return _Allowed(host, int(port) if port else None, private == "private")
