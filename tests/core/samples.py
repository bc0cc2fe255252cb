"""A confirmation to try rules on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from astrow2fa.core.confirmation import Confirmation, Purpose, State

ASKED = 1_900_000_000
LIFETIME = 120
DEADLINE = ASKED + LIFETIME

SAMPLE = Confirmation(
    id="confirmation",
    user_id=1,
    session_id="session",
    purpose=Purpose.SIGN_IN,
    state=State.PENDING,
    deadline=DEADLINE,
    asked_at=ASKED,
    until=DEADLINE,
    reason=None,
    number="482913",
    number_required=True,
    request="a.b.c",
    request_sha256="hash",
    earlier_sha256=None,
    recognised=False,
    known=False,
    phones=1,
    decided_by=None,
    address="192.0.2.10",
    place="",
    browser="Chrome 156",
    os="Linux",
    next="/",
)


def confirmation(**fields: Any) -> Confirmation:
    """The sample, with some fields changed."""
    return replace(SAMPLE, **fields)
