"""A house whose people moved in once and for all: its folder is copied, which is quicker than moving in again."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.house import House


def furnished(folder: Path) -> Path:
    """Makes the house that is copied; returns its instance folder."""
    house = House(folder).people()
    house.parts.store.close()  # type: ignore[attr-defined]
    return folder / "instance"


def copied(template: Path, folder: Path, **more: str) -> House:
    """A house like the template, in `folder`."""
    shutil.copytree(template, folder / "instance")
    return House(folder, **more)
