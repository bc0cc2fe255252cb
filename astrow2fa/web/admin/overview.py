"""System – Overview: what needs attention, thirty days of sign-ins, the phones, who could not sign in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_decimal
from flask_babel import gettext as _

from astrow2fa.core.facts import Tag
from astrow2fa.core.insight import DayTally, Seen, Tally
from astrow2fa.core.permissions import Permission
from astrow2fa.services import log_check
from astrow2fa.web import right_now
from astrow2fa.web.admin.blueprint import blueprint
from astrow2fa.web.context import parts, web
from astrow2fa.web.fresh import signed_in
from astrow2fa.web.right_now import SIGN_INS, Alert

OVERVIEW = "/system/overview"
GRAVE = ("log", "not-me", "silenced")
MILD = ("refused", "passwords-of-user", "passwords-from-address")
"""The kinds of alerts."""

TALL = 60
"""Of a picture, in its own units; a day is ten of them wide."""


@blueprint.get(OVERVIEW, endpoint="overview")
def show_overview() -> ResponseReturnValue:
    held, insight = signed_in(), web().insight
    now, days, standing = right_now.look(parts(), insight), insight.days(), insight.standing()
    verified = log_check.last_time(parts())
    return render_template(
        "admin/overview.html",
        now=now,
        alerts=[_told(one) for one in now.alerts],
        grave=GRAVE,
        live_words=_live_words(),
        log_whole=verified is None or verified.fact.tag is not Tag.LOG_FAULT_FOUND,
        log_verified_at=_moment(verified.at) if verified else None,
        pictures=_pictures(days),
        days=[_day(one) for one in reversed(days) if one.tally.asked],
        standing=standing,
        counted_at=_moment(standing.at),
        phones=_phones(standing.phones),
        settings_open=Permission.VIEW_SYSTEM_SETTINGS in held.account.permissions,
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _found(**query: str) -> str:
    return f"{SIGN_INS}?{urlencode(query)}"


def _told(alert: Alert) -> dict[str, Any]:
    text = _sentence(alert.kind, alert.who, str(alert.times))
    return {"text": text, "key": alert.key, "kind": alert.kind, "at": _moment(alert.at), "link": alert.link}


def _sentence(kind: str, who: str, times: str) -> str:
    """What an alert says before its time."""
    sentences = {
        "log": _("The log does not hold."),
        "not-me": _("%(name)s said of a sign-in: “this was not me”.", name=who),
        "silenced": _(
            "Somebody with the password of %(name)s keeps asking: the phones are spared until", name=who
        ),
        "refused": _("%(name)s refused %(times)s sign-ins within an hour. Last:", name=who, times=times),
        "passwords-of-user": _(
            "%(times)s wrong passwords for %(name)s within an hour. Last:", name=who, times=times
        ),
        "passwords-from-address": _(
            "%(times)s wrong passwords from %(address)s within an hour. Last:", address=who, times=times
        ),
    }
    return str(sentences[kind])


def _live_words() -> dict[str, str]:
    """By kind, what its script says of alerts that come while the page is open; it fills in what stands in braces."""
    return {kind: _sentence(kind, "{who}", "{times}") for kind in (*GRAVE, *MILD)}


def _pictures(days: Sequence[DayTally]) -> list[dict[str, Any]]:
    whole = sum((one.tally for one in days), Tally())

    def many(value: int) -> str:
        return str(format_decimal(value))

    def seconds(value: int | None) -> str:
        return "–" if value is None else _("%(num)s s", num=value)

    asked = [one.tally.asked for one in days]
    approved = [one.tally.approved for one in days]
    refused = [one.tally.refused for one in days]
    expired = [one.tally.expired for one in days]
    medians = [one.tally.median for one in days]
    p90s = [one.tally.p90 for one in days]
    return [
        _picture("asked", _("Asked"), many(whole.asked), days, asked, many),
        _picture("approved", _("Approved"), many(whole.approved), days, approved, many),
        _picture("refused", _("Refused"), many(whole.refused), days, refused, many),
        _picture("expired", _("Not answered"), many(whole.expired), days, expired, many),
        _picture("median", _("Half answered within"), seconds(whole.median), days, medians, seconds),
        _picture("p90", _("Nine of ten answered within"), seconds(whole.p90), days, p90s, seconds),
    ]


def _picture(
    name: str,
    title: str,
    total: str,
    days: Sequence[DayTally],
    values: Sequence[int | None],
    told: Callable[[Any], str],
) -> dict[str, Any]:
    """A bar for each day, its height a share of the highest; a day with anything has a bar that can be seen."""
    most = max((value for value in values if value is not None), default=0)
    bars = [
        {
            "x": number * 10 + 1,
            "y": TALL - height,
            "height": height,
            "title": f"{format_date(one.day, 'medium')}: {told(value)}",
        }
        for number, (one, value) in enumerate(zip(days, values, strict=True))
        if value is not None and (height := max(2, round(value * TALL / most)) if value and most else 0)
    ]
    return {
        "name": name,
        "title": title,
        "total": total,
        "most": told(most) if most else None,
        "bars": bars,
        "first": format_date(days[0].day, "d MMM"),
        "last": format_date(days[-1].day, "d MMM"),
    }


def _day(one: DayTally) -> dict[str, Any]:
    tally = one.tally
    return {
        "day": one.day,
        "numbers": [tally.asked, tally.approved, tally.refused, tally.expired],
        "times": [tally.median, tally.p90],
        "link": _found(**{"from": one.day.isoformat(), "to": one.day.isoformat()}),
    }


def _phones(found: Any) -> list[dict[str, Any]]:
    titles = {
        Seen.TODAY: _("within a day"),
        Seen.WEEK: _("within a week"),
        Seen.MONTH: _("within 30 days"),
        Seen.LONGER: _("longer ago"),
    }
    every = sum(found.values())
    return [
        {
            "name": span.value,
            "title": title,
            "many": found.get(span, 0),
            "share": round(found.get(span, 0) * 100 / every) if every else 0,
        }
        for span, title in titles.items()
    ]
