"""The database as the services see it: a unit of work, and in it one shelf for each family of rows.

Every method works inside the unit's transaction. Nothing in here waits for anything but the database, and nothing
is known about it after the unit ended. Hashes are lower-case hexadecimal SHA-256 (or keyed HMAC for typed codes).
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from astrow2fa.core.confirmation import Confirmation
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.ports.browsers import Browsers
from astrow2fa.ports.directory import Directory, Helps, Imports, Roles
from astrow2fa.ports.fatigue import Fatigue
from astrow2fa.ports.history import EvidenceShelf, History, Ledger
from astrow2fa.ports.insight import InsightShelf
from astrow2fa.ports.mail import Letters
from astrow2fa.ports.outside import Jwk
from astrow2fa.ports.people import Accounts, Exemptions, PairingCodes, Phones, Sessions
from astrow2fa.ports.push import Marks, Subscriptions
from astrow2fa.ports.readiness import Readiness
from astrow2fa.ports.rules import Licences, SettingsShelf
from astrow2fa.ports.sign_ins import SignIns


@dataclass(frozen=True, slots=True)
class Answering:
    """A confirmation, and whether the phone that answers it may."""

    confirmation: Confirmation
    phone_live: bool
    permitted: bool
    wrong_numbers: int


class Confirmations(Protocol):
    """Confirmations. `now` decides what is still open: the effective state, never the row's alone."""

    def add(self, confirmation: Confirmation) -> None: ...

    def get(self, confirmation_id: str) -> Confirmation | None: ...

    def among(self, ids: Collection[str]) -> list[Confirmation]:
        """Those of them that there are, in the order of their ids."""
        ...

    def of_session(self, session_id: str) -> Confirmation | None:
        """The newest of this session."""
        ...

    def pending_of(self, user_id: int, now: float) -> list[Confirmation]:
        """Effectively pending, oldest first."""
        ...

    def count_pending(self, now: float) -> int:
        """How many are effectively pending, everybody's."""
        ...

    def pending_ids(self, now: float, limit: int) -> list[str]:
        """Everybody's, effectively pending, those first whose time is over first."""
        ...

    def open_of(self, user_id: int, now: float) -> list[Confirmation]:
        """Effectively pending or approved."""
        ...

    def answered_by(self, confirmation_id: str, device_id: str) -> Answering | None:
        """What an answer by this phone needs to know, in one query; None unless both belong to the same user."""
        ...

    def settle(
        self,
        before: Confirmation,
        after: Confirmation,
        now: float,
        *,
        decision: str | None = None,
        address: str | None = None,
    ) -> bool:
        """The guarded move: one UPDATE that names the state it starts from, and the deadline.

        An approve also demands, in the same statement, that the number is required or nothing else of the user is
        pending. False when somebody else was first, and then nothing was changed.
        """
        ...

    def sign_anew(self, before: Confirmation, after: Confirmation) -> bool:
        """Stores a new version of the request of a pending confirmation (its number has become required)."""
        ...

    def count_exemption_try(self, confirmation_id: str) -> int:
        """A wrong exemption code at its waiting screen, counted atomically; returns how many that makes."""
        ...

    def overdue(self, now: float, limit: int) -> list[Confirmation]:
        """Open rows past their deadline, oldest first."""
        ...

    def overdue_of(self, user_id: int, now: float) -> list[Confirmation]:
        """The same of one user."""
        ...

    def recent_of(self, user_id: int, limit: int) -> list[Confirmation]:
        """Newest first, settled or not."""
        ...


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key of the server's. Once dropped, `sealed` is None and `public` (JSON of a JWK) is what is left of it."""

    kid: str
    purpose: str
    made_at: int
    sealed: str | None
    public: str | None


class Keys(Protocol):
    """The server's own keys, sealed."""

    def sealed(self, purpose: str) -> list[str]:
        """Newest first, without dropped ones; the first is the one to sign with."""
        ...

    def all(self) -> list[StoredKey]:
        """Dropped ones too, newest first."""
        ...

    def add(self, purpose: str, kid: str, sealed: str, now: int) -> None: ...

    def reseal(self, kid: str, sealed: str) -> None:
        """The same key, sealed anew."""
        ...

    def drop(self, kid: str, public: str) -> None:
        """Forgets the private half."""
        ...


@dataclass(frozen=True, slots=True)
class LogRow:
    """One row of the log: a fact with its place in the hash chain of its writer."""

    id: int
    writer: str
    seq: int
    at: float
    fact: Fact


class Log(Protocol):
    """The log: one hash chain per writer (a process from its start to its end)."""

    def record(self, fact: Fact) -> None: ...

    def numbers(self, after: int, also: Collection[int], limit: int) -> list[int]:
        """The ids of rows after that one, and of those of `also` that are there by now; the smallest first."""
        ...

    def of_others(self, numbers: Collection[int]) -> list[LogRow]:
        """Those of these rows that other processes recorded, oldest first."""
        ...

    def newest(self, tag: Tag, limit: int) -> list[LogRow]:
        """What was recorded under this tag, by whatever writer, newest first. Of rare tags only (`core.facts.USUAL`
        has the others): those have an index.
        """
        ...

    def latest(self) -> float:
        """When the newest row was written; 0 when there is none."""
        ...

    def last_id(self) -> int: ...

    def about(self, confirmation_id: str) -> list[LogRow]:
        """What was recorded of a confirmation, oldest first."""
        ...

    def of_session(self, user_id: int, session_id: str) -> list[LogRow]:
        """What was recorded of a session of this user, oldest first."""
        ...


class Work(Protocol):
    """One unit of work. A writing one commits when its block ends, and rolls back when an exception leaves it."""

    @property
    def now(self) -> float: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def confirmations(self) -> Confirmations: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def browsers(self) -> Browsers: ...
    @property
    def phones(self) -> Phones: ...
    @property
    def codes(self) -> PairingCodes: ...
    @property
    def exemptions(self) -> Exemptions: ...
    @property
    def fatigue(self) -> Fatigue: ...
    @property
    def directory(self) -> Directory: ...
    @property
    def roles(self) -> Roles: ...
    @property
    def helps(self) -> Helps: ...
    @property
    def imports(self) -> Imports: ...
    @property
    def letters(self) -> Letters: ...
    @property
    def sign_ins(self) -> SignIns: ...
    @property
    def settings(self) -> SettingsShelf: ...
    @property
    def licences(self) -> Licences: ...
    @property
    def readiness(self) -> Readiness: ...
    @property
    def insight(self) -> InsightShelf: ...
    @property
    def subscriptions(self) -> Subscriptions: ...
    @property
    def marks(self) -> Marks: ...
    @property
    def keys(self) -> Keys: ...
    @property
    def log(self) -> Log: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def history(self) -> History: ...
    @property
    def evidence(self) -> EvidenceShelf: ...


@dataclass(frozen=True, slots=True)
class Health:
    """How the database stands: whether it has the present shape, and by what a commit survives a power cut."""

    current: bool
    journal: str
    synchronous: str


class Store(Protocol):
    """Where units of work come from. Raises Unavailable when the database cannot be reached."""

    def make_ready(self) -> None:
        """What is worth doing once before many are served; a command, which writes a little and ends, leaves it."""
        ...

    def tidy(self) -> None:
        """What a serving process does every few seconds, in a real thread: it must touch nothing of the loop's."""
        ...

    def health(self) -> Health:
        """For the operator, not for a request. `journal` and `synchronous` in SQLite's words, capitals."""
        ...

    def look_at_clock(self) -> float:
        """Compares clocks: by how many seconds this machine's own is ahead of the database's, which counts."""
        ...

    def read(self) -> AbstractContextManager[Work]: ...

    def write(self, *, alone: bool = True) -> AbstractContextManager[Work]:
        """`alone`: no other writing unit of any process overlaps this one, so that what it reads stays so.

        One that works on a single account may run beside others (`alone=False`): it locks the account's row before
        it reads what it decides upon. It can raise Conflict, and is then done again. So may one that decides nothing.
        """
        ...

    def public_key_of(self, device_id: str) -> Jwk:
        """The public key of a phone that was ever paired: it never changes and is remembered. Raises KeyError."""
        ...


class Unavailable(Exception):
    """The database did not answer; nothing was changed, nobody is let in."""


class Conflict(Unavailable):
    """Two units waited for each other, and this one was ended: nothing was changed, and it may be tried again."""
