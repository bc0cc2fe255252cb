"""The content security policy allows nothing inline and nothing foreign, so no page may contain it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.rules.tree import ROOT, files, shown

JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
MARKUP_FROM_TEXT = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|cssText|setAttribute\(\s*[\"']style"
)


class Inline(HTMLParser):
    """Collects what the policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (
            tag == "script" and "src" not in given and given.get("type") != "application/json"
        ):
            self.found.append(f"line {self.getpos()[0]}: <{tag}>")
        for name, value in attrs:
            if (
                name == "style"
                or re.fullmatch(r"on[a-z]+", name)
                or (value or "").strip().startswith("javascript:")
            ):
                self.found.append(f"line {self.getpos()[0]}: <{tag} {name}>")
            if name == "src" and re.match(r"https?:|//|data:", value or ""):
                self.found.append(f"line {self.getpos()[0]}: <{tag} {name}={value}>")


def blocked(page: str) -> list[str]:
    parser = Inline()
    # A placeholder without line breaks lost, so that line numbers stay right.
    parser.feed(JINJA.sub(lambda found: "x" + "\n" * found[0].count("\n"), page))
    return parser.found


def test_no_template_has_inline_script_style_or_handlers() -> None:
    found = {shown(path): blocked(path.read_text("utf-8")) for path in (ROOT / "templates").rglob("*.html")}

    assert found, "there are templates"
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "page",
    [
        "<script>run()</script>",
        "<style>p { color: red }</style>",
        '<p style="color: red">',
        '<p onclick="run()">',
        '<p\n  OnClick = "run()">',
        '<p {% if a > b %}hidden{% endif %} onclick="run()">',
        '<a href="javascript:run()">',
        '<script src="https://cdn.example.com/a.js"></script>',
        '<img src="data:image/png;base64,AA">',
    ],
)
def test_the_rule_finds_what_the_policy_blocks(page: str) -> None:
    assert blocked(page)


@pytest.mark.parametrize(
    "page",
    [
        '<script type="module" src="/static/js/login/waiting.js"></script>',
        '<script type="application/json" id="confirmation">{{ state|tojson }}</script>',
        '<p class="on" data-online="yes">the style is on</p>',
        '<img src="{{ url_for(\'static\', filename="icon.svg") }}" alt="">',
    ],
)
def test_the_rule_lets_pass_what_the_policy_allows(page: str) -> None:
    assert blocked(page) == []


def test_no_script_makes_markup_or_code_from_text() -> None:
    found = [shown(path) for path in files(".js") if MARKUP_FROM_TEXT.search(path.read_text("utf-8"))]

    assert found == []
