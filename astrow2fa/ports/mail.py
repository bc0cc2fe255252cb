"""Letters to users: what they tell, where they wait, how they leave.

A letter tells of what was done to somebody's account. It never carries a pairing code, an invitation or the code of
an exemption: whoever reads the mail must not get past the phone by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """What a letter tells. The facts that go with it are in its line."""

    PASSWORD_SENT = "password_sent"  # noqa: S105  (password, by)
    PASSWORD_RESET = "password_reset"  # noqa: S105  (by)
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    PHONE_PAIRED = "phone_paired"  # (phone, address)
    EXEMPTED = "exempted"  # (by, reason)
    ADDRESS_CHANGED = "address_changed"  # (by), to the address it was


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be told to whom; the words are found when it is sent. `at`: when it happened, Unix seconds.

    `language`: the one that the user has chosen, or "".
    """

    kind: Kind
    to: str
    name: str
    at: int
    facts: Mapping[str, str] = field(default_factory=dict, repr=False)
    language: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A note that waits to be sent; `sealed` is the note as `Post.seal` wrote it, `tries` how often it was tried."""

    id: int
    user_id: int
    kind: str
    sealed: str
    made_at: int
    tries: int


class NotTaken(Exception):
    """The relay did not take the letter; `for_good`: it never will."""

    def __init__(self, why: str, *, for_good: bool) -> None:
        super().__init__(why)
        self.for_good = for_good


class Post(Protocol):
    """How letters leave the house."""

    @property
    def on(self) -> bool:
        """Whether there is a relay at all."""
        ...

    def seal(self, note: Note) -> str:
        """As text for the database, encrypted under the secret key: one kind holds a password."""
        ...

    def open(self, sealed: str) -> Note:
        """The inverse. Raises ValueError when the secret key is another one."""
        ...

    def send(self, note: Note) -> None:
        """Writes the letter and hands it to the relay. Raises NotTaken. Not for the path of a request."""
        ...


class Letters(Protocol):
    """The outbox. A letter is put into it in the transaction that made true what it tells."""

    def add(self, user_id: int, kind: Kind, sealed: str, now: int) -> None: ...

    def due(self, now: float, limit: int) -> list[Letter]:
        """Those that may be tried now, oldest first."""
        ...

    def claim(self, letter: Letter, until: int) -> bool:
        """Takes it for one try, which counts; nobody else tries it before `until`. False: somebody else has it."""
        ...

    def put_off(self, letter_id: int, until: int) -> None: ...

    def drop(self, letter_id: int) -> None: ...
