"""The shelf of core/fatigue.py's one fact: until when an account's phones are spared."""

from __future__ import annotations

from typing import Protocol


class Fatigue(Protocol):
    """Times are whole Unix seconds. Kept with the account, so it holds in every process and after a restart."""

    def begin(self, user_id: int, now: int, until: int) -> bool:
        """Falls quiet until then if it is due and not quiet yet, in one statement that counts and decides.

        What is pending from unrecognised browsers becomes quiet with it. False: nothing was changed.
        """
        ...

    def end(self, user_id: int) -> bool:
        """No longer quiet; False when it was not."""
        ...

    def count_from(self, user_id: int, now: int) -> None:
        """What ended until now counts no more."""
        ...

    def any_over(self, now: int) -> bool:
        """Whether there is anything for `over`."""
        ...

    def over(self, now: int) -> list[int]:
        """Ends what has had its time; the users."""
        ...
