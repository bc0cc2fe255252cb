"""The test vectors of docs/protocol.md. README.md says what is in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("protocol.json")


def read() -> dict[str, Any]:
    """All of them."""
    vectors: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return vectors
