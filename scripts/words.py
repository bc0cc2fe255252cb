"""The words of every language: collected from the source, and compiled for the program.

    words.py update     every catalogue gets the messages that are in the source now, new ones untranslated
    words.py compile    the catalogues as the program reads them (.mo, not in git), where they are not up to date

Catalogues are sorted by message and name no files and lines, so that a change of a page changes nothing in them but
its words.
"""

from __future__ import annotations

import os
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "translations"
MAPPING = ROOT / "babel.cfg"
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None}
WIDTH = 110
CHANGING = ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team", "Generated-By")
"""Lines of the header that would differ from run to run, or say nothing here."""


def catalogues() -> dict[str, Path]:
    """Code of the language → its catalogue."""
    found = sorted(FOLDER.glob("*/LC_MESSAGES/messages.po"))
    return {path.parent.parent.name: path for path in found}


def source() -> Catalog:
    """What there is to say, as it stands in the source: English."""
    with MAPPING.open() as lines:
        methods, options = parse_mapping_cfg(lines)  # type: ignore[no-untyped-call]  # of Babel's own
    catalog = Catalog()
    for _name, _line, message, comments, context in extract_from_dir(
        ROOT, methods, options, keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    ):
        catalog.add(message, auto_comments=comments, context=context)
    return catalog


def read(path: Path) -> Catalog:
    """A catalogue as it stands. Raises PoFileError where it is damaged."""
    with path.open("rb") as lines:
        return read_po(lines, locale=path.parent.parent.name, abort_invalid=True)


def written(catalog: Catalog) -> bytes:
    """A catalogue as text, always the same for the same words."""
    text = BytesIO()
    write_po(text, catalog, width=WIDTH, no_location=True, sort_output=True, ignore_obsolete=True)
    head, gap, rest = text.getvalue().partition(b"\n\n")
    kept = [
        line
        for line in head.splitlines()
        if not line.startswith((*(f'"{name}:'.encode() for name in CHANGING), b"#"))
    ]
    return b"\n".join(kept) + gap + rest.rstrip(b"\n") + b"\n"


def update() -> None:
    """Brings every catalogue to the messages of the source. What is not translated stays empty and is never guessed."""
    template = source()
    for code, path in catalogues().items():
        catalog = read(path)
        catalog.update(template, no_fuzzy_matching=True)
        path.write_bytes(written(catalog))
        left = sum(1 for message in catalog if message.id and not _said(message.string))
        print(f"{code}: {len(catalog)} messages, {left} not translated")


def _said(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return all((string,) if isinstance(string, str) else string or ("",))


def compile_all() -> None:
    """Writes what is missing or older than its catalogue; a reader sees the old file or the new one, whole."""
    for path in catalogues().values():
        made = path.with_suffix(".mo")
        if made.exists() and made.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        part = made.with_name(f"{made.name}.{os.getpid()}")
        with part.open("wb") as file:
            write_mo(file, read(path))
        part.replace(made)


def main() -> int:
    """Exit code: 2 for anything but the two commands."""
    commands = {"update": update, "compile": compile_all}
    command = commands.get(" ".join(sys.argv[1:]))
    if command is None:
        print(__doc__, file=sys.stderr)
        return 2
    command()
    return 0


if __name__ == "__main__":
    sys.exit(main())
