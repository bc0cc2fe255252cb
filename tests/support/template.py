"""A house whose people moved in once and for all: its folder is copied, which is quicker than moving in again."""

from __future__ import annotations

import shutil
from pathlib import Path

from jinja2.bccache import Bucket, BytecodeCache

from tests.support.house import House


class Compiled(BytecodeCache):
    """Templates compiled by one house, for the next ones: half of what a short test would cost."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


def furnished(folder: Path) -> Path:
    """Makes the house that is copied; returns its instance folder."""
    house = House(folder).people()
    house.parts.store.close()  # type: ignore[attr-defined]
    return folder / "instance"


def copied(template: Path, folder: Path, **more: str) -> House:
    """A house like the template, in `folder`."""
    shutil.copytree(template, folder / "instance")
    house = House(folder, **more)
    house.app.jinja_env.bytecode_cache = COMPILED
    return house
