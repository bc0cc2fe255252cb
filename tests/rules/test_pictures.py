"""Pictures in the documentation are drawn from the code, and show what the code does."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from astrow2fa.core.confirmation import MOVES
from scripts.pictures import rings, states
from scripts.pictures.__main__ import PICTURES
from scripts.pictures.tree import FOLDER
from tests.rules.tree import ROOT

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", PICTURES)
def test_the_picture_is_what_the_code_says_now(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == PICTURES[name](), "run: make pictures"


def test_every_move_of_the_table_is_an_arrow() -> None:
    arrows = [path for path in drawn(states.picture()).iter(f"{SVG}path") if path.get("marker-end")]

    # And one that comes from nowhere: the first.
    assert len(arrows) == sum(map(len, MOVES.values())) + 1


def test_every_import_between_rings_is_a_dot_and_none_goes_outwards() -> None:
    order = [name for layer in rings.layers() for name in layer]

    dots = list(drawn(rings.picture()).iter(f"{SVG}circle"))

    assert len(dots) == len(rings.arrows()) > 20
    assert [pair for pair in rings.arrows() if order.index(pair[0]) > order.index(pair[1])] == []


def test_every_picture_says_in_words_what_it_shows() -> None:
    told = {name: drawn(picture()).findtext(f"{SVG}desc") or "" for name, picture in PICTURES.items()}

    assert "pending becomes approved" in told["states.svg"]
    assert "services imports core, ports" in told["rings.svg"]


def test_the_pages_show_them() -> None:
    assert "docs/pictures/states.svg" in (ROOT / "README.md").read_text("utf-8")
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert [name for name in PICTURES if f"(pictures/{name})" not in page] == []


def drawn(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)  # noqa: S314  (our own)
