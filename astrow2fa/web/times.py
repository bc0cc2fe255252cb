"""Times for pages."""

from __future__ import annotations

from datetime import UTC, datetime


def at(seconds: int) -> datetime:
    """Unix seconds as pages take them; the browser writes them in its own zone."""
    return datetime.fromtimestamp(seconds, UTC)
