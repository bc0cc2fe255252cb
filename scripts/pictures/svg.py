"""The few shapes that the pictures are made of, as SVG text.

A picture is a card with its own ground, so that it reads the same on a light and on a dark page. It names no font
to fetch, and is the same bytes for the same input.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape

GROUND, LINE, INK, QUIET = "#fbfbfd", "#5b6475", "#1b2130", "#596273"
FILLS = {"open": "#e6effc", "good": "#e1f4e6", "end": "#eceef2", "deep": "#fdf0d9"}
FONT = "system-ui, sans-serif"


@dataclass(frozen=True, slots=True)
class Box:
    """A rounded box; `x`, `y` is its upper left corner."""

    name: str
    x: int
    y: int
    width: int
    height: int
    fill: str = "open"
    under: str = ""
    """A smaller line below the name."""

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    def drawn(self) -> str:
        """The box and its words."""
        centre = self.y + self.height // 2 + 5 - (9 if self.under else 0)
        lines = [
            (
                f'<rect x="{self.x}" y="{self.y}" width="{self.width}" height="{self.height}" rx="8" '
                f'fill="{FILLS[self.fill]}" stroke="{LINE}"/>'
            ),
            words(self.name, self.middle, centre, bold=True),
        ]
        if self.under:
            lines.append(words(self.under, self.middle, centre + 19, size=12, colour=QUIET))
        return "\n".join(lines)


def words(text: str, x: int, y: int, *, size: int = 15, colour: str = INK, bold: bool = False) -> str:
    """One line of text, centred on `x`, its base line at `y`."""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x}" y="{y}" text-anchor="middle" font-size="{size}"{weight} fill="{colour}">'
        f"{escape(text)}</text>"
    )


def arrow(path: str, *, faint: bool = False) -> str:
    """An arrow along an SVG path, its head at the path's end."""
    colour, kind = (QUIET, ' stroke-dasharray="4 4"') if faint else (LINE, "")
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.5"{kind} marker-end="url(#head)"/>'
    )


def card(title: str, told: str, width: int, height: int, shapes: Iterable[str]) -> str:
    """The whole picture. `told` says in words what it shows, for who does not see it (WCAG 2.2 §1.1.1)."""
    return "\n".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
                f'height="{height}" role="img" font-family="{FONT}">'
            ),
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(told)}</desc>",
            (
                '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
                f'orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" fill="{LINE}"/></marker></defs>'
            ),
            f'<rect width="{width}" height="{height}" rx="12" fill="{GROUND}"/>',
            *shapes,
            "</svg>",
            "",
        ]
    )
