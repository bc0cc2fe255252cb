"""What configuration keeps on or reads from the disk: the instance folder, its secret key, licence issuers.

Reasons are raised as ValueError, as in `values`.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from astrow2fa.config.values import SHORTEST_SECRET

DEFAULT = Path(__file__).resolve().parents[2] / "instance"
DATABASE = "astrow2fa.sqlite3"
SECRET = "secret.key"  # noqa: S105  the name of the file, not what is in it

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def folder(text: str) -> Path:
    """The instance folder, absolute, made if missing, closed to others (0700)."""
    path = Path(text).absolute()
    if "?" in str(path):
        raise ValueError(
            "must not hold a question mark, which ends the file name in a database URL; rename it"
        )
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.stat().st_mode & _OTHERS:
            _close(path)
    except (FileExistsError, NotADirectoryError):
        raise ValueError(f"{path} is or lies under a file; write the name of a folder") from None
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}; write a folder that this user may write") from None
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise ValueError(f"{path} is not writable; write a folder that this user may write")
    return path


def _close(path: Path) -> None:
    """Take the others' rights away, but only from a folder that is surely ours: /tmp must stay as it is."""
    names = {entry.name for entry in path.iterdir()}
    if names and not names & {SECRET, DATABASE}:
        raise ValueError(
            f"{path} is open to others and holds other things; write another, or type chmod 700 {path}"
        )
    path.chmod(0o700)


def secret(instance: Path) -> bytes:
    """The secret key in the instance folder, made at the first start.

    Two processes that start at once get the same key: each writes a whole file of its own, and only one can be
    linked to the name. The text of the file is the key, so that another node can be given it in the environment.
    """
    path = instance / SECRET
    try:
        if not path.exists():
            _make(path)
        mode, text = path.stat().st_mode, path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"cannot be kept in {path} ({error}); mend the file, or set the variable") from None
    if mode & _OTHERS:
        raise ValueError(
            f"{path} can be read by others; type chmod 600 {path}, and change the key if one did"
        )
    if len(text) < SHORTEST_SECRET:
        raise ValueError(f"{path} is cut short; restore it, as the keys in the database are sealed with it")
    return text.encode()


def _make(path: Path) -> None:
    # NamedTemporaryFile opens with mode 0600 and O_EXCL.
    with NamedTemporaryFile("w", dir=path.parent, prefix=path.name, encoding="ascii") as draft:
        draft.write(secrets.token_urlsafe(48) + "\n")
        draft.flush()
        os.fsync(draft.fileno())
        with suppress(FileExistsError):
            os.link(draft.name, path)
    # The database is sealed under this key, so the name must survive a power cut, too.
    entry = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)


def jwk_set(text: str) -> Path:
    """A file with the public P-256 keys of licence issuers (RFC 7517 §5)."""
    path = Path(text).absolute()
    try:
        found = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}; write the path of a JWK set file") from None
    except ValueError:
        raise ValueError(f"{path} is not JSON; write the path of a JWK set file") from None
    keys = found.get("keys") if isinstance(found, Mapping) else None
    if not isinstance(keys, list) or not keys or not all(_is_public_p256(key) for key in keys):
        raise ValueError(f'{path} is no JWK set of P-256 keys; write {{"keys": [{{"kty": "EC", …}}]}} there')
    if any("d" in key for key in keys):
        raise ValueError(f"{path} holds a private key; write only public ones, without the member d")
    return path


def _is_public_p256(key: object) -> bool:
    return (
        isinstance(key, Mapping)
        and (key.get("kty"), key.get("crv")) == ("EC", "P-256")
        and all(isinstance(key.get(member), str) for member in "xy")
    )
