"""System – Log: all that was recorded, newest first; whether it holds; the evidence of a confirmation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from werkzeug.exceptions import NotFound

from astrow2fa import runtime
from astrow2fa.core.errors import UnknownConfirmation
from astrow2fa.core.facts import Tag
from astrow2fa.core.permissions import Permission
from astrow2fa.ports.history import Entry, Sought
from astrow2fa.services import evidence, log_check, log_reading
from astrow2fa.web.admin import fault_words
from astrow2fa.web.admin import log_words as words
from astrow2fa.web.admin.blueprint import blueprint
from astrow2fa.web.admin.query import fields
from astrow2fa.web.admin.sign_in_words import reason
from astrow2fa.web.context import parts, web
from astrow2fa.web.fresh import signed_in

LOG = "/system/log"
DAY = timedelta(days=1)
AT_ONCE = 2_000
"""Rows that are verified while the browser waits; more are verified beside it."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the form of the page says; whatever makes no sense is as if it were not there."""

    text: str = ""
    user: str = ""
    what: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None

    def query(self, before: int | None = None) -> str:
        every = {
            "q": self.text,
            "user": self.user,
            "what": self.what,
            "from": self.since or "",
            "to": self.until or "",
            "before": before or "",
        }
        return urlencode({name: value for name, value in every.items() if value})


def _filters() -> Filters:
    given = fields(request.query_string.decode("ascii", "replace"))
    what, before = given.get("what", ""), given.get("before", "")
    return Filters(
        text=given.get("q", "").strip()[:200],
        user=given.get("user", "").strip()[:200],
        what=what if _tags(what) else "",
        since=_day(given.get("from", "")),
        until=_day(given.get("to", "")),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None,
    )


def _tags(what: str) -> tuple[Tag, ...]:
    """One tag, or all of a group."""
    group = words.groups().get(what)
    if group is not None:
        return tuple(tag for tag in group[1] if tag is not Tag.FOREIGN)
    found = Tag(what)
    return () if found is Tag.FOREIGN else (found,)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year < 9999 else None


def _sought(filters: Filters) -> Sought | None:
    """None when it is about a user whom there is not."""
    user_id = log_reading.user_id_of(parts(), filters.user) if filters.user else None
    if filters.user and user_id is None:
        return None
    return Sought(
        user_id=user_id,
        tags=_tags(filters.what) if filters.what else (),
        since=_begin(filters.since) if filters.since else None,
        until=_begin(filters.until + DAY) if filters.until else None,
        text=filters.text,
    )


def _begin(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def _address(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


@blueprint.get(LOG, endpoint="log")
def show_log() -> ResponseReturnValue:
    held, filters = signed_in(), _filters()
    sought = _sought(filters)
    page = log_reading.Page([], None)
    if sought is not None:
        page = log_reading.page(parts(), sought, filters.before, lambda: runtime.sleep(0))
    older = filters.query(page.older) if page.older is not None else None
    return render_template(
        "admin/log/list.html",
        entries=[_row(one) for one in page.entries],
        searched=page.searched,
        search=filters,
        groups=words.groups(),
        newest=_address(LOG, filters.query()) if filters.before else None,
        older=_address(LOG, older) if older else None,
        export=_address(f"{LOG}.csv", filters.query()),
        users_open=Permission.VIEW_USERS in held.account.permissions,
        verified=_verified(),
        running=web().log_upkeep.verified_rows,
        days=log_reading.days_kept(parts()),
    )


def _row(one: Entry) -> dict[str, Any]:
    return {
        "id": one.id,
        "at": _moment(one.at),
        "tag": one.tag,
        "text": words.of_tag(one.tag),
        "tone": words.tone(one.tag),
        "details": words.details(one.details),
        "user": one.user,
        "user_id": one.user_id,
        "phone": one.phone,
        "ip": one.address,
        "actor": one.actor,
        "evidence": f"{LOG}/evidence/{one.confirmation_id}" if one.confirmation_id else None,
    }


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _verified() -> dict[str, Any] | None:
    row = log_check.last_time(parts())
    if row is None:
        return None
    details = row.fact.details
    return {
        "at": _moment(row.at),
        "holds": row.fact.tag is Tag.LOG_VERIFIED,
        "why": fault_words.of_log(details),
        "rows": details.get("rows", 0),
        "actor": row.fact.actor,
    }


@blueprint.get(f"{LOG}.csv")
def export_log() -> ResponseReturnValue:
    """All that the page finds, oldest first."""
    sought, actor = _sought(_filters()), signed_in().account.name
    if sought is None:
        raise NotFound
    pieces = log_reading.export(parts(), sought, actor, as_csv=True)

    def piecemeal() -> Iterator[str]:
        for piece in pieces:
            yield piece
            runtime.sleep(0)

    headers = {"Content-Disposition": 'attachment; filename="astrow-log.csv"'}
    return Response(piecemeal(), mimetype="text/csv", headers=headers)


@blueprint.post(f"{LOG}/verify")
def verify_log() -> ResponseReturnValue:
    """A short log at once, a long one beside the request; the page says how it stands."""
    upkeep, actor = web().log_upkeep, signed_in().account.name
    if log_reading.length(parts()) <= AT_ONCE:
        upkeep.verify(actor)
    elif upkeep.verified_rows is None:
        runtime.spawn(upkeep.verify, actor)
    return redirect(LOG, 303)


@blueprint.get(f"{LOG}/evidence/<confirmation_id>", endpoint="evidence")
def show_evidence(confirmation_id: str) -> ResponseReturnValue:
    held = signed_in()
    try:
        shown = evidence.show(parts(), confirmation_id, held.account.name)
    except UnknownConfirmation as error:
        raise NotFound from error
    found, asked, said = shown.evidence, shown.checked.request, shown.checked.decision
    browser = asked.get("browser")
    return render_template(
        "admin/log/evidence.html",
        id=found.confirmation_id,
        asked_at=_moment(found.asked_at),
        state=found.state,
        reason=reason(found.reason),
        username=asked.get("username"),
        purpose=asked.get("purpose"),
        browser=browser if isinstance(browser, dict) else {},
        said=said.get("decision"),
        said_at=_moment(float(str(said["iat"]))) if "iat" in said else None,
        number=said.get("number"),
        phone=found.phone,
        answered_from=found.decided_address,
        request_jws=shown.request,
        decision_jws=found.decision,
        server_key=shown.server_key,
        phone_key=shown.phone_key,
        holds=shown.checked.holds,
        faults=[fault_words.of_evidence(fault) for fault in shown.checked.faults],
    )
