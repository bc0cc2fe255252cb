"""The six-digit number that ties an OK to the right browser (NIST SP 800-63B-4 §3.1.3.1)."""

from __future__ import annotations

import hmac
from enum import StrEnum

DIGITS = 6


class Matching(StrEnum):
    """For which browsers the number has to be typed."""

    OFF = "off"
    NEW_BROWSERS = "new_browsers"
    ALWAYS = "always"


def required(matching: Matching, *, known: bool, others_pending: bool) -> bool:
    """Whether a confirmation needs its number.

    While several sign-ins of an account are pending it is needed on all of them, under every setting: only the
    number tells the user's own from a stranger's.
    """
    if others_pending or matching is Matching.ALWAYS:
        return True
    return matching is Matching.NEW_BROWSERS and not known


def link(public_url: str, confirmation_id: str, number: str) -> str:
    """What the QR code beside the number says: PUBLIC_URL/mobile/#number=ID.482913 (docs/protocol.md §6).

    It spares the typing and nothing else: a phone fills the number into that confirmation if it lists it already.
    """
    return f"{public_url}/mobile/#number={confirmation_id}.{number}"


def same(given: str, shown: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(given.encode(), shown.encode())
