"""Where a browser may be sent after it signed in: a path of ours, and nothing else."""

from __future__ import annotations

from urllib.parse import urlsplit

HOME = "/"
_CLOSED = ("/login", "/logout", "/mobile", "/socket.io")
_LONGEST = 1000


def safe(target: str | None) -> str:
    """`target` if it is a local path with an optional query, else home.

    Browsers read a backslash as a slash and drop tabs and newlines, so both make a foreign address out of what
    looks like a path; anything but printable ASCII is refused (a proper address is percent-encoded).
    """
    if not target or len(target) > _LONGEST or not target.isascii() or not target.isprintable():
        return HOME
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return HOME
    try:
        parts = urlsplit(target)
    except ValueError:
        return HOME
    if parts.scheme or parts.netloc:
        return HOME
    if any(parts.path == closed or parts.path.startswith(closed + "/") for closed in _CLOSED):
        return HOME
    return target
