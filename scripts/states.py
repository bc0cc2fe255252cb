"""The picture of a confirmation's states, drawn from the table that decides them.

`python scripts/states.py` prints it; `--write` puts it into README.md and docs/architecture.md, between its marks.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from astrow2fa.core.confirmation import COLLECT_SECONDS, MOVES  # noqa: E402 (after the path is set)

PAGES = (ROOT / "README.md", ROOT / "docs" / "architecture.md")
BLOCK = re.compile(r"(<!-- states -->\n).*?(<!-- /states -->)", re.DOTALL)
WHO = {
    "approve": "phone: OK",
    "deny": "phone: Cancel",
    "expire": "the deadline",
    "cancel": "browser, or the account changes",
    "collect": f"browser, within {COLLECT_SECONDS} s",
}


def picture() -> str:
    """A Mermaid state diagram."""
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> pending: the password was right"]
    for state, moves in MOVES.items():
        lines += [f"    {state} --> {target}: {WHO[act]}" for act, target in moves.items()]
        if not moves:
            lines.append(f"    {state} --> [*]")
    return "\n".join([*lines, "```", ""])


def written(text: str) -> str:
    """`text` with its block as the table has it."""
    return BLOCK.sub(lambda found: found[1] + picture() + found[2], text)


if __name__ == "__main__":
    if "--write" in sys.argv:
        for page in PAGES:
            page.write_text(written(page.read_text()))
    else:
        sys.stdout.write(picture())
