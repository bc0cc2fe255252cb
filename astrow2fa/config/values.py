"""Text to value, one function per kind. Each raises ValueError, and the reason says what to write instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address
from types import MappingProxyType
from typing import Literal, cast
from urllib.parse import urlsplit

from limits import parse_many

AsyncMode = Literal["eventlet", "gevent", "threading"]

MODES = ("eventlet", "gevent", "threading")
DATABASES = ("sqlite", "postgresql", "postgresql+psycopg")
SHORTEST_SECRET = 32
LIMITS: Mapping[str, str] = MappingProxyType(
    {
        "login.address": "60/minute",
        # Not under the largest `disable_after_failed`, so that it never bites before the lock-out does.
        "login.account": "100/hour",
        "pair.address": "20/minute",
        "pair.account": "20/hour",
        "answer.phone": "60/minute",
        # An office behind one address comes back at once after a restart.
        "socket.address": "1200/minute",
        "password.account": "20/hour",
        "push.test": "10/10 minutes",
    }
)
PUSH_HOSTS = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    ".push.apple.com",
    ".notify.windows.com",
)

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_PUSH_HOST = re.compile(rf"\.?{_LABEL}(?:\.{_LABEL})*(?::[0-9]{{1,5}})?(?:=private)?", re.ASCII)


def port(text: str) -> int:
    """0–65535; 0 lets the system pick one."""
    return _number(text, 65535)


def switch(text: str) -> bool:
    """`yes` or `no`."""
    if text not in ("yes", "no"):
        raise ValueError("is a switch: yes or no")
    return text == "yes"


def proxies(text: str) -> int:
    """How many proxies in front are believed, 0–10."""
    return _number(text, 10)


def host(text: str) -> str:
    """A name or address to listen on; IPv6 comes back without brackets."""
    name = _host(text.strip("[]") if text.startswith("[") else text)
    if name is None:
        raise ValueError(f"{_shown(text)} is no address to listen on; write one such as 127.0.0.1 or ::1")
    return name.strip("[]")


def host_name(text: str) -> str | None:
    """A name or address in its usual spelling, None for what is neither."""
    return _host(text)


def is_loopback(name: str) -> bool:
    """Whether only this machine reaches a host that `host` accepted."""
    if name == "localhost":
        return True
    try:
        return (IPv6Address(name) if ":" in name else IPv4Address(name)).is_loopback
    except ValueError:
        return False


def origin(text: str) -> str:
    """Scheme, host and port as a browser spells them; one slash at the end is forgiven: address bars add it."""
    example = "write scheme, host and port such as https://login.example.com or http://localhost:5000"
    if "@" in text:  # first of all: what comes after repeats the text, and this may be a password
        raise ValueError("must not carry a user name or password; " + example)
    try:
        parts = urlsplit(text)
        at = parts.port
    except ValueError:
        raise ValueError(f"{_shown(text)} is no URL; {example}") from None
    name = _host(parts.hostname or "")
    # urlsplit quietly drops some blanks and control characters, hence the look at the text itself.
    if parts.scheme not in _DEFAULT_PORTS or name is None or at == 0 or not text.isprintable() or " " in text:
        raise ValueError(f"{_shown(text)} is no http or https URL of a host; {example}")
    if parts.path not in ("", "/") or "?" in text or "#" in text:
        raise ValueError(f"{_shown(text)} has more than an origin; {example}, without a path behind it")
    if parts.scheme == "http" and name not in _LOCAL_HOSTS:
        raise ValueError(f"plain http is only for localhost, 127.0.0.1 and [::1]; write https://{name}")
    return f"{parts.scheme}://{name}" + ("" if at in (None, _DEFAULT_PORTS[parts.scheme]) else f":{at}")


def own_url(listening: int) -> str:
    """The origin of this machine at a port."""
    return "http://localhost" + ("" if listening == _DEFAULT_PORTS["http"] else f":{listening}")


def is_local(url: str) -> bool:
    """Whether the host of an origin is this very machine."""
    return _host(urlsplit(url).hostname or "") in _LOCAL_HOSTS


def database_url(text: str) -> str:
    """A SQLAlchemy URL; its password is never repeated in a reason."""
    backend, separator, rest = text.partition("://")
    if not separator or backend not in DATABASES:
        raise ValueError(
            "is of an unknown kind; write sqlite:////folder/file.sqlite3 or postgresql://user@host/name"
        )
    path = rest.partition("?")[0].partition("/")[2]
    if backend == "sqlite" and (not path or path == ":memory:" or not rest.startswith("/")):
        raise ValueError(
            "does not name a SQLite file; write sqlite:////folder/file.sqlite3, with all four slashes"
        )
    if not path:
        raise ValueError("does not name a database; write postgresql://user@host/name")
    return text


def redis_url(text: str) -> str:
    """redis:// or, with TLS, rediss://."""
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("redis", "rediss") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise ValueError("is no Redis address; write redis://host:6379/0, or rediss://… with TLS")
    return text


def async_mode(text: str) -> AsyncMode:
    """One of the three loops that the runtime knows."""
    if text not in MODES:
        raise ValueError(f"{_shown(text)} is unknown; write {', '.join(MODES[:-1])} or {MODES[-1]}")
    return cast(AsyncMode, text)


def secret(text: str) -> bytes:
    """Key material. Without commas, as the list of previous keys is cut there, and without lost blanks at an end."""
    if len(text) < SHORTEST_SECRET:
        raise ValueError(
            f"is too short; write {SHORTEST_SECRET} or more characters, as openssl rand -hex 32 prints"
        )
    if not re.fullmatch(r"[!-~]+", text) or "," in text:
        raise ValueError(
            "holds commas, blanks or letters outside ASCII; write what openssl rand -hex 32 prints"
        )
    return text.encode("ascii")


def secrets(text: str) -> tuple[bytes, ...]:
    """Keys that were current before, newest first, with commas between."""
    return tuple(secret(one) for one in _listed(text))


def bearer(text: str) -> str:
    """A token that fits behind `Authorization: Bearer`."""
    if not re.fullmatch(r"[A-Za-z0-9._~+/-]+=*", text):
        raise ValueError("does not fit into a header; write letters, digits and . _ ~ + / - only")
    return text


def push_hosts(text: str) -> tuple[str, ...]:
    """Names of push services with commas between: exact, or every host under a `.suffix`."""
    hosts = tuple(one.lower() for one in _listed(text))
    for one in hosts:
        if not _PUSH_HOST.fullmatch(one):
            raise ValueError(
                f"{_shown(one)} is no host; write push.example.com, .example.com or a.example=private"
            )
    return hosts


def limits(text: str) -> Mapping[str, str]:
    """All limits, with those named in `login.address=60/minute,…` put in the place of the usual ones."""
    overrides: dict[str, str] = {}
    for one in _listed(text):
        name, _, rate = (part.strip() for part in one.partition("="))
        if name not in LIMITS:
            raise ValueError(f"{_shown(name)} is no limit; the limits are {', '.join(LIMITS)}")
        if name in overrides:
            raise ValueError(f"{name} is there twice; write it once")
        if not _is_rate(rate):
            raise ValueError(f"{_shown(rate)} is no rate for {name}; write such as 60/minute or 5/10 minutes")
        overrides[name] = rate
    return MappingProxyType({**LIMITS, **overrides})


def _is_rate(text: str) -> bool:
    try:
        return all(rate.amount > 0 for rate in parse_many(text))
    except ValueError:
        return False


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",")]


def _number(text: str, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > most:
        raise ValueError(f"{_shown(text)} is out of range; write a whole number from 0 to {most}")
    return int(text)


def _host(text: str) -> str | None:
    """The host in a browser's spelling (IPv6 in brackets), or None for what is not one."""
    name = text.lower()
    try:
        if ":" in name:
            address = IPv6Address(name)
            return None if address.scope_id else f"[{address.compressed}]"
        # A last label of digits makes it an address for a browser, so it has to be a whole one.
        if name.rpartition(".")[2].isdecimal():
            return str(IPv4Address(name))
    except ValueError:
        return None
    return name if len(name) <= 253 and _HOST_NAME.fullmatch(name) else None


def _shown(text: str) -> str:
    """A wrong value on one line and not too long. Never used for what may be a secret."""
    return repr(text if len(text) <= 60 else text[:57] + "…")
