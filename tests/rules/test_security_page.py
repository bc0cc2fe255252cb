"""docs/security.md points at code and tests that there are, and every attack that is tested is on it."""

from __future__ import annotations

import re

from tests.rules.tree import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
NAMED = sorted(
    name
    for line in PAGE.splitlines()
    if line.startswith("|")
    for name in re.findall(r"`([a-z][a-z0-9_/.]*/[a-z0-9_/.]*)`", line)
)
FOLDERS = ("docs", "static", "tests", "templates")


def test_what_it_names_is_there() -> None:
    there = [name if name.split("/")[0] in FOLDERS else f"astrow2fa/{name}" for name in NAMED]
    assert [name for name in there if not (ROOT / name).exists()] == []


def test_every_row_names_a_test() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and "`" in line]
    assert [row for row in rows if "`tests/" not in row] == []


def test_every_attack_is_on_it() -> None:
    attacks = {f"tests/attacks/{path.name}" for path in (ROOT / "tests" / "attacks").glob("test_*.py")}
    assert attacks - set(NAMED) == set()
