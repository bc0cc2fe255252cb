"""Says where a file of the project names a folder of somebody's own machine, which means nothing on any other."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRIVATE = re.compile(r"(?<![\w.\-}])/(?:home|Users|root|work|tmp/[\w-]+)/|[A-Z]:\\Users\\")


def tracked() -> list[Path]:
    """Every file that is in git or would be added to it."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    names = listing.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def places(path: Path) -> list[str]:
    """`file:line: text` for each line that names such a folder; pictures and other binary files have none."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        return []
    shown = path.relative_to(ROOT)
    hits = (
        (number, line) for number, line in enumerate(lines, 1) if PRIVATE.search(line) or str(ROOT) in line
    )
    return [f"{shown}:{number}: {line.strip()[:100]}" for number, line in hits]


def main() -> int:
    """Exit code: 0 when there is none."""
    found = [place for path in tracked() for place in places(path)]
    print("\n".join(found) if found else "No local path is named.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
