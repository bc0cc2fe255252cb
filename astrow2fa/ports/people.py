"""Shelves of people and what is theirs: accounts, sessions, browsers, phones, pairing codes.

Each works inside the transaction of the unit of work (ports/store.py) it was taken from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from astrow2fa.core.accounts import Account, Phone, Session


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

    def owe(self, user_id: int) -> None:
        """The account owes a confirmation (Random)."""
        ...

    def pay(self, user_id: int) -> None:
        """A confirmation of the account was collected: nothing is owed, and the count of unasked ones starts anew."""
        ...

    def count_unasked(self, user_id: int, at: int) -> None:
        """One more sign-in of the account without a confirmation."""
        ...

    def set_language(self, user_id: int, language: str) -> bool:
        """False when it is that one already."""
        ...

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

    def mobile_users(self) -> int:
        """How many users hold the Mobile permission: each takes one seat, whatever its kinds."""
        ...


class NameTaken(Exception):
    """There is a user of that name."""


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

    def before(self, session: Session) -> Session | None:
        """The sign-in of the same user before this one, asked or not, over or not."""
        ...

    def of_confirmation(self, confirmation_id: str) -> list[Session]:
        """Those that wait for it or came out of it."""
        ...

    def touch(self, session_id: str, now: int) -> None: ...

    def set_fresh(self, session_id: str, at: int, *, factors: tuple[str, ...], pair: bool) -> None:
        """The user of this session has just been confirmed, by these factors so far; `pair`: for pairing a phone."""
        ...

    def set_draft(self, session_id: str, draft: str | None) -> None:
        """What was typed into a form that could not be taken yet, as JSON."""
        ...

    def draft(self, session_id: str) -> str | None: ...

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


class Phones(Protocol):
    """Enrolled devices. None is ever deleted: what was paired stays on record (NIST SP 800-63B-4 §4.1)."""

    def add(self, phone: Phone) -> None: ...

    def get(self, device_id: str) -> Phone | None: ...

    def of(self, user_id: int) -> list[Phone]:
        """Revoked ones too, oldest first."""
        ...

    def live_of(self, user_id: int) -> list[Phone]: ...

    def guarding(self, user_id: int, why: str, since: int) -> list[Phone]:
        """The live ones, and those that were revoked for this reason after `since`."""
        ...

    def revoke(self, device_id: str, now: int, why: str) -> bool:
        """False when it was revoked before."""
        ...

    def rename(self, device_id: str, name: str) -> None: ...

    def seen(self, device_id: str, now: int) -> None: ...

    def told_kid(self, device_id: str) -> str | None:
        """The newest key of the server that this phone was told of, since it paired."""
        ...

    def tell_keys(self, device_id: str, server_kid: str, told_kid: str) -> None:
        """It was told of `told_kid` by a list that `server_kid` signed, which it therefore believes."""
        ...

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

    def proofs_before(self, before: int) -> bool:
        """Whether there is anything for `forget_proofs`."""
        ...

    def forget_proofs(self, before: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Exemption:
    """A one-time code by which a user gets past one confirmation. Times are Unix seconds."""

    id: str
    user_id: int
    code_hash: str
    reason: str
    issued_by: str
    created_at: int
    expires_at: int


class Exemptions(Protocol):
    """Exemptions; used, voided and expired ones stay on record and are not found."""

    def add(self, exemption: Exemption) -> None: ...

    def of(self, user_id: int, now: int) -> list[Exemption]:
        """Those that live, newest first."""
        ...

    def use(self, exemption_id: str, now: int) -> bool:
        """False when it was used before or does not live any more."""
        ...

    def void_all(self, user_id: int, now: int) -> None:
        """What lives of this user's ends now, unused."""
        ...


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
    server_kid: str | None = None
    """The key of the server that the link names; a phone that pairs by it gets that one, whatever is newer."""


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

    def void_invitations(self, user_id: int, now: int) -> None: ...
