"""Accounts, sessions, browsers and phones as the services see them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from astrow2fa.core.permissions import Permission, effective

NAME_LONGEST = 128
SESSION_SECONDS = 12 * 3600
SESSION_IDLE_SECONDS = 3600
FRESH_SECONDS = 15 * 60
BROWSER_SECONDS = 400 * 86_400
BROWSER_OVERLAP_SECONDS = 30
MOST_WRONG_NUMBERS = 10
MOST_WRONG_PASSWORDS = 5

ADMINISTRATOR = "Administrator"


class MobileKind(StrEnum):
    """The user kinds with the Mobile add-on."""

    MSS = "mss"
    ESS = "ess"
    VT = "vt"


class Factor(StrEnum):
    """How a session came about (RFC 8176 style): a right password, and, if asked, a phone's OK or an exemption."""

    PASSWORD = "pwd"  # noqa: S105 (the name of a factor)
    PHONE = "phone"
    EXEMPT = "exempt"


def name_key(name: str) -> str:
    """The one form in which user names are compared: trimmed, compatibility-normalised, case-folded."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


@dataclass(frozen=True, slots=True)
class Account:
    """A user of Astrow Web. Times are Unix seconds. `language`: as in core/languages.py, "" is the browser's."""

    id: int
    name: str
    display_name: str
    email: str
    password_hash: str
    password_changed_at: int
    enabled: bool
    failed_passwords: int
    locked_at: int | None
    had_phone: bool
    roles: tuple[str, ...]
    mobile: tuple[str, ...]
    owes: bool = False
    unasked: int = 0
    unasked_since: int | None = None
    kinds: tuple[str, ...] = ()
    single: tuple[str, ...] = ()
    of_own_roles: tuple[str, ...] = ()
    quiet_until: int | None = None
    language: str = ""

    @property
    def permissions(self) -> frozenset[Permission]:
        """All that this user holds: by system roles, by own roles, singly."""
        return effective(self.roles, (*self.single, *self.of_own_roles))

    @property
    def has_password(self) -> bool:
        """False for one who was imported, until a first password is set."""
        return self.password_changed_at > 0

    @property
    def administrator(self) -> bool:
        return ADMINISTRATOR in self.roles

    @property
    def own_words(self) -> tuple[str, ...]:
        """What a password of this user may not be made of."""
        return tuple(w for w in (self.name, *self.display_name.split(), self.email.partition("@")[0]) if w)


@dataclass(frozen=True, slots=True)
class Phone:
    """An enrolled device running Astrow Mobile. The private key is on the phone and nowhere else."""

    id: str
    user_id: int
    name: str
    platform: str
    storage: str
    public_key: str
    server_kid: str
    source: str
    paired_at: int
    seen_at: int
    revoked_at: int | None
    wrong_numbers: int
    wrong_passwords: int


class SessionKind(StrEnum):
    """A browser that waits is not signed in: its session opens the waiting screen and nothing else."""

    WAITING = "waiting"
    SIGNED_IN = "signed_in"


@dataclass(frozen=True, slots=True)
class Session:
    """A browser's session: a row found by the hash of the token in its cookie."""

    id: str
    user_id: int
    kind: SessionKind
    token_hash: str
    predecessor_hash: str | None
    confirmation_id: str | None
    browser_id: str | None
    factors: tuple[str, ...]
    started_at: int
    seen_at: int
    expires_at: int
    fresh_at: int | None
    pair_ok_at: int | None
    ended_at: int | None
    end_reason: str | None
    address: str
    browser: str
    os: str
    place: str

    @property
    def exempt(self) -> bool:
        """Let in by an administrator's one-time code instead of a phone: opens nothing sensitive, ever."""
        return Factor.EXEMPT.value in self.factors

    @property
    def runs_out_at(self) -> int:
        """12 h after its beginning, and 1 h after the last sign of life (ASVS 5.0 V7.3)."""
        return min(self.expires_at, self.seen_at + SESSION_IDLE_SECONDS)

    def alive(self, now: float) -> bool:
        """Neither ended nor run out."""
        return self.ended_at is None and now < self.runs_out_at

    def fresh(self, now: float) -> bool:
        """Whether its user was confirmed within the last 15 minutes."""
        return self.fresh_at is not None and now < self.fresh_at + FRESH_SECONDS

    def may_pair(self, now: float) -> bool:
        """Whether a live phone of the user said OK to pairing another one within the last 15 minutes."""
        return self.pair_ok_at is not None and now < self.pair_ok_at + FRESH_SECONDS


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser with a cookie of ours, and how it stands to one user.

    `drawn`: whether Random asks its next sign-in; None when nothing is drawn.

    `overlapping`: it came with its previous token, within the 30 s in which two tabs may overlap; it is then
    recognised, but never known. `copied`: it came with its previous token later than that, and is revoked.
    """

    id: str
    recognised: bool
    known: bool
    failed: int
    overlapping: bool
    drawn: bool | None = None
    copied: bool = False
