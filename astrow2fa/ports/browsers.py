"""The shelf of browsers, and what each is to each user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from astrow2fa.core.accounts import Browser, Session


class Browsers(Protocol):
    """Browsers with a cookie, and what they are to each user."""

    def find(self, token_hash: str, user_id: int, now: int) -> Browser | None:
        """By its present token, or its previous one within the overlap.

        A previous token used later means that the cookie was copied: the browser is revoked, and returned so that
        it can be recorded.
        """
        ...

    def recognised_by(self, token_hash: str, user_id: int, now: int) -> str | None:
        """The id of the browser with this token, if it is recognised for the user. Only looks."""
        ...

    def is_recognised(self, token_hash: str, now: int) -> bool:
        """Whether the browser with this token is recognised for anybody. Only looks."""
        ...

    def add(self, browser_id: str, token_hash: str, now: int) -> None: ...

    def rotate(self, browser_id: str, token_hash: str, now: int) -> None: ...

    def recognise(self, browser_id: str, user_id: int, session: Session, now: int) -> None:
        """It has finished a confirmed sign-in: recognised and known, with no wrong passwords."""
        ...

    def set_draw(self, browser_id: str, user_id: int, drawn: bool) -> None:
        """Whether Random asks this recognised browser's next sign-in."""
        ...

    def count_wrong_password(self, browser_id: str, user_id: int) -> int: ...

    def clear_wrong_passwords(self, browser_id: str, user_id: int) -> None: ...

    def unrecognise(self, browser_id: str, user_id: int) -> None: ...

    def make_unknown(self, user_id: int) -> int:
        """Every known browser of the user; they stay recognised. Returns how many."""
        ...

    def forget_all(self, user_id: int) -> int:
        """No browser is recognised any more. Returns how many were."""
        ...

    def recognised_of(self, user_id: int) -> list[RecognisedBrowser]: ...


@dataclass(frozen=True, slots=True)
class RecognisedBrowser:
    """A recognised browser as its user sees it."""

    id: str
    name: str
    os: str
    known: bool
    confirmed_at: int
