"""A user's phones and what they may see and end."""

from __future__ import annotations

from dataclasses import dataclass

from astrow2fa.core.accounts import Account, Phone, Session
from astrow2fa.core.confirmation import Confirmation, Reason
from astrow2fa.core.errors import Malformed, WrongPassword
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.password import normal
from astrow2fa.core.settings import Settings
from astrow2fa.ports import Parts
from astrow2fa.ports.browsers import RecognisedBrowser
from astrow2fa.ports.people import Exemption
from astrow2fa.services import lanes
from astrow2fa.services.asking import withdraw
from astrow2fa.services.claims import Caller
from astrow2fa.services.passwords import still_open
from astrow2fa.services.unit import Unit, change

RECENT = 20
NAME_LONGEST = 64
BY_OWNER = "own_browser"
"""Why a phone is revoked that a signed-in browser of its user's revoked."""
GUARD_SECONDS = 7 * 86_400
"""So long a phone that was revoked in such a way still stands between the password and another phone."""


@dataclass(frozen=True, slots=True)
class Overview:
    """My Info – Security: everything of one user that can be ended or recognised as not one's own."""

    account: Account
    phones: list[Phone]
    sessions: list[Session]
    browsers: list[RecognisedBrowser]
    sign_ins: list[Confirmation]
    settings: Settings
    exemptions: list[Exemption]
    now: float


def overview(parts: Parts, user_id: int) -> Overview | None:
    """None when there is no such user."""
    with parts.store.read() as work:
        account = work.accounts.get(user_id)
        if account is None:
            return None
        return Overview(
            account=account,
            phones=work.phones.live_of(user_id),
            sessions=work.sessions.alive_of(user_id, work.now),
            browsers=work.browsers.recognised_of(user_id),
            sign_ins=work.confirmations.recent_of(user_id, RECENT),
            settings=work.settings.get(),
            exemptions=work.exemptions.of(user_id, int(work.now)),
            now=work.now,
        )


def ever_paired(parts: Parts, user_id: int) -> list[Phone]:
    """Every phone of this user, revoked ones too, oldest first."""
    with parts.store.read() as work:
        return work.phones.of(user_id)


def pending(parts: Parts, user_id: int) -> list[Confirmation]:
    """What this user's phones are asked now, oldest first."""
    with parts.store.read() as work:
        return work.confirmations.pending_of(user_id, work.now)


def guarding(parts: Parts, user_id: int) -> list[Phone]:
    """The phones without whose OK no other one is paired from a browser: the user's live ones, and those that such a
    browser has revoked of late. Else whoever has the password would revoke them first.
    """
    with parts.store.read() as work:
        return work.phones.guarding(user_id, BY_OWNER, int(work.now) - GUARD_SECONDS)


def revoke(
    parts: Parts,
    user_id: int,
    device_id: str,
    *,
    by_device: str | None = None,
    actor: str | None = None,
    why: str | None = None,
) -> bool:
    """Revokes one phone of this user, at once; what it approved and nobody collected is withdrawn.

    False when it is not one of theirs or was revoked before.
    """
    with change(parts) as unit:
        return revoke_in(unit, user_id, device_id, by_device=by_device, actor=actor, why=why)


def revoke_in(
    unit: Unit,
    user_id: int,
    device_id: str,
    *,
    by_device: str | None = None,
    actor: str | None = None,
    why: str | None = None,
) -> bool:
    """The same within a unit of work that has asked more. `why`: if nobody decided it."""
    phone = unit.work.phones.get(device_id)
    if phone is None or phone.user_id != user_id:
        return False
    if not unit.work.phones.revoke(device_id, unit.now, why or "revoked"):
        return False
    unit.revoked.append(device_id)
    for confirmation in unit.work.confirmations.open_of(user_id, unit.work.now):
        if confirmation.decided_by == device_id:
            withdraw(unit, confirmation, Reason.PHONE_REVOKED)
    unit.record(
        Fact(
            Tag.PHONE_REVOKED,
            user_id=user_id,
            device_id=device_id,
            actor=actor,
            details={"by_device": by_device, "why": why},
        )
    )
    return True


def revoke_other(parts: Parts, caller: Caller, device_id: str, current_password: str) -> bool:
    """A phone revokes another one, which takes the password as well. Raises WrongPassword, Limited."""
    still_open(caller.phone)
    parts.limits.hit("password.account", lanes.of_phone(caller.phone.id))
    if not parts.passwords.matches(normal(current_password), caller.account.password_hash):
        with parts.store.write() as work:
            work.phones.count_wrong_password(caller.phone.id)
            work.log.record(
                Fact(
                    Tag.PASSWORD_REFUSED,
                    user_id=caller.account.id,
                    device_id=caller.phone.id,
                    details={"reason": "wrong_password"},
                )
            )
        raise WrongPassword("revoke")
    return revoke(parts, caller.account.id, device_id, by_device=caller.phone.id)


def rename(parts: Parts, user_id: int, device_id: str, name: str) -> bool:
    """Gives a phone of this user another name; False when it is not one of theirs. Raises Malformed."""
    name = name.strip()
    if not 1 <= len(name) <= NAME_LONGEST or not name.isprintable():
        raise Malformed("name")
    with parts.store.write() as work:
        phone = work.phones.get(device_id)
        if phone is None or phone.user_id != user_id or phone.revoked_at is not None:
            return False
        work.phones.rename(device_id, name)
        work.log.record(
            Fact(
                Tag.PHONE_RENAMED,
                user_id=user_id,
                device_id=device_id,
                details={"before": phone.name, "after": name},
            )
        )
    return True


def forget_browser(parts: Parts, user_id: int, browser_id: str) -> bool:
    """This browser is no longer recognised for this user; False when it was not."""
    with parts.store.write() as work:
        if browser_id not in {browser.id for browser in work.browsers.recognised_of(user_id)}:
            return False
        work.browsers.unrecognise(browser_id, user_id)
        work.log.record(Fact(Tag.BROWSER_UNRECOGNISED, user_id=user_id))
    return True


def live_names(parts: Parts, user_id: int) -> list[str]:
    """The names of the user's live phones, oldest first."""
    with parts.store.read() as work:
        return [phone.name for phone in work.phones.live_of(user_id)]


def paired_since(parts: Parts, user_id: int, at: int) -> str | None:
    """The name of a live phone of the user that was paired at that second (Unix time) or later: the last of them."""
    with parts.store.read() as work:
        names = [phone.name for phone in work.phones.live_of(user_id) if phone.paired_at >= at]
    return names[-1] if names else None
