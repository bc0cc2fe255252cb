"""One house for each module, under Always: what is thrown at it changes little, and what it changes is no matter."""

from __future__ import annotations

from tests.support.houses import shared_house, template

__all__ = ["shared_house", "template"]
