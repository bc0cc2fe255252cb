"""What `doctor` finds on this machine: Python, addresses, files, limits."""

from __future__ import annotations

import os
import resource
import stat
import sys
from pathlib import Path

from astrow2fa import runtime
from astrow2fa.commands.findings import Finding, fail, ok, warn
from astrow2fa.config import Config
from astrow2fa.config.instance import SECRET
from astrow2fa.core.languages import DEFAULT, LANGUAGES

LEAST_PYTHON = (3, 11)
VENDOR = ("pico.min.css", "socket.io.esm.min.js")
# The database, the log, the listener, and requests that come and go.
OTHER_FILES = 200

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_DEFAULT_MODE = next(iter(runtime.MODES))


def python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] < LEAST_PYTHON:
        return fail("Python", version, "Use Python 3.11 or later.")
    return ok("Python", version)


def async_mode(mode: str) -> Finding:
    if mode != _DEFAULT_MODE:
        return ok("Async mode", mode)
    others = " and ".join(other for other in runtime.MODES if other != _DEFAULT_MODE)
    return ok("Async mode", f"{mode}, which its own authors call deprecated; {others} can take its place")


def public_url(config: Config) -> Finding:
    url = config.public_url
    if url.endswith(":0"):
        return warn("Public URL", url, "Set ASTROW2FA_PORT or ASTROW2FA_PUBLIC_URL, or links lead nowhere.")
    if not config.secure:
        return ok("Public URL", f"{url}, for browsers on this machine only")
    if config.trusted_proxies == 0:
        return warn(
            "Public URL",
            f"{url}, and no proxy is trusted",
            "Set ASTROW2FA_TRUSTED_PROXIES, or every browser seems to come from the proxy's own address.",
        )
    return ok("Public URL", url)


def instance_folder(folder: Path) -> Finding:
    what = "Instance folder"
    found = folder.stat()
    if found.st_mode & _OTHERS:
        return fail(what, f"{folder} is open to others", f"Type: chmod 700 {folder}")
    strangers = sorted(entry.name for entry in folder.iterdir() if entry.stat().st_uid != found.st_uid)
    if found.st_uid != os.geteuid() or strangers:
        return warn(
            what,
            f"{folder} and what is in it do not all belong to the user who runs this",
            "Run commands as the user who runs the server.",
        )
    return ok(what, f"{folder}, closed to others")


def secret_key(config: Config) -> Finding:
    what, path = "Secret key", config.instance / SECRET
    if not path.exists() or path.read_bytes().strip() != config.secret_key:
        return ok(what, "from the environment")
    if path.stat().st_mode & _OTHERS:
        return fail(what, f"{path} is open to others", f"Type: chmod 600 {path}")
    return ok(what, f"{path}, closed to others; keep a copy, as the database cannot be opened without it")


def open_files(sockets: int) -> Finding:
    """`sockets`: how many browsers and phones may be connected at once."""
    what, hard = "Open files", resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    needed = sockets + OTHER_FILES
    allowed = "any number" if hard == resource.RLIM_INFINITY else str(hard)
    found = f"{allowed} may be open here; up to {needed} are expected"
    if hard != resource.RLIM_INFINITY and hard < needed:
        return warn(what, found, f"Raise it for the server: ulimit -Hn {needed}, or LimitNOFILE={needed}")
    return ok(what, found)


def vendor_files(static: Path) -> Finding:
    missing = [name for name in VENDOR if not (static / "vendor" / name).is_file()]
    if missing:
        return fail(
            "Vendor files", f"{', '.join(missing)} missing in {static / 'vendor'}", "Type: make setup"
        )
    return ok("Vendor files", "present")


def languages(folder: Path) -> Finding:
    """Catalogues that are not compiled, or older than their words, keep nobody out: English is spoken instead."""
    behind = [
        LANGUAGES[code]
        for code in LANGUAGES
        if code != DEFAULT and not _compiled(folder / code / "LC_MESSAGES" / "messages.po")
    ]
    if behind:
        return warn("Languages", f"not compiled: {', '.join(behind)}", "Type: make setup")
    return ok("Languages", ", ".join(LANGUAGES.values()))


def _compiled(words: Path) -> bool:
    made = words.with_suffix(".mo")
    return made.is_file() and (not words.is_file() or made.stat().st_mtime_ns >= words.stat().st_mtime_ns)
