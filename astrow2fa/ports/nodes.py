"""Several processes that serve one database: how one lets the others know what it has committed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from astrow2fa.core.confirmation import Standing


class Channel(Protocol):
    """Carries words between processes: "look", and how a confirmation stands since it was moved.

    The first is worth nothing to whoever forges it: what there is to be seen is in the log. The second is told to the
    browser as it came, so it has to be what a process of this installation has said, and is said only after the commit:
    repeated or held back it is still no more than a hint, and nobody is let in by it. Words may be lost; whoever waits
    for one looks by itself once a second.
    """

    def look(self) -> None:
        """Tells the other processes. Returns at once, whether or not anybody can be reached."""
        ...

    def tell(self, moved: Standing) -> None:
        """The same, and at once how this one stands. Not while it is pending: its number is nobody else's."""
        ...

    def start(self, on_look: Callable[[], None], on_told: Callable[[Standing], None]) -> None:
        """From now on calls `on_told` for each that another process has told, and `on_look` after every other word and
        every interruption.
        """
        ...


class NoChannel:
    """For a single process."""

    def look(self) -> None:
        """There is nobody."""

    def tell(self, moved: Standing) -> None:
        """There is nobody."""

    def start(self, on_look: Callable[[], None], on_told: Callable[[Standing], None]) -> None:
        """Nobody will say anything."""
