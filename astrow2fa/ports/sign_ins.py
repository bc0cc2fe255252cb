"""The shelf of sign-ins, for those who look at everybody's."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from astrow2fa.core.sign_ins import Search, SignIn


class SignIns(Protocol):
    """Three kinds in one list: asked ones, those let in unasked, those whose password was refused."""

    def page(self, search: Search, now: float, limit: int) -> list[SignIn]:
        """Newest first, after the mark of the search; one query whatever is looked for."""
        ...

    def waiting(self, now: float, limit: int) -> list[SignIn]:
        """Those whose browsers wait for a phone now, newest first."""
        ...

    def get(self, sign_in_id: str, now: float) -> SignIn | None:
        """One that was asked, or let in unasked."""
        ...

    def these(self, ids: Collection[str], now: float) -> list[SignIn]:
        """Of these, those that were asked, in any order."""
        ...
