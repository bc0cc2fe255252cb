"""This machine's place in the local network."""

from __future__ import annotations

import errno
import socket
from ipaddress import ip_address

from scripts.lan.authority import is_private

SOMEWHERE = ("192.0.2.1", 9)
"""RFC 5737: an address of nobody. Nothing is sent there; asking for the way is enough."""
USUAL_PORT = 8443


def own_address(asked: str) -> str:
    """`asked`, or without it the address by which this machine reaches others.

    Raises ValueError with a line for people when it is none, not this machine's, or not a private one.
    """
    text = asked.strip() or _usual()
    try:
        address = ip_address(text)
    except ValueError:
        raise ValueError(f"{text!r} is no address; write one such as ADDRESS=192.168.1.20") from None
    if not is_private(address):
        raise ValueError(
            f"{address} can be reached from the whole internet; run-lan is for a private network only"
        )
    try:
        _bind(str(address), 0)
    except OSError:
        raise ValueError(
            f"{address} is not an address of this machine; `hostname -I` shows those it has"
        ) from None
    return str(address)


def own_port(asked: str, address: str) -> int:
    """`asked`, or the usual one; this port and the next one are free. Raises ValueError with a line for people."""
    text = asked.strip() or str(USUAL_PORT)
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65534):
        raise ValueError(f"{text!r} is no port; write one such as PORT={USUAL_PORT}")
    for port in (int(text), int(text) + 1):
        try:
            _bind(address, port)
        except OSError as error:
            why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            raise ValueError(f"port {port} {why}; write another, PORT={int(text) + 10}") from None
    return int(text)


def origin(scheme: str, address: str, port: int) -> str:
    """As a browser writes it."""
    return f"{scheme}://{f'[{address}]' if ':' in address else address}:{port}"


def _usual() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(SOMEWHERE)
            return str(way.getsockname()[0])
        except OSError:
            raise ValueError(
                "this machine is in no network now; write its address, ADDRESS=192.168.1.20"
            ) from None


def _bind(address: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((address, port))
