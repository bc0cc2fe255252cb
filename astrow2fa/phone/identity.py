"""Who a paired phone is, and the file that remembers it."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from astrow2fa.adapters.signatures import private_jwk, signing_key
from astrow2fa.phone.errors import NotPaired
from astrow2fa.ports.outside import Jwk, SigningKey

VERSION = 1


@dataclass(frozen=True, slots=True)
class Identity:
    """What pairing gave. `server_keys` are the keys whose signatures this phone believes, newest first."""

    url: str
    device_id: str
    name: str
    username: str
    display_name: str
    key: SigningKey
    server_keys: tuple[Jwk, ...]
    push_key: str = ""


def save(path: Path, identity: Identity) -> None:
    """Writes the file for its owner alone (0600): it holds the private key in the clear."""
    content = {
        "version": VERSION,
        "url": identity.url,
        "device_id": identity.device_id,
        "name": identity.name,
        "username": identity.username,
        "display_name": identity.display_name,
        "private_key": private_jwk(identity.key),
        "server_keys": identity.server_keys,
        "push_key": identity.push_key,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    # Beside and then in its place: whoever is interrupted keeps the old file, and no moment is world-readable.
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1, ensure_ascii=False)
    beside.replace(path)


def load(path: Path) -> Identity:
    """Raises NotPaired when there is no such file, others may read it, or it is not one of ours."""
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise NotPaired(
                f"{path} can be read by others. It holds a private key: chmod 600 it, or pair again."
            )
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotPaired(f"This phone is not paired ({path} does not exist). Begin with: pair") from None
    except (OSError, ValueError) as error:
        raise NotPaired(f"{path} cannot be read: {error}") from error
    try:
        return _identity(content)
    except (KeyError, TypeError, ValueError) as error:
        raise NotPaired(f"{path} is no state file of this phone, or of another version.") from error


def _identity(content: Mapping[str, object]) -> Identity:
    keys, private = content["server_keys"], content["private_key"]
    if content["version"] != VERSION or not isinstance(keys, list) or not isinstance(private, dict):
        raise ValueError("another version")
    return Identity(
        url=str(content["url"]),
        device_id=str(content["device_id"]),
        name=str(content["name"]),
        username=str(content["username"]),
        display_name=str(content["display_name"]),
        key=signing_key(private),
        server_keys=tuple(keys),
        push_key=str(content["push_key"]),
    )
