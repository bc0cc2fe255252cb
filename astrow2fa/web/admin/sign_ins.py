"""System – Sign-ins: what waits now, everybody's sign-ins newest first, and the story of one.

It takes the permission to view the log: the list is the log of sign-ins, with everybody's addresses in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from astrow2fa import runtime
from astrow2fa.core.accounts import Session
from astrow2fa.core.facts import Fact
from astrow2fa.core.permissions import Permission
from astrow2fa.core.sign_ins import Mark, Outcome, Search, SignIn, Wanted
from astrow2fa.services import sign_ins
from astrow2fa.services.sign_ins import Step, Story
from astrow2fa.web.admin import sign_in_words as words
from astrow2fa.web.admin.blueprint import blueprint
from astrow2fa.web.admin.query import fields
from astrow2fa.web.context import parts
from astrow2fa.web.fresh import signed_in

SIGN_INS = "/system/sign-ins"
COLUMNS = (
    "at",
    "user",
    "outcome",
    "reason",
    "browser",
    "system",
    "address",
    "place",
    "known",
    "phones_asked",
)


def _search() -> Search:
    """From the address; whatever makes no sense is as if it were not there."""
    given = fields(request.query_string.decode("ascii", "replace"))
    outcome = given.get("outcome", "")
    return Search(
        text=given.get("q", "")[:200],
        user=given.get("user", "")[:200],
        outcome=Outcome(outcome)
        if outcome in list(Outcome)
        else Wanted(outcome)
        if outcome in list(Wanted)
        else Wanted.ANY,
        since=_day(given.get("from", "")),
        until=_day(given.get("to", "")),
        after=Mark.read(given.get("after", "")),
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year >= 1970 else None


def _query(search: Search, mark: Mark | None = None) -> str:
    every = {
        "q": search.text,
        "user": search.user,
        "outcome": "" if search.outcome is Wanted.ANY else search.outcome.value,
        "from": search.since.isoformat() if search.since else "",
        "to": search.until.isoformat() if search.until else "",
        "after": str(mark) if mark else "",
    }
    return urlencode({name: value for name, value in every.items() if value})


def _address(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


@blueprint.get(SIGN_INS, endpoint="sign_ins")
def list_sign_ins() -> ResponseReturnValue:
    held, search = signed_in(), _search()
    listed = sign_ins.listed(parts(), search)
    older = _query(search, listed.entries[-1].mark) if listed.more else None
    return render_template(
        "admin/sign_ins/list.html",
        entries=[_row(one) for one in listed.entries],
        waiting=[_row(one) for one in listed.waiting],
        live_words=words.live(),
        search=search,
        choices=words.choices(),
        newest=_address(SIGN_INS, _query(search)) if search.after else None,
        older=_address(SIGN_INS, older) if older else None,
        export=_address(f"{SIGN_INS}.csv", _query(search)),
        users_open=Permission.VIEW_USERS in held.account.permissions,
    )


def _row(one: SignIn) -> dict[str, Any]:
    return {
        "id": one.id,
        "at": _moment(one.at),
        "user": one.user,
        "user_id": one.user_id,
        "outcome": one.outcome.value,
        "outcome_text": words.outcomes()[one.outcome],
        "tone": words.TONES[one.outcome],
        "reason": words.reason(one.reason) if one.outcome is not Outcome.EXEMPTED else "",
        "browser": one.browser,
        "os": one.os,
        "ip": one.address,
        "place": one.place,
        "known": one.known,
        "recognised": one.recognised,
        "phones": one.phones,
        "story": f"{SIGN_INS}/{one.id}" if one.has_story else None,
    }


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@blueprint.get(f"{SIGN_INS}.csv")
def export_sign_ins() -> ResponseReturnValue:
    """All that the list finds, on every page of it."""
    actor = signed_in().account.name
    pieces = sign_ins.export(parts(), _search(), actor, COLUMNS, _cells)

    def piecemeal() -> Iterator[str]:
        for piece in pieces:
            yield piece
            runtime.sleep(0)

    headers = {"Content-Disposition": 'attachment; filename="astrow-sign-ins.csv"'}
    return Response(piecemeal(), mimetype="text/csv", headers=headers)


def _cells(one: SignIn) -> tuple[str, ...]:
    known = "" if one.known is None else "yes" if one.known else "no"
    phones = "" if one.phones is None else str(one.phones)
    at = _moment(one.at).isoformat(timespec="seconds")
    what = (one.outcome.value, one.reason or "")
    return (at, one.user or "", *what, one.browser, one.os, one.address, one.place, known, phones)


@blueprint.get(f"{SIGN_INS}/<sign_in_id>", endpoint="sign_in")
def show_sign_in(sign_in_id: str) -> ResponseReturnValue:
    held = signed_in()
    story = sign_ins.story(parts(), sign_in_id)
    if story is None:
        raise NotFound
    return render_template(
        "admin/sign_ins/story.html",
        entry=_row(story.entry),
        users_open=Permission.VIEW_USERS in held.account.permissions,
        policy=words.policies().get(story.policy or ""),
        number=story.confirmation.number_required if story.confirmation else None,
        phones=[phone.name for phone in story.phones],
        answer=_answer(story),
        session=_session(story.session, parts().clock.now()) if story.session else None,
        steps=[_step(step) for step in story.steps],
        total_ms=sum(step.after_ms for step in story.steps),
    )


def _answer(story: Story) -> dict[str, Any] | None:
    """The phone that decided, from where and when; the last answer counts (a Cancel may follow an OK)."""
    if story.answered_by is None:
        return None
    facts = [(step.at, step.what) for step in story.steps if isinstance(step.what, Fact)]
    given = [(at, fact) for at, fact in facts if fact.device_id and fact.confirmation_id]
    last = given[-1] if given else None
    return {
        "phone": story.answered_by.name,
        "platform": story.answered_by.platform,
        "ip": last[1].address if last else None,
        "at": _moment(last[0]) if last else None,
    }


def _session(session: Session, now: float) -> dict[str, Any]:
    """One that ran out by itself is over since then, whatever was noted of it later."""
    ran_out = session.runs_out_at <= (session.ended_at or now)
    ended_at = session.runs_out_at if ran_out else session.ended_at
    why = (
        _("ran out by itself")
        if ran_out
        else words.endings().get(session.end_reason or "", session.end_reason)
    )
    return {
        "started_at": _moment(session.started_at),
        "ended_at": _moment(ended_at) if ended_at else None,
        "why": why,
    }


def _step(step: Step) -> dict[str, Any]:
    row = {"at": _moment(step.at), "after_ms": step.after_ms, "phone": step.phone}
    what = step.what
    if not isinstance(what, Fact):
        told = {"tag": f"delivery:{what.step}", "text": words.delivered(what.step), "reason": what.how}
        return {**row, **told, "ip": None, "actor": None}
    code = what.details.get("reason")
    return {
        **row,
        "tag": what.tag.value,
        "text": words.step(what),
        "reason": words.reason(str(code)) if code else "",
        "ip": what.address,
        "actor": what.actor,
    }
