"""What a new password has to be: Astrow's three strengths, and what is asked even without a policy.

The browser's meter (static/js/shared/strength.js) follows the same rules; tests/vectors/passwords.json holds both
to them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from enum import StrEnum

SHORTEST, LONGEST = 6, 256


class Strength(StrEnum):
    """The least strength the policy accepts."""

    WEAK = "weak"
    GOOD = "good"
    STRONG = "strong"


def normal(password: str) -> str:
    """NFC, so that the same keys on another system make the same password (NIST SP 800-63B-4 §3.1.1.2)."""
    return unicodedata.normalize("NFC", password)


def missing(password: str, strength: Strength) -> list[str]:
    """What `password` (already `normal`) lacks for `strength`, as reason codes; empty when it has it.

    Weak: 6 letters or digits. Good: 7 different letters or digits, a special character, a capital. Strong: 9
    different letters or digits, and 4 different characters among specials and capitals, at least one of each.
    """
    marks = [c for c in password if c.isalnum()]
    specials = {c for c in password if not c.isalnum() and not c.isspace()}
    capitals = {c for c in password if c.isupper()}
    lacks = []
    if strength is Strength.WEAK:
        return [] if len(marks) >= 6 else ["too_short"]
    if len(set(marks)) < (7 if strength is Strength.GOOD else 9):
        lacks.append("too_few_different")
    if not specials:
        lacks.append("needs_special")
    if not capitals:
        lacks.append("needs_capital")
    if strength is Strength.STRONG and len(specials) + len(capitals) < 4:
        lacks.append("needs_more_signs")
    return lacks


def wrong_length(password: str) -> list[str]:
    """The bounds that hold with every setting, as reason codes."""
    if len(password) < SHORTEST:
        return ["too_short"]
    return ["too_long"] if len(password) > LONGEST else []


def holds_own_name(password: str, own_words: Sequence[str]) -> bool:
    """Whether little of the password is left once the user's own names are taken out of it, the longest first."""
    rest = password.casefold()
    found = False
    for own in sorted((normal(word).casefold() for word in own_words), key=len, reverse=True):
        if len(own) >= 3 and own in rest:
            rest, found = rest.replace(own, ""), True
    return found and len(rest) < SHORTEST


def expired(changed_at: int, expires_days: int, now: float) -> bool:
    """Whether a password of that age has to be changed; 0 days means never."""
    return expires_days > 0 and now >= changed_at + expires_days * 86_400
