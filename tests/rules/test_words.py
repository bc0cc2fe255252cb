"""Every language says everything, means the same blanks, and says nothing that nobody asks for. `make words` helps."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message

from astrow2fa.core.languages import DEFAULT, LANGUAGES
from scripts.words import catalogues, read, source, written

ROOT = Path(__file__).parents[2]
OTHERS = sorted(set(LANGUAGES) - {DEFAULT})
BLANK = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}|\bCOUNT\b|</?\w+>")
"""What the program fills in: in Python and templates, in scripts, in the waiting screen's count."""

NAMES = re.compile(
    r"Astrow|Mobile|Web|2 Factor|Self Service|Virtual Terminal|Authentication|Demo|%\(\w+\)s|\{\w+\}"
)


@pytest.fixture(scope="module")
def said() -> Catalog:
    return source()


def texts(message: Message) -> list[str]:
    found = message.string
    return [found] if isinstance(found, str) else list(found or [""])


def asked(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def blanks(text: str) -> Counter[str]:
    return Counter(BLANK.findall(text))


def test_there_is_a_catalogue_for_every_language_but_the_source_s_own() -> None:
    assert sorted(catalogues()) == OTHERS


@pytest.mark.parametrize("code", OTHERS)
def test_it_has_the_messages_of_the_source_and_no_others(code: str, said: Catalog) -> None:
    have, want = ({asked(one) for one in messages(each)} for each in (read(catalogues()[code]), said))

    assert sorted(want - have) == [], "not in the catalogue: run `make words`, then translate"
    assert sorted(have - want) == [], "not in the source any more: run `make words`"


def test_no_words_stand_inside_an_f_string() -> None:
    """Before Python 3.12 they are not found there, and so would never be translated."""
    hidden = [
        f"{path.relative_to(ROOT)}:{each.lineno}"
        for path in sorted((ROOT / "astrow2fa").rglob("*.py"))
        for each in ast.walk(ast.parse(path.read_text()))
        if isinstance(each, ast.JoinedStr) and any(map(_asks_for_words, ast.walk(each)))
    ]

    assert hidden == []


def _asks_for_words(node: ast.AST) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Name) and called.id in ("_", "gettext", "ngettext")


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_is_left_untranslated_or_guessed(code: str) -> None:
    found = messages(read(catalogues()[code]))

    assert [asked(one)[0] for one in found if not all(text.strip() for text in texts(one))] == []
    assert [asked(one)[0] for one in found if one.fuzzy] == []


@pytest.mark.parametrize("code", OTHERS)
def test_what_is_filled_in_is_filled_in_everywhere(code: str) -> None:
    wrong = [
        (text, sorted(blanks(english)), sorted(blanks(text)))
        for one in messages(read(catalogues()[code]))
        for english, text in zip(asked(one), texts(one), strict=True)
        if blanks(english) != blanks(text)
    ]

    assert wrong == []


@pytest.mark.parametrize("code", OTHERS)
def test_lines_and_edges_are_kept(code: str) -> None:
    wrong = [
        text
        for one in messages(read(catalogues()[code]))
        for text in texts(one)
        if text != text.strip() or text.count("\n") != asked(one)[0].count("\n")
    ]

    assert wrong == []


@pytest.mark.parametrize("code", OTHERS)
def test_a_sentence_is_not_the_english_one(code: str) -> None:
    same = [
        text
        for one in messages(read(catalogues()[code]))
        for text in texts(one)
        if text == asked(one)[0] and len(re.findall(r"\w{3,}", NAMES.sub("", text))) > 2
    ]

    assert same == []


@pytest.mark.parametrize("code", OTHERS)
def test_the_plural_is_that_of_the_language(code: str) -> None:
    catalog = read(catalogues()[code])
    rule = Locale(code).plural_form

    assert catalog.num_plurals == 2
    assert f"plural={catalog.plural_expr}" in catalogues()[code].read_text("utf-8")
    assert (catalog.plural_expr == "(n > 1)") is (rule(0) == "one")


@pytest.mark.parametrize("code", OTHERS)
def test_the_file_is_as_make_words_writes_it(code: str) -> None:
    path = catalogues()[code]

    assert path.read_bytes() == written(read(path)), "run: make words"


def test_the_rule_sees_the_words_of_every_audience(said: Catalog) -> None:
    for text in ("Sign in", "Scan the QR code", "Hello %(name)s,", "Notifications work", "System – Licences"):
        assert said.get(text), text


@pytest.mark.parametrize(
    ("english", "translated"),
    [
        ("Hello %(name)s", "Hallo %(naam)s"),
        ("%(num)d rows", "%(num)s rijen"),
        ("In {minutes} min", "In minuten"),
        ("COUNT phones", "Telefoons"),
        ("%(percent)s %%", "%(percent)s %"),
    ],
)
def test_the_rule_sees_a_blank_that_differs(english: str, translated: str) -> None:
    assert blanks(english) != blanks(translated)
