"""Who imports whom: the rings as the import contract in pyproject.toml has them, the imports as the code has them.

A table and no web of arrows: every ring is a row and a column, from the outermost to the innermost, and a dot says
that the row imports the column. Imports go inwards only, so there is no dot on the left of the diagonal.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator

from scripts.pictures.svg import FILLS, INK, LINE, QUIET, card, words
from scripts.pictures.tree import PACKAGE, ROOT

CELL, GAP = 44, 10
LEFT, TOP = 316, 96
SHADES = ("end", "open", "open", "deep", "good")
SAYS = {
    "app": "the composition root",
    "commands": "the operator's",
    "web": "browsers and phones",
    "config": "the environment",
    "phone": "one for the terminal",
    "services": "the verbs",
    "store": "the only SQL",
    "adapters": "the rest of the outside",
    "ports": "what services need",
    "core": "the rules, pure",
    "runtime": "how the process waits",
}


def layers() -> list[list[str]]:
    """From the outermost ring to the innermost."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    [found] = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    return [[name.strip() for name in layer.replace(":", "|").split("|")] for layer in found]


def arrows() -> set[tuple[str, str]]:
    """(who imports, who is imported), by the names of rings, as the source says it."""
    known = {name for layer in layers() for name in layer}
    return {
        (source, target)
        for path in PACKAGE.rglob("*.py")
        if (source := path.relative_to(PACKAGE).parts[0].removesuffix(".py")) in known
        for target in _imported(ast.parse(path.read_text("utf-8")))
        if target in known and target != source
    }


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from astrow2fa import runtime` names the ring behind the word import.
            names = [f"{node.module}.{name.name}" for name in node.names]
        for name in names:
            if name.startswith("astrow2fa."):
                yield name.split(".")[1]


def places() -> dict[str, int]:
    """Ring → how far along the picture it is, in both directions; a gap between layers."""
    found: dict[str, int] = {}
    for number, layer in enumerate(layers()):
        for name in layer:
            found[name] = len(found) * CELL + number * GAP
    return found


def picture() -> str:
    """The SVG."""
    at, found = places(), arrows()
    extent = max(at.values()) + CELL
    shapes = [
        *(_band(layer, at, extent, SHADES[number]) for number, layer in enumerate(layers())),
        *(_row(name, y) for name, y in at.items()),
        *(_column(name, x) for name, x in at.items()),
        *(_cell(at[name], at[name], dot=False) for name in at),
        *(_cell(at[target], at[source], dot=True) for source, target in sorted(found)),
        words("imports →", LEFT - 50, TOP - 14, size=12, colour=QUIET),
    ]
    told = "; ".join(
        f"{name} imports {', '.join(sorted(to for by, to in found if by == name)) or 'none of the others'}"
        for name in at
    )
    return card("The rings, and who imports whom", told + ".", LEFT + extent + 24, TOP + extent + 24, shapes)


def _band(layer: list[str], at: dict[str, int], extent: int, shade: str) -> str:
    height = CELL * len(layer)
    return (
        f'<rect x="16" y="{TOP + at[layer[0]]}" width="{LEFT + extent - 16}" height="{height}" rx="8" '
        f'fill="{FILLS[shade]}"/>'
    )


def _row(name: str, y: int) -> str:
    line = TOP + y + CELL // 2 + 5
    return (
        f'<text x="32" y="{line}" font-size="15" font-weight="600" fill="{INK}">{name}</text>'
        f'<text x="140" y="{line}" font-size="12" fill="{QUIET}">{SAYS.get(name, "")}</text>'
    )


def _column(name: str, x: int) -> str:
    middle = LEFT + x + CELL // 2
    return (
        f'<text transform="translate({middle} {TOP - 10}) rotate(-45)" font-size="13" font-weight="600" '
        f'fill="{INK}">{name}</text>'
    )


def _cell(x: int, y: int, *, dot: bool) -> str:
    """A dot where the row imports the column, a dash where both are the same ring."""
    middle, line = LEFT + x + CELL // 2, TOP + y + CELL // 2
    if dot:
        return f'<circle cx="{middle}" cy="{line}" r="8" fill="{LINE}"/>'
    return f'<path d="M {middle - 7} {line} h 14" stroke="{QUIET}" stroke-width="1.5"/>'
