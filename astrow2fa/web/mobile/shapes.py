"""What the phone API tells of a user, as JSON. Times are whole Unix seconds."""

from __future__ import annotations

from astrow2fa.core.accounts import Account, Factor
from astrow2fa.core.fatigue import quiet
from astrow2fa.services.phones import Overview


def user_shape(account: Account) -> dict[str, object]:
    return {
        "username": account.name,
        "display_name": account.display_name,
        "mobile": list(account.mobile),
    }


def silence(account: Account, now: float) -> dict[str, object] | None:
    """Until when sign-ins from browsers that are not recognised ring nowhere; None while they do."""
    return {"until": account.quiet_until} if quiet(account.quiet_until, now) else None


def me_shape(overview: Overview, device_id: str) -> dict[str, object]:
    phones: list[dict[str, object]] = [
        {
            "id": phone.id,
            "name": phone.name,
            "platform": phone.platform,
            "storage": phone.storage,
            "paired_at": phone.paired_at,
            "seen_at": phone.seen_at,
            "source": phone.source,
            "this": phone.id == device_id,
        }
        for phone in overview.phones
    ]
    strength = overview.settings.least_strength
    return {
        "user": user_shape(overview.account),
        "phone": next((p for p in phones if p["this"]), None),
        "phones": phones,
        "sessions": [
            {
                "id": session.id,
                "browser": session.browser,
                "os": session.os,
                "ip": session.address,
                "place": session.place,
                "started_at": session.started_at,
                "seen_at": session.seen_at,
                "confirmed": Factor.PHONE.value in session.factors,
            }
            for session in overview.sessions
        ],
        "browsers": [
            {
                "id": browser.id,
                "name": browser.name,
                "os": browser.os,
                "known": browser.known,
                "confirmed_at": browser.confirmed_at,
            }
            for browser in overview.browsers
        ],
        "sign_ins": [
            {
                "id": c.id,
                "at": c.asked_at,
                "outcome": c.state_at(overview.now).value,
                "reason": c.reason_at(overview.now),
                "browser": c.browser,
                "os": c.os,
                "ip": c.address,
                "place": c.place,
                "purpose": c.purpose.value,
            }
            for c in overview.sign_ins
        ],
        "password": {
            "strength": strength.value if strength else None,
            "changed_at": overview.account.password_changed_at,
        },
        "silence": silence(overview.account, overview.now),
        "server_time": int(overview.now),
    }
