"""Houses for these tests."""

from __future__ import annotations

from tests.support.houses import build, house, shared_house, template

__all__ = ["build", "house", "shared_house", "template"]
