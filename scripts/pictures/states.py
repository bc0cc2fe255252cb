"""The states of a confirmation and its moves, from the table that decides them: `MOVES` in core/confirmation.py."""

from __future__ import annotations

from collections.abc import Mapping

from astrow2fa.core.confirmation import COLLECT_SECONDS, MOVES
from scripts.pictures.svg import Box, arrow, card, words

WHO = {
    "approve": "phone: OK",
    "deny": "phone: Cancel",
    "expire": "the deadline",
    "cancel": "browser, or the account changes",
    "collect": f"browser, within {COLLECT_SECONDS} s",
}
WIDTH, HEIGHT = 880, 330
TOP, LOW = 60, 220
"""Where the two rows begin: above, the way of a sign-in that succeeds; below, how it ends otherwise."""


def moves() -> Mapping[str, Mapping[str, str]]:
    """State → act → state, in words."""
    return {str(state): {str(act): str(to) for act, to in out.items()} for state, out in MOVES.items()}


def way(table: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The states from the first one on, each by the act that only it allows, until one that nothing leaves."""
    [start] = set(table) - {to for out in table.values() for to in out.values()}
    found = [start]
    while table[found[-1]]:
        acts = table[found[-1]]
        [onward] = [
            to for act, to in acts.items() if all(act not in table[s] for s in table if s != found[-1])
        ]
        found.append(onward)
    return found


def picture() -> str:
    """The SVG. Raises ValueError when the table has grown into something that this layout does not show."""
    table = moves()
    above = way(table)
    below = [state for state in table if state not in above]
    if any(table[state] for state in below):
        raise ValueError(f"a state of the lower row is left again: {below}")
    boxes = {
        name: Box(name, 80 + i * 300, TOP, 130, 52, "open" if table[name] else "good")
        for i, name in enumerate(above)
    }
    for i, name in enumerate(below):
        acts = {act for out in table.values() for act, to in out.items() if to == name}
        boxes[name] = Box(
            name, 40 + i * 280, LOW, 240, 66, "end", " · ".join(WHO[act] for act in sorted(acts))
        )
    shapes = [box.drawn() for box in boxes.values()]
    first = boxes[above[0]]
    shapes.append(arrow(f"M 24 {TOP + 26} H {first.x}"))
    shapes.append(words("the password was right", 100, TOP - 14, size=12))
    for state, out in table.items():
        for act, to in out.items():
            shapes += _move(boxes[state], boxes[to], act, forward=to in above, rank=above.index(state))
    return card("The states of a confirmation", _told(table), WIDTH, HEIGHT, shapes)


def _move(source: Box, target: Box, act: str, *, forward: bool, rank: int) -> list[str]:
    if forward:
        y = source.y + source.height // 2
        label = words(WHO[act], (source.right + target.x) // 2, y - 8, size=12)
        return [arrow(f"M {source.right} {y} H {target.x}"), label]
    # Each source has its own place on the upper edges below, so that no two arrows end in one point.
    x = target.middle - 30 + 60 * rank
    bend = (source.bottom + target.y) // 2
    return [arrow(f"M {source.middle} {source.bottom} C {source.middle} {bend} {x} {bend} {x} {target.y}")]


def _told(table: Mapping[str, Mapping[str, str]]) -> str:
    told = (f"{state} becomes {to} ({WHO[act]})" for state, out in table.items() for act, to in out.items())
    return "; ".join(told) + "."
