"""The project's own source files, for rules that look at all of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "astrow2fa"
FOLDERS = ("astrow2fa", "scripts", "static", "templates", "tests")
FETCHED = ROOT / "static" / "vendor"


def files(*suffixes: str) -> list[Path]:
    """Every source file with one of the suffixes; what is fetched is not ours."""
    found = [*ROOT.glob("*"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))]
    return sorted(path for path in found if path.suffix in suffixes and FETCHED not in path.parents)


def product() -> list[Path]:
    """The Python files that run in production."""
    return [ROOT / "server.py", *sorted(PACKAGE.rglob("*.py"))]


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Each module that is imported anywhere in `tree`, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "", node.lineno)


def parsed(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text("utf-8"), str(path))


def shown(path: Path) -> str:
    """A path as messages give it, from the project's folder on."""
    return path.relative_to(ROOT).as_posix()
