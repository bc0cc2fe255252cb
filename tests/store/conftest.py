"""The same who act as on the services."""

from __future__ import annotations

from tests.services.conftest import desk, other_desk, phone

__all__ = ["desk", "other_desk", "phone"]
