"""Houses for these tests."""

from __future__ import annotations

from tests.support.houses import build, house, template

__all__ = ["build", "house", "template"]
