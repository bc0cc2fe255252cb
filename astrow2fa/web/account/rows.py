"""What the pages of a user show, with times as datetimes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from astrow2fa.core.accounts import Factor, Session
from astrow2fa.core.confirmation import Confirmation
from astrow2fa.services.phones import Overview


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def phone_rows(overview: Overview, woken: Collection[str]) -> list[dict[str, Any]]:
    """`woken`: the ids of those that can be woken by a notification."""
    return [
        {
            "id": phone.id,
            "name": phone.name,
            "platform": phone.platform,
            "storage": phone.storage,
            "paired_at": at(phone.paired_at),
            "seen_at": at(phone.seen_at),
            "source": phone.source,
            "woken": phone.id in woken,
        }
        for phone in overview.phones
    ]


def session_rows(overview: Overview, this: str) -> list[dict[str, Any]]:
    return [session_row(session, this) for session in overview.sessions]


def session_row(session: Session, this: str = "") -> dict[str, Any]:
    return {
        "id": session.id,
        "browser": session.browser,
        "os": session.os,
        "ip": session.address,
        "place": session.place,
        "started_at": at(session.started_at),
        "seen_at": at(session.seen_at),
        "this": session.id == this,
        "confirmed": confirmed(session),
        "exempt": session.exempt,
    }


def browser_rows(overview: Overview, this: str | None) -> list[dict[str, Any]]:
    """`this`: the browser that the page is for."""
    return [
        {
            "id": browser.id,
            "name": browser.name,
            "os": browser.os,
            "known": browser.known,
            "confirmed_at": at(browser.confirmed_at),
            "this": browser.id == this,
        }
        for browser in overview.browsers
    ]


def exemption_rows(overview: Overview) -> list[dict[str, Any]]:
    """Those that could still be used. The code is nowhere: only its hash is kept."""
    return [
        {
            "by": one.issued_by,
            "reason": one.reason,
            "issued_at": at(one.created_at),
            "until": at(one.expires_at),
        }
        for one in overview.exemptions
    ]


def sign_in_row(confirmation: Confirmation, now: float, this: Session | None = None) -> dict[str, Any]:
    """`this`: the session that the page is for; it came by this confirmation, or asked for it."""
    return {
        "this": this is not None
        and (confirmation.id == this.confirmation_id or confirmation.session_id == this.id),
        "id": confirmation.id,
        "at": at(confirmation.asked_at),
        "outcome": confirmation.state_at(now).value,
        "reason": confirmation.reason_at(now),
        "browser": confirmation.browser,
        "os": confirmation.os,
        "ip": confirmation.address,
        "place": confirmation.place,
        "purpose": confirmation.purpose.value,
    }


def confirmed(session: Session) -> bool:
    return Factor.PHONE.value in session.factors
