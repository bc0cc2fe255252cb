"""Which language somebody gets: the user's own, else the browser's choice, else what it asks for, else English."""

from __future__ import annotations

import pytest

from astrow2fa.core.languages import LANGUAGES, chosen, spoken


def test_the_user_s_own_goes_before_everything() -> None:
    assert chosen("nl", "fr", ["de"]) == "nl"


def test_what_the_browser_was_set_to_goes_before_what_it_asks_for() -> None:
    assert chosen("", "fr", ["de", "nl"]) == "fr"


def test_the_first_that_is_asked_for_and_spoken_is_taken() -> None:
    assert chosen("", "", ["es-ES", "es", "de-AT", "nl"]) == "de"


def test_else_it_is_english() -> None:
    assert chosen("", "", []) == "en"
    assert chosen("", "", ["es", "zh-Hant-TW", "*"]) == "en"


def test_one_that_is_not_spoken_any_more_counts_as_none() -> None:
    assert chosen("tlh", "xx", ["nl"]) == "nl"


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("nl-BE", "nl"),
        ("FR", "fr"),
        ("de_CH", "de"),
        ("nb-NO", "nb"),
        ("no", "nb"),
        ("nn-NO", "nb"),
        ("en-US", "en"),
        ("", None),
        ("*", None),
        ("nld", None),
        ("../nl", None),
    ],
)
def test_region_script_and_kin_are_understood(tag: str, code: str | None) -> None:
    assert spoken(tag) == code


def test_every_language_is_called_by_its_own_name() -> None:
    assert dict(LANGUAGES) == {
        "en": "English",
        "de": "Deutsch",
        "fr": "Français",
        "nl": "Nederlands",
        "nb": "Norsk bokmål",
    }
