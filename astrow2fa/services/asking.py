"""Asking a confirmation: the row, the signed request, the number, and what it means for others that are pending."""

from __future__ import annotations

from dataclasses import dataclass, replace

from astrow2fa.core import number, places
from astrow2fa.core.accounts import Account, Browser
from astrow2fa.core.confirmation import OPEN, Act, Confirmation, Purpose, Reason, State
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.ports import Parts
from astrow2fa.ports.outside import Client
from astrow2fa.services.fatigue import look
from astrow2fa.services.tokens import sha256_b64
from astrow2fa.services.unit import Unit

TYP = "astrow2fa-confirmation+jwt"
APP = "Astrow Web"


@dataclass(frozen=True, slots=True)
class Full:
    """The account has as many pending as it may; `retry_after` is when the next place is free at the latest."""

    retry_after: int


def ask(
    unit: Unit,
    account: Account,
    session_id: str,
    client: Client,
    *,
    purpose: Purpose,
    browser: Browser | None,
    target: str,
) -> Confirmation | Full:
    """Adds a confirmation for this session. The caller holds the account's row, so two cannot slip past each other."""
    parts, work, now = unit.parts, unit.work, unit.now
    recognised = browser is not None and browser.recognised
    quiet = not recognised and look(unit, account)
    pending = work.confirmations.pending_of(account.id, work.now)
    if places.full(pending, recognised=recognised):
        return Full(max(1, min(c.deadline for c in pending) - now))
    settings = work.settings.get()
    known = browser is not None and browser.known
    needed = number.required(settings.number_matching, known=known, others_pending=bool(pending))
    phones = work.phones.live_of(account.id) if account.mobile else []
    until = now + settings.confirmation_seconds
    unsigned = Confirmation(
        id=parts.chance.token(160),
        user_id=account.id,
        session_id=session_id,
        purpose=purpose,
        state=State.PENDING,
        deadline=until,
        asked_at=now,
        until=until,
        reason=None,
        number=parts.chance.digits(number.DIGITS) if needed else None,
        number_required=needed,
        request="",
        request_sha256="",
        earlier_sha256=None,
        recognised=recognised,
        known=known,
        phones=len(phones),
        decided_by=None,
        address=client.address,
        place=client.place,
        browser=client.browser,
        os=client.os,
        next=target,
        quiet=quiet,
    )
    confirmation = _signed(parts, unsigned, account)
    work.confirmations.add(confirmation)
    # Whoever asked: it is the account that owes, until one is collected.
    work.accounts.owe(account.id)
    unit.record(
        Fact(
            Tag.CONFIRMATION_ASKED,
            user_id=account.id,
            confirmation_id=confirmation.id,
            session_id=session_id,
            address=client.address,
            details={
                "purpose": purpose,
                "number_required": needed,
                "known": known,
                "phones": len(phones),
                "quiet": quiet,
                "policy": settings.two_factor,
            },
        )
    )
    unit.asked.append((confirmation, len(pending)))
    require_numbers(unit, account, pending, others=len(pending))
    return confirmation


def require_numbers(unit: Unit, account: Account, pending: list[Confirmation], *, others: int) -> None:
    """Makes the number required on each of `pending` that does not have it yet: its request is signed anew.

    `others`: how many are pending beside each of them.
    """
    for confirmation in pending:
        if confirmation.number_required:
            continue
        numbered = replace(confirmation, number=unit.parts.chance.digits(number.DIGITS), number_required=True)
        anew = replace(_signed(unit.parts, numbered, account), earlier_sha256=confirmation.request_sha256)
        if unit.work.confirmations.sign_anew(confirmation, anew):
            unit.record(Fact(Tag.CONFIRMATION_REPEATED, user_id=account.id, confirmation_id=confirmation.id))
            unit.asked.append((anew, others))


def withdraw(unit: Unit, confirmation: Confirmation, reason: Reason) -> bool:
    """Cancels it if it is still open; False when it was not."""
    if confirmation.state_at(unit.work.now) not in OPEN:
        return False
    return unit.make(confirmation, Act.CANCEL, reason=reason) is not None


def withdraw_all(unit: Unit, user_id: int, reason: Reason) -> int:
    """Cancels every open confirmation of the user; returns how many."""
    return sum(withdraw(unit, c, reason) for c in unit.work.confirmations.open_of(user_id, unit.work.now))


def _signed(parts: Parts, confirmation: Confirmation, account: Account) -> Confirmation:
    claims: dict[str, object] = {
        "iss": parts.public_url,
        "jti": confirmation.id,
        "iat": confirmation.asked_at,
        "exp": confirmation.until,
        "sub": str(account.id),
        "username": account.name,
        "app": APP,
        "purpose": confirmation.purpose.value,
        "browser": {
            "ip": confirmation.address,
            "place": confirmation.place,
            "name": confirmation.browser,
            "os": confirmation.os,
            "known": confirmation.known,
        },
        "number_required": confirmation.number_required,
    }
    request = parts.signatures.sign(TYP, claims, parts.server_key)
    return replace(confirmation, request=request, request_sha256=sha256_b64(request))
