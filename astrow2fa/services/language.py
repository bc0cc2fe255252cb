"""The language that a user has chosen."""

from __future__ import annotations

from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.languages import LANGUAGES
from astrow2fa.ports import Parts
from astrow2fa.services.unit import change


def choose(parts: Parts, user_id: int, language: str) -> None:
    """From now on pages and letters are in this language; "" is whatever the browser asks for.

    Raises ValueError for a language that there is not.
    """
    if language and language not in LANGUAGES:
        raise ValueError(language)
    with change(parts) as unit:
        if unit.work.accounts.set_language(user_id, language):
            unit.record(Fact(Tag.LANGUAGE_CHOSEN, user_id=user_id, details={"language": language}))
