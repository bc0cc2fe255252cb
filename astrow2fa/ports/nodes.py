"""Several processes that serve one database: how one lets the others know that there is something to be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Channel(Protocol):
    """Carries one word, "look", and nothing else: what there is to be seen is in the log, and free to be forged
    here it would be worth nothing. Words may be lost; whoever waits for one looks by itself once a second.
    """

    def look(self) -> None:
        """Tells the other processes. Returns at once, whether or not anybody can be reached."""
        ...

    def start(self, on_look: Callable[[], None]) -> None:
        """From now on calls `on_look` when another process has said it, and after every interruption."""
        ...


class NoChannel:
    """For a single process."""

    def look(self) -> None:
        """There is nobody."""

    def start(self, on_look: Callable[[], None]) -> None:
        """Nobody will say anything."""
