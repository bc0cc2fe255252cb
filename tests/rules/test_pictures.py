"""Pictures in the documentation are drawn from the code, and show what the code does."""

from __future__ import annotations

import pytest

from scripts.states import PAGES, written


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_picture_of_the_states_is_the_table(page: object) -> None:
    text = page.read_text()  # type: ignore[attr-defined]
    assert "<!-- states -->" in text
    assert text == written(text), "run: python scripts/states.py --write"
