"""Pairing a phone: codes and invitations, and the phone that comes with one."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass

from astrow2fa.core import licence
from astrow2fa.core.accounts import Account, Phone, name_key
from astrow2fa.core.errors import BadCode, NotLicensed, NotPermitted
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.password import normal
from astrow2fa.ports import Parts
from astrow2fa.ports.mail import Kind
from astrow2fa.ports.outside import Jwk
from astrow2fa.ports.people import PairingCode
from astrow2fa.ports.store import Work
from astrow2fa.services import lanes
from astrow2fa.services.keys import PublicKey, pinned_by
from astrow2fa.services.letters import tell
from astrow2fa.services.tokens import plain_code, token_hash, typed_hash
from astrow2fa.services.unit import Unit, change

CODE_SECONDS = 600
INVITATION_SECONDS = 7 * 86_400
TYPED_LETTERS = 8
MOST_TRIES = 5
MOST_LIVE = 3


@dataclass(frozen=True, slots=True)
class Issued:
    """What is shown once: the code as typed, the link's code, and when both end (Unix seconds)."""

    typed: str
    link: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class NewPhone:
    """What a phone says when it pairs. `username` and `password` come with a typed code, and only then."""

    code: str
    public_key: Jwk
    name: str
    platform: str
    storage: str
    username: str | None
    password: str | None


@dataclass(frozen=True, slots=True)
class Paired:
    """The phone is enrolled."""

    device_id: str
    account: Account
    server_key: PublicKey


def pairing_link(parts: Parts, code: str) -> str:
    """The link a phone opens to pair; the code stays in the fragment, which no server gets."""
    return f"{parts.public_url}/mobile/#pair={code}&key={parts.server_key.kid}"


def invitation_link(parts: Parts, code: str) -> str:
    """The same for an invitation."""
    return f"{parts.public_url}/mobile/#invite={code}&key={parts.server_key.kid}"


def issue_code(parts: Parts, user_id: int, source: str, *, actor: str | None = None) -> Issued:
    """A typed code and a link for one phone of this user; using one voids both. Raises NotPermitted, NotLicensed.

    A few may live beside each other, so that reloading the page does not void the code a phone is being held at.
    """
    with parts.store.write() as work:
        return issue_in(parts, work, user_id, source, actor=actor)


def issue_in(parts: Parts, work: Work, user_id: int, source: str, *, actor: str | None = None) -> Issued:
    """The same within a unit of work that has asked more."""
    _may_pair(work, work.accounts.get(user_id))
    older = [code for code in work.codes.of(user_id, int(work.now)) if not code.invitation]
    for old in older[MOST_LIVE - 1 :]:
        work.codes.use(old.id, int(work.now))
    return _issue(parts, work, user_id, source, actor)


def _issue(
    parts: Parts, work: Work, user_id: int, source: str, actor: str | None, server_kid: str | None = None
) -> Issued:
    typed, link = parts.chance.code(TYPED_LETTERS), parts.chance.token(160)
    server_kid = server_kid or parts.server_key.kid
    expires_at = int(work.now) + CODE_SECONDS
    work.codes.add(
        PairingCode(
            id=parts.chance.token(128),
            user_id=user_id,
            invitation=False,
            typed_hash=typed_hash(parts.code_key, typed),
            link_hash=token_hash(link),
            source=source,
            created_at=int(work.now),
            expires_at=expires_at,
            tries=0,
            server_kid=server_kid,
        )
    )
    work.log.record(Fact(Tag.CODE_ISSUED, user_id=user_id, actor=actor, details={"source": source}))
    half = TYPED_LETTERS // 2
    return Issued(f"{typed[:half]}-{typed[half:]}", link, expires_at)


def invite(parts: Parts, user_id: int, source: str, *, actor: str | None = None) -> Issued:
    """An invitation: a link that lives 7 days and asks name and password. Raises NotPermitted, NotLicensed."""
    with parts.store.write() as work:
        return invite_in(parts, work, user_id, source, actor=actor)


def invite_in(parts: Parts, work: Work, user_id: int, source: str, *, actor: str | None = None) -> Issued:
    """The same within a unit of work that has asked more."""
    _may_pair(work, work.accounts.get(user_id))
    link, server_kid = parts.chance.token(128), parts.server_key.kid
    expires_at = int(work.now) + INVITATION_SECONDS
    work.codes.add(
        PairingCode(
            id=parts.chance.token(128),
            user_id=user_id,
            invitation=True,
            typed_hash=None,
            link_hash=token_hash(link),
            source=source,
            created_at=int(work.now),
            expires_at=expires_at,
            tries=0,
            server_kid=server_kid,
        )
    )
    details = {"source": source, "invitation": True}
    work.log.record(Fact(Tag.CODE_ISSUED, user_id=user_id, actor=actor, details=details))
    return Issued("", link, expires_at)


def accept_invitation(parts: Parts, code: str, username: str, password: str, address: str) -> Issued:
    """Turns an invitation, with name and password, into a typed code; once. Raises BadCode, Limited."""
    account, right = _check(parts, username, password, address)
    with parts.store.write() as work:
        invitation = work.codes.by_link(token_hash(code), int(work.now))
        if (
            not right
            or account is None
            or invitation is None
            or not invitation.invitation
            or invitation.user_id != account.id
        ):
            work.log.record(Fact(Tag.CODE_REFUSED, address=address, user_id=account.id if account else None))
            issued = None
        else:
            work.codes.use(invitation.id, int(work.now))
            work.log.record(Fact(Tag.INVITATION_USED, user_id=account.id, address=address))
            # Its link was printed days ago, perhaps with a key that has been rotated since.
            issued = _issue(parts, work, account.id, invitation.source, None, invitation.server_kid)
    if issued is None:
        raise BadCode("invitation")
    return issued


def pair(parts: Parts, new: NewPhone, address: str) -> Paired:
    """Enrols a phone, and has the user's other phones told.

    Raises BadCode (whatever of code, name, password is wrong), Limited, NotPermitted, NotLicensed; the last two only
    after a right code, which stays usable.
    """
    if new.username is not None and new.password is not None:
        account, right = _check(parts, new.username, new.password, address)
    else:
        parts.limits.hit("pair.address", lanes.of_address(address))
        account, right = None, True
    with change(parts) as unit:
        code = _find(parts, unit.work, new, account) if right else None
        if code is None:
            if account is not None:
                unit.work.codes.count_try(account.id, MOST_TRIES)
            unit.record(Fact(Tag.CODE_REFUSED, address=address, user_id=account.id if account else None))
            paired = None
        else:
            paired = _enrol(unit, new, code, address)
    if paired is None:
        raise BadCode("code, name or password")
    return paired


def _check(parts: Parts, username: str, password: str, address: str) -> tuple[Account | None, bool]:
    """The password step of a typed code, at the cost of a sign-in whatever is wrong."""
    parts.limits.hit("pair.address", lanes.of_address(address))
    parts.limits.hit("pair.account", name_key(username))
    with parts.store.read() as work:
        account = work.accounts.named(username)
        allowed = work.settings.get().disable_after_failed
    parts.limits.hit("login.account", lanes.of_name(username), allowed)
    right = parts.passwords.matches(normal(password), account.password_hash if account else None)
    return account, right


def _find(parts: Parts, work: Work, new: NewPhone, account: Account | None) -> PairingCode | None:
    now = int(work.now)
    if account is None:
        code = work.codes.by_link(token_hash(new.code), now) if new.username is None else None
        return code if code is not None and not code.invitation else None
    given = typed_hash(parts.code_key, new.code) if plain_code(new.code) else ""
    for code in work.codes.of(account.id, now):
        if code.typed_hash is not None and hmac.compare_digest(code.typed_hash, given):
            return code
    return None


def _enrol(unit: Unit, new: NewPhone, code: PairingCode, address: str) -> Paired:
    parts, work = unit.parts, unit.work
    account = work.accounts.get(code.user_id, lock=True)
    account = _may_pair(work, account)
    now = int(work.now)
    server_key = pinned_by(parts, work, code.server_kid)
    phone = Phone(
        id=parts.chance.token(128),
        user_id=account.id,
        name=new.name,
        platform=new.platform,
        storage=new.storage,
        public_key=json.dumps(dict(new.public_key), sort_keys=True),
        server_kid=server_key.kid,
        source=code.source,
        paired_at=now,
        seen_at=now,
        revoked_at=None,
        wrong_numbers=0,
        wrong_passwords=0,
    )
    work.phones.add(phone)
    unit.paired.append(phone)
    work.codes.void_all(account.id, now)
    unit.record(
        Fact(
            Tag.PHONE_PAIRED,
            user_id=account.id,
            device_id=phone.id,
            address=address,
            details={"source": code.source, "storage": new.storage},
        )
    )
    tell(parts, work, account, Kind.PHONE_PAIRED, phone=new.name, address=address)
    return Paired(phone.id, account, server_key)


def _may_pair(work: Work, account: Account | None) -> Account:
    if account is None or not account.enabled or not account.mobile:
        raise NotPermitted("mobile")
    if not licence.may_pair(work.licences.all(), work.now, had_phone=account.had_phone):
        raise NotLicensed("astrow_mobile")
    return account
