"""The documentation is a site that is whole in itself, and names only what there is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from tests.rules.tree import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as `make docs` builds it; a warning fails it."""
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (built.returncode, built.stdout + built.stderr) == (0, "")
    return folder


class Loaded(HTMLParser):
    """What a page makes a browser fetch by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("img", "script", "iframe", "source"):
            self.addresses.append(given.get("src") or "")
        if tag == "link" and given.get("rel") not in ("next", "prev", "canonical"):
            self.addresses.append(given.get("href") or "")


def test_every_page_is_there_and_what_they_point_to(site: Path) -> None:
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")} | {"contributing", "changes", "vectors"}

    assert {path.stem for path in site.glob("*.html")} == pages | {"404"}
    assert (site / "openapi.yaml").read_bytes() == (ROOT / "docs" / "openapi.yaml").read_bytes()
    assert (site / "vectors" / "protocol.json").is_file()


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    loaded: dict[str, list[str]] = {}
    for path in site.glob("*.html"):
        reader = Loaded()
        reader.feed(path.read_text("utf-8"))
        loaded[path.name] = reader.addresses

    assert any(address.endswith(".js") for address in loaded["index.html"])
    foreign = {name: [a for a in found if re.match(r"(?:[a-z]+:)?//", a)] for name, found in loaded.items()}
    assert {name: found for name, found in foreign.items() if found} == {}
    styles = "".join(path.read_text("utf-8") for path in site.rglob("*.css"))
    assert re.findall(r"url\([\"']?(?:https?:)?//", styles) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_a_page_names_is_one(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):(?!=)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    text = page.read_text("utf-8")

    named = set(re.findall(r"(?:`|^)make ([a-z][a-z-]*)", text, re.MULTILINE))

    assert named - targets == set()


def test_every_file_that_contributing_names_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = {name for name in re.findall(r"`([\w./-]+/[\w./-]*)`", text) if not re.search(r"[A-Z]{4}", name)}
    made = {"site/", "instance-dev/"}

    places = (ROOT, ROOT / "astrow2fa", ROOT / "tests" / "store")
    missing = {name for name in named - made if not any((place / name).exists() for place in places)}

    assert len(named) > 20
    assert missing == set()


def test_hooks_before_a_commit_call_only_what_is_installed_here() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]
    checked = (ROOT / "Makefile").read_text("utf-8").replace("$(python)", ".venv/bin/python")

    assert {repo["repo"] for repo in config["repos"]} == {"local"}
    assert {hook["language"] for hook in hooks} == {"system"}
    # Each is a part of `make check`, so that both say the same.
    entries = [hook["entry"].removesuffix(" --force-exclude") for hook in hooks]
    assert [entry for entry in entries if entry not in checked] == []
