"""Changing a password, on the web and on the phone, and what that ends."""

from __future__ import annotations

from astrow2fa.core import password
from astrow2fa.core.accounts import MOST_WRONG_PASSWORDS, Account, Phone
from astrow2fa.core.confirmation import Reason
from astrow2fa.core.errors import Limited, WeakPassword, WrongPassword
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.settings import Settings
from astrow2fa.ports import Parts
from astrow2fa.ports.mail import Kind
from astrow2fa.ports.outside import Chance
from astrow2fa.services import lanes
from astrow2fa.services.asking import withdraw_all
from astrow2fa.services.fatigue import forgive
from astrow2fa.services.letters import tell
from astrow2fa.services.unit import Unit, change

CLOSED_SECONDS = 3600


def lacking(parts: Parts, account: Account, new: str, settings: Settings) -> list[str]:
    """Why `new` (already normal) may not be this user's password, as reason codes; history is checked apart."""
    reasons = password.wrong_length(new)
    if reasons:
        return reasons
    if settings.least_strength is not None:
        reasons = password.missing(new, settings.least_strength)
    if password.holds_own_name(new, account.own_words):
        reasons.append("own_name")
    elif parts.passwords.guessable(new, account.own_words):
        reasons.append("common")
    return reasons


def acceptable(parts: Parts, account: Account, new: str) -> str:
    """The hash of `new` if it may be this user's password. Raises WeakPassword."""
    with parts.store.read() as work:
        settings = work.settings.get()
        past = work.accounts.past_passwords(account.id, settings.history) if settings.history else []
    reasons = lacking(parts, account, new, settings)
    if not reasons and any(parts.passwords.matches(new, old) for old in past):
        reasons = ["used_before"]
    if reasons:
        raise WeakPassword(reasons)
    return parts.passwords.hash(new)


def generated(chance: Chance) -> str:
    """A password of 80 random bits that meets Strong and can be read aloud: four groups of Crockford's signs."""
    while True:
        groups = [chance.code(4) for _ in range(4)]
        made = "-".join(group.lower() if i % 2 else group for i, group in enumerate(groups))
        if not password.missing(made, password.Strength.STRONG):
            return made


def still_open(phone: Phone) -> None:
    """Whether this phone may try a password once more. Raises Limited after five wrong ones in a row."""
    if phone.wrong_passwords >= MOST_WRONG_PASSWORDS:
        raise Limited(CLOSED_SECONDS, "closed for this phone until the next sign-in on the web")


def change_password(
    parts: Parts,
    user_id: int,
    current: str | None,
    new: str,
    *,
    session_id: str | None = None,
    device_id: str | None = None,
) -> None:
    """Sets a new password and makes everything older than it worthless: other sessions, pending confirmations,
    recognised browsers, pairing codes. `session_id` is the session that asks and goes on.

    `current` is None only where the user has just been let in with it (an expired password). Raises
    WrongPassword, WeakPassword, Limited.
    """
    # A phone counts for itself: whoever sits in a stolen session must not be able to keep it from helping.
    parts.limits.hit("password.account", lanes.of_phone(device_id) if device_id else str(user_id))
    with parts.store.read() as work:
        account = work.accounts.get(user_id)
        phone = work.phones.get(device_id) if device_id else None
        settings = work.settings.get()
        lane = lanes.of_session(work, account, session_id) if account is not None else ""
    if account is None or (device_id and phone is None):
        raise WrongPassword("no account")
    if phone is not None:
        still_open(phone)
    if current is not None:
        # Whoever guesses here is counted with those who guess at the sign-in.
        lane = lanes.of_phone(device_id) if device_id else lane
        parts.limits.hit("login.account", lane, settings.disable_after_failed)
    if current is not None and not parts.passwords.matches(password.normal(current), account.password_hash):
        with parts.store.write() as work:
            if device_id:
                work.phones.count_wrong_password(device_id)
            work.log.record(
                Fact(Tag.PASSWORD_CHANGE_REFUSED, user_id=user_id, session_id=session_id, device_id=device_id)
            )
        raise WrongPassword("current")
    if current is None and parts.passwords.matches(password.normal(new), account.password_hash):
        # Expired means changed, also where no history is kept; writing it down once more would only renew its date.
        raise WeakPassword(["used_before"])
    hashed = acceptable(parts, account, password.normal(new))
    with change(parts) as unit:
        now_account = unit.work.accounts.get(user_id, lock=True)
        if now_account is None or now_account.password_hash != account.password_hash:
            raise WrongPassword("changed meanwhile")
        set_password(unit, account, hashed, but=session_id, device_id=device_id)
        unit.work.phones.clear_wrong_passwords(user_id)
        tell(parts, unit.work, account, Kind.PASSWORD_CHANGED)


def set_password(
    unit: Unit,
    account: Account,
    hashed: str,
    *,
    but: str | None = None,
    device_id: str | None = None,
    actor: str | None = None,
) -> None:
    """The change itself, and the end of all that rested on the old one."""
    work, now = unit.work, unit.now
    work.accounts.set_password(account.id, hashed, now)
    work.accounts.clear_wrong_passwords(account.id)
    work.accounts.owe(account.id)
    withdrawn = withdraw_all(unit, account.id, Reason.PASSWORD_CHANGED)
    forgive(unit, account.id)
    ended = work.sessions.end_all(account.id, now, "password_changed", but=but)
    work.browsers.forget_all(account.id)
    work.codes.void_all(account.id, now)
    work.exemptions.void_all(account.id, now)
    unit.record(
        Fact(
            Tag.PASSWORD_CHANGED,
            user_id=account.id,
            session_id=but,
            device_id=device_id,
            actor=actor,
            details={"sessions_ended": len(ended), "confirmations_withdrawn": withdrawn},
        )
    )
