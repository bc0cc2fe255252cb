"""Writes the pictures into docs/pictures/."""

from __future__ import annotations

from scripts.pictures import rings, states
from scripts.pictures.tree import FOLDER

PICTURES = {"states.svg": states.picture, "rings.svg": rings.picture}

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, picture in PICTURES.items():
        (FOLDER / name).write_text(picture(), "utf-8")
