"""The languages that the product speaks, and which of them somebody gets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "nl": "Nederlands",
    "nb": "Norsk bokmål",
}
"""Code (RFC 5646, language alone) → its name in itself. The first one is what the source is written in."""

DEFAULT = "en"

_ALSO = {"no": "nb", "nn": "nb"}
"""Who asks for Norwegian without saying which, or for Nynorsk, reads Bokmål sooner than English."""


def spoken(tag: str) -> str | None:
    """Ours for a language tag of any region or script ("nl-BE" → "nl"); None when there is none."""
    primary = tag.strip().replace("_", "-").partition("-")[0].lower()
    code = _ALSO.get(primary, primary)
    return code if code in LANGUAGES else None


def chosen(own: str, kept: str, accepted: Iterable[str]) -> str:
    """The user's own language, else what this browser was set to, else the first it asks for that there is.

    `accepted`: the tags of Accept-Language, the most wanted first, without those that are refused (q=0).
    """
    for tag in (own, kept, *accepted):
        if tag and (code := spoken(tag)) is not None:
            return code
    return DEFAULT
