"""What `make docs` does beyond MkDocs: pages that live elsewhere in the tree come along, and links follow them.

A page keeps one place, where people look for it in the repository (CONTRIBUTING.md, CHANGELOG.md, the vectors beside
their files); its links are written for there. MkDocs calls the functions named on_….
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
# In the site → in the tree.
GUESTS = {
    "contributing.md": "CONTRIBUTING.md",
    "changes.md": "CHANGELOG.md",
    "vectors.md": "tests/vectors/README.md",
    "vectors/protocol.json": "tests/vectors/protocol.json",
    "vectors/keys.json": "tests/vectors/keys.json",
    "vectors/passwords.json": "tests/vectors/passwords.json",
    "pictures/icon.svg": "static/icon.svg",
}
HOSTS = {tree: site for site, tree in GUESTS.items()}
LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)\s#]+)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """A page of docs/ that the menu does not name yet stands at its end rather than nowhere."""
    named = set(re.findall(r"[\w-]+\.md", str(config.nav)))
    for page in sorted(Path(config.docs_dir).glob("*.md")):
        if page.name not in named and config.nav is not None:
            config.nav.append({page.stem.capitalize(): page.name})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The guests move in."""
    for site, tree in GUESTS.items():
        files.append(File.generated(config, site, abs_src_path=str(ROOT / tree)))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Every link to a file of the tree leads to where that file is in the site."""
    source = page.file.src_uri
    here = posixpath.dirname(GUESTS.get(source, f"docs/{source}"))
    return LINK.sub(lambda found: _moved(found[1], here), markdown)


def _moved(link: str, here: str) -> str:
    target = posixpath.normpath(posixpath.join(here, link))
    if target in HOSTS:
        return HOSTS[target]
    return target.removeprefix("docs/") if target.startswith("docs/") else link
