"""The same copied house as for the services."""

from __future__ import annotations

from tests.services.conftest import desk, house, kind, other_desk, phone, quick, template

__all__ = ["desk", "house", "kind", "other_desk", "phone", "quick", "template"]
