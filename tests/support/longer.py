"""A language that nobody speaks: English with every word two fifths longer, and no letter without its accent.

What breaks in it breaks in some real language sooner or later: pages that are too narrow, letters that are cut off, and
words that never went through a catalogue, which stay plain.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from scripts.words import source

STANDS_FOR = "nl"
"""It takes the place of this language, whose plural is formed as the English one is."""

GROWTH = 0.4
_KEPT = re.compile(r"(%\(\w+\)[sd]|%%|\{\w+\}|\bCOUNT\b)")
_WORD = re.compile(r"[^\W\d_]+")
_ACCENTS = str.maketrans("aceinosuyzACEINOSUYZ", "äçëîñöšûÿžÄÇËÎÑÖŠÛŸŽ")


def longer(text: str) -> str:
    """The same with every word longer; what is filled in stays as it is."""
    pieces = _KEPT.split(text)
    return "".join(piece if place % 2 else _WORD.sub(_grown, piece) for place, piece in enumerate(pieces))


def _grown(found: re.Match[str]) -> str:
    word = found[0]
    return word.translate(_ACCENTS) + "ë" * math.ceil(GROWTH * len(word))


def write(folder: Path) -> Path:
    """A folder of catalogues with this one in it."""
    catalog = Catalog(locale=STANDS_FOR)
    for message in source():
        if message.id:
            said = longer(message.id) if isinstance(message.id, str) else tuple(map(longer, message.id))
            catalog.add(message.id, said)
    path = folder / STANDS_FOR / "LC_MESSAGES" / "messages.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalog)
    return folder
