"""docs/statements.md: every statement has its tests, and every test that it names exists."""

from __future__ import annotations

import ast
import re
from functools import cache

from tests.rules.tree import ROOT

PAGE = ROOT / "docs" / "statements.md"
ROW = re.compile(r"\| (\d+) \| ([^|]+) \| ([^|]+) \|")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
STATEMENTS = 42


@cache
def names_in(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def missing(page: str) -> list[str]:
    """The tests that are named and are not there."""
    return [f"{path}::{name}" for path, name in TEST.findall(page) if name not in names_in(path)]


def test_there_is_a_row_for_every_statement_in_order() -> None:
    rows = ROW.findall(PAGE.read_text("utf-8"))

    assert [int(number) for number, _, _ in rows] == list(range(1, STATEMENTS + 1))


def test_every_statement_names_a_test() -> None:
    rows = ROW.findall(PAGE.read_text("utf-8"))

    assert [number for number, _, tests in rows if not TEST.search(tests)] == []


def test_every_test_that_is_named_exists() -> None:
    assert missing(PAGE.read_text("utf-8")) == []


def test_one_that_does_not_would_be_noticed() -> None:
    assert missing("`tests/rules/test_statements.py::test_of_nothing`") != []
    assert missing("`tests/rules/test_nowhere.py::test_of_nothing`") != []
