"""The database as the services see it: a unit of work, and in it one shelf for each family of rows.

Every method works inside the unit's transaction. Nothing in here waits for anything but the database, and nothing
is known about it after the unit ended. Hashes are lower-case hexadecimal SHA-256 (or keyed HMAC for typed codes).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from astrow2fa.core.accounts import Account, Browser, Phone, Session
from astrow2fa.core.confirmation import Confirmation
from astrow2fa.core.facts import Fact
from astrow2fa.core.licence import Licence
from astrow2fa.core.settings import Settings


class Accounts(Protocol):
    """Users."""

    def named(self, name: str, *, lock: bool = False) -> Account | None:
        """By name, in any spelling that means the same. `lock` holds the row until the unit ends."""
        ...

    def get(self, user_id: int, *, lock: bool = False) -> Account | None: ...

    def all(self) -> list[Account]:
        """Ordered by name."""
        ...

    def add(self, account: Account) -> int:
        """Returns the new id; `account.id` is not looked at. Raises NameTaken."""
        ...

    def count_wrong_password(self, user_id: int) -> int:
        """One more, atomically; returns how many in a row that makes."""
        ...

    def clear_wrong_passwords(self, user_id: int) -> None: ...

    def set_locked(self, user_id: int, at: int | None) -> None: ...

    def set_enabled(self, user_id: int, enabled: bool) -> None: ...

    def set_password(self, user_id: int, password_hash: str, at: int) -> None:
        """Also remembers it for the password history."""
        ...

    def rehash(self, user_id: int, password_hash: str) -> None:
        """The same password, hashed anew."""
        ...

    def past_passwords(self, user_id: int, count: int) -> list[str]:
        """The hashes of the newest `count` passwords, the present one first."""
        ...

    def other_active_administrators(self, user_id: int) -> int:
        """How many enabled, unlocked administrators there are besides this one."""
        ...


class NameTaken(Exception):
    """There is a user of that name."""


@dataclass(frozen=True, slots=True)
class Answering:
    """A confirmation, and whether the phone that answers it may."""

    confirmation: Confirmation
    phone_live: bool
    permitted: bool


class Confirmations(Protocol):
    """Confirmations. `now` decides what is still open: the effective state, never the row's alone."""

    def add(self, confirmation: Confirmation) -> None: ...

    def get(self, confirmation_id: str) -> Confirmation | None: ...

    def of_session(self, session_id: str) -> Confirmation | None:
        """The newest of this session."""
        ...

    def pending_of(self, user_id: int, now: float) -> list[Confirmation]:
        """Effectively pending, oldest first."""
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

    def overdue(self, now: float, limit: int) -> list[Confirmation]:
        """Open rows past their deadline, oldest first."""
        ...

    def recent_of(self, user_id: int, limit: int) -> list[Confirmation]:
        """Newest first, settled or not."""
        ...


class Sessions(Protocol):
    """Browser sessions, waiting ones and signed-in ones."""

    def add(self, session: Session) -> None: ...

    def by_token(self, token_hash: str) -> Session | None:
        """Ended ones too."""
        ...

    def get(self, session_id: str) -> Session | None: ...

    def alive_of(self, user_id: int, now: float) -> list[Session]:
        """Signed in and not over, newest first."""
        ...

    def of_confirmation(self, confirmation_id: str) -> list[Session]:
        """Those that wait for it or came out of it."""
        ...

    def touch(self, session_id: str, now: int) -> None: ...

    def mark(self, session_id: str, *, confirmation_id: str) -> None:
        """A signed-in session waits for this confirmation."""
        ...

    def set_fresh(self, session_id: str, at: int, *, factors: tuple[str, ...], pair: bool) -> None:
        """The user of this session has just been confirmed, by these factors so far; `pair`: for pairing a phone."""
        ...

    def renew(self, session_id: str, token_hash: str, predecessor_hash: str) -> None:
        """A new token for the same session; the old one is dead."""
        ...

    def succeeded_by(self, token_hash: str) -> Session | None:
        """The living session that took the place of this token."""
        ...

    def end(self, session_id: str, now: int, why: str) -> bool:
        """False when it had ended before."""
        ...

    def end_all(self, user_id: int, now: int, why: str, *, but: str | None = None) -> list[str]:
        """Ends every session of the user, waiting ones too; returns their ids."""
        ...


class Browsers(Protocol):
    """Browsers with a cookie, and what they are to each user."""

    def find(self, token_hash: str, user_id: int, now: int) -> Browser | None:
        """By its present token, or its previous one within the overlap.

        A previous token used later means that the cookie was copied: the browser is revoked and None returned.
        """
        ...

    def add(self, browser_id: str, token_hash: str, now: int) -> None: ...

    def rotate(self, browser_id: str, token_hash: str, now: int) -> None: ...

    def recognise(self, browser_id: str, user_id: int, session: Session, now: int) -> None:
        """It has finished a confirmed sign-in: recognised and known, with no wrong passwords."""
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


class Phones(Protocol):
    """Enrolled devices. None is ever deleted: what was paired stays on record (NIST SP 800-63B-4 §4.1)."""

    def add(self, phone: Phone) -> None: ...

    def get(self, device_id: str) -> Phone | None: ...

    def of(self, user_id: int) -> list[Phone]:
        """Revoked ones too, oldest first."""
        ...

    def live_of(self, user_id: int) -> list[Phone]: ...

    def revoke(self, device_id: str, now: int, why: str) -> bool:
        """False when it was revoked before."""
        ...

    def seen(self, device_id: str, now: int) -> None: ...

    def count_wrong_number(self, device_id: str) -> int: ...

    def clear_wrong_numbers(self, device_id: str) -> None: ...

    def count_wrong_password(self, device_id: str) -> int: ...

    def clear_wrong_passwords(self, user_id: int) -> None:
        """On all phones of the user."""
        ...

    def users_without(self) -> list[Account]:
        """Enabled users who could not answer: no live phone, or no Mobile permission."""
        ...

    def live_counts(self) -> dict[int, int]:
        """How many live phones each user has; a user without any is not in it."""
        ...

    def use_proof(self, kid: str, jti: str, until: int) -> bool:
        """Remembers a proof or assertion; False when it was used before (unique in SQL)."""
        ...

    def forget_proofs(self, before: int) -> None: ...


@dataclass(frozen=True, slots=True)
class PairingCode:
    """A way to pair one phone, once: a typed code and a link that void each other, or an invitation."""

    id: str
    user_id: int
    invitation: bool
    typed_hash: str | None
    link_hash: str | None
    source: str
    created_at: int
    expires_at: int
    tries: int


class PairingCodes(Protocol):
    """Codes that still live; used, voided and expired ones are not found."""

    def add(self, code: PairingCode) -> None: ...

    def by_link(self, link_hash: str, now: int) -> PairingCode | None: ...

    def of(self, user_id: int, now: int) -> list[PairingCode]:
        """Newest first."""
        ...

    def count_try(self, user_id: int, most: int) -> None:
        """A wrong typed code: counts on every live typed code of the user, and voids those with `most` tries."""
        ...

    def use(self, code_id: str, now: int) -> bool:
        """False when it was used before."""
        ...

    def void_all(self, user_id: int, now: int) -> None: ...


class SettingsShelf(Protocol):
    """The fields of tab Security."""

    def get(self) -> Settings: ...

    def save(self, settings: Settings) -> bool:
        """Saves when the stored version is `settings.version` - 1; False otherwise."""
        ...


class Licences(Protocol):
    """Installed licences."""

    def all(self) -> list[Licence]: ...

    def add(self, licence: Licence, jws: str, now: int) -> bool:
        """False when it was installed before."""
        ...


class Keys(Protocol):
    """The server's own keys, sealed."""

    def sealed(self, purpose: str) -> list[str]:
        """Newest first; the first is the one to sign with."""
        ...

    def add(self, purpose: str, kid: str, sealed: str, now: int) -> None: ...


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

    def after(self, row_id: int, limit: int) -> list[LogRow]:
        """What other writers recorded after row `row_id`, oldest first."""
        ...

    def last_id(self) -> int: ...


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
    def settings(self) -> SettingsShelf: ...
    @property
    def licences(self) -> Licences: ...
    @property
    def keys(self) -> Keys: ...
    @property
    def log(self) -> Log: ...


@dataclass(frozen=True, slots=True)
class Health:
    """How the database stands: whether it has the present shape, and by what a commit survives a power cut."""

    current: bool
    journal: str
    synchronous: str


class Store(Protocol):
    """Where units of work come from. Raises Unavailable when the database cannot be reached."""

    def health(self) -> Health:
        """For the operator, not for a request. `journal` and `synchronous` in SQLite's words, capitals."""
        ...

    def read(self) -> AbstractContextManager[Work]: ...

    def write(self) -> AbstractContextManager[Work]: ...


class Unavailable(Exception):
    """The database did not answer; nothing was changed, nobody is let in."""
