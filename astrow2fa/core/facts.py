"""What is worth recording. The list of tags is the documentation of the log.

A tag reads source:subject:action. Facts hold identifiers and reasons; never a password, number, code or token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Tag(StrEnum):
    """source:subject:action, where the source is who caused it: browser, phone, operator or server."""

    FOREIGN = "unknown:unknown:unknown"
    """What a log may hold of a newer version beside this one: it is read, and means nothing here."""

    @classmethod
    def _missing_(cls, value: object) -> Tag:  # noqa: ARG003 (the name the enum calls)
        return cls.FOREIGN

    PASSWORD_ACCEPTED = "browser:password:accepted"  # noqa: S105 (tag names, here and below)
    PASSWORD_REFUSED = "browser:password:refused"  # noqa: S105
    ACCOUNT_LOCKED = "server:account:locked"
    SIGNED_IN = "browser:session:started"
    SIGNED_OUT = "browser:session:left"
    SESSION_ENDED = "server:session:ended"
    FRESH = "browser:session:confirmed"

    CONFIRMATION_ASKED = "browser:confirmation:asked"
    CONFIRMATION_REPEATED = "server:confirmation:number_added"
    CONFIRMATION_APPROVED = "phone:confirmation:approved"
    CONFIRMATION_DENIED = "phone:confirmation:denied"
    CONFIRMATION_EXPIRED = "server:confirmation:expired"
    CONFIRMATION_CANCELLED = "server:confirmation:cancelled"
    CONFIRMATION_COLLECTED = "browser:confirmation:collected"
    NOTIFICATIONS_SILENCED = "server:notifications:silenced"
    NOTIFICATIONS_RESUMED = "server:notifications:resumed"
    ANSWER_REFUSED = "phone:answer:refused"
    NOT_ME = "phone:sign_in:not_me"

    BROWSERS_UNKNOWN = "server:browsers:made_unknown"
    BROWSER_RECOGNISED = "server:browser:recognised"
    BROWSER_UNRECOGNISED = "server:browser:unrecognised"
    BROWSER_REUSED = "server:browser:reused_token"

    CODE_ISSUED = "server:pairing_code:issued"
    CODE_REFUSED = "phone:pairing_code:refused"
    INVITATION_USED = "phone:invitation:used"
    PHONE_PAIRED = "phone:phone:paired"
    PHONE_REVOKED = "server:phone:revoked"
    PHONE_RENAMED = "browser:phone:renamed"
    PUSH_SUBSCRIBED = "phone:push:subscribed"
    PUSH_UNSUBSCRIBED = "phone:push:unsubscribed"
    PUSH_GONE = "server:push:gone"

    EXEMPTION_ISSUED = "server:exemption:issued"
    EXEMPTION_USED = "browser:exemption:used"
    EXEMPTION_REFUSED = "browser:exemption:refused"

    PASSWORD_CHANGED = "server:password:changed"  # noqa: S105
    PASSWORD_CHANGE_REFUSED = "server:password:change_refused"  # noqa: S105
    ACCOUNT_CREATED = "operator:account:created"
    ACCOUNT_ENABLED = "operator:account:enabled"
    ACCOUNT_DISABLED = "operator:account:disabled"
    ACCOUNT_CHANGED = "browser:account:changed"
    LANGUAGE_CHOSEN = "browser:language:chosen"
    ACCOUNT_UNLOCKED = "browser:account:unlocked"
    ROLE_CREATED = "browser:role:created"
    ROLE_CHANGED = "browser:role:changed"
    ROLE_DELETED = "browser:role:deleted"
    USERS_EXPORTED = "browser:users:exported"
    SIGN_INS_EXPORTED = "browser:sign_ins:exported"
    LETTER_SENT = "server:letter:sent"
    LETTER_FAILED = "server:letter:failed"
    USERS_IMPORTED = "browser:users:imported"
    SETTING_CHANGED = "operator:setting:changed"
    LICENCE_INSTALLED = "operator:licence:installed"
    LICENCE_ISSUED = "operator:licence:issued"
    DEMO_CREATED = "operator:demo:created"
    KEY_ROTATED = "operator:key:rotated"
    KEY_DROPPED = "server:key:dropped"
    KEYS_SEALED_ANEW = "server:keys:sealed_anew"

    LOG_VERIFIED = "server:log:verified"
    LOG_FAULT_FOUND = "server:log:fault_found"
    LOG_PRUNED = "server:log:pruned"
    LOG_EXPORTED = "browser:log:exported"
    EVIDENCE_SHOWN = "browser:evidence:shown"


CHANGES = (
    Tag.ACCOUNT_CREATED,
    Tag.ACCOUNT_ENABLED,
    Tag.ACCOUNT_DISABLED,
    Tag.ACCOUNT_CHANGED,
    Tag.ROLE_CREATED,
    Tag.ROLE_CHANGED,
    Tag.ROLE_DELETED,
)
"""Whatever changes who there is and what a user may do."""


USUAL = frozenset(
    {
        Tag.PASSWORD_ACCEPTED,
        Tag.PASSWORD_REFUSED,
        Tag.SIGNED_IN,
        Tag.SIGNED_OUT,
        Tag.SESSION_ENDED,
        Tag.CONFIRMATION_ASKED,
        Tag.CONFIRMATION_APPROVED,
        Tag.CONFIRMATION_EXPIRED,
        Tag.CONFIRMATION_CANCELLED,
        Tag.CONFIRMATION_COLLECTED,
    }
)
"""What sign-ins are made of, found wherever one looks; all else is rare enough to be looked up."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened. It becomes one row of the log, in the transaction that made it true."""

    tag: Tag
    user_id: int | None = None
    confirmation_id: str | None = None
    session_id: str | None = None
    device_id: str | None = None
    address: str | None = None
    actor: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)
