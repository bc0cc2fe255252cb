"""The operator's accounts with Google and Apple, by which native apps are woken. Files are read once.

Each function raises ValueError, and the reason says what to write instead; it never repeats what a file holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

APPLE_HOSTS = ("api.push.apple.com", "api.sandbox.push.apple.com")
LARGEST_FILE = 64 * 1024
_PROJECT = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]", re.ASCII)
_E_MAIL = re.compile(r"[!-~]+@[!-~]+", re.ASCII)
_TEN = re.compile(r"[A-Z0-9]{10}", re.ASCII)
_BUNDLE = re.compile(r"[A-Za-z0-9.-]{1,155}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Google:
    """A service account of a Firebase project. `private_key` is PEM."""

    project_id: str
    client_email: str
    private_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Apple:
    """A key for Apple's push service, and the app that it is for. `private_key` is PEM, `topic` the bundle id."""

    key_id: str
    team_id: str
    topic: str
    host: str
    private_key: str = field(repr=False)


def google(text: str) -> Google:
    """The path of a service account's file, as the Firebase console gives it out."""
    path, content = _read(text, "a service account's JSON file")
    instead = f"{path} is no service account's file; download one from the Firebase console"
    try:
        found = json.loads(content)
    except ValueError:
        raise ValueError(instead) from None
    names = ("project_id", "client_email", "private_key")
    values = [found.get(name) for name in names] if isinstance(found, Mapping) else []
    project_id, client_email, private_key = [v if isinstance(v, str) else "" for v in values] or ("", "", "")
    if not _PROJECT.fullmatch(project_id) or not _E_MAIL.fullmatch(client_email) or not _is_pem(private_key):
        raise ValueError(instead)
    return Google(project_id, client_email, private_key)


def apple_key(text: str) -> str:
    """The path of a key for the Apple Push Notification service, AuthKey_….p8; its content is answered."""
    path, content = _read(text, "the key's file, AuthKey_….p8")
    if not _is_pem(content):
        raise ValueError(f"{path} holds no private key in PEM; download one from Apple's developer pages")
    return content


def ten(text: str) -> str:
    """What Apple calls a key or a team by."""
    if not _TEN.fullmatch(text):
        raise ValueError(
            f"{text[:60]!r} is none of Apple's; write ten capitals and digits such as ABCDE12345"
        )
    return text


def bundle(text: str) -> str:
    """The bundle id of an app."""
    if not _BUNDLE.fullmatch(text):
        raise ValueError(f"{text[:60]!r} is no bundle id; write one such as com.example.mobile")
    return text


def apple_host(text: str) -> str:
    """Where Apple takes pushes: for apps from the store, or for those under development."""
    if text not in APPLE_HOSTS:
        raise ValueError(f"{text[:60]!r} is not Apple's; write {' or '.join(APPLE_HOSTS)}")
    return text


def _read(text: str, what: str) -> tuple[Path, str]:
    path = Path(text).absolute()
    try:
        with path.open(encoding="utf-8") as file:
            return path, file.read(LARGEST_FILE)
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}; write the path of {what}") from None
    except ValueError:
        raise ValueError(f"{path} is no text; write the path of {what}") from None


def _is_pem(text: str) -> bool:
    """Whether it looks like one: whether it is one is known to those who use it."""
    begin, end = "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"
    return text.strip().startswith(begin) and text.strip().endswith(end)
