"""What the terminal shows: to people as text, to scripts as one JSON object a line."""

from __future__ import annotations

import json
import time
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

import click

from astrow2fa.phone.request import Request

PURPOSES = {
    "sign_in": "Sign in to {app} as {username}?",
    "confirm": "Confirm that it is you, {username}, in {app}?",
    "pair": "Pair another phone for {username} in {app}?",
}


@dataclass(frozen=True, slots=True)
class Voice:
    """Says everything once, in the form that was asked for."""

    as_json: bool

    def say(self, event: str, text: str, facts: Mapping[str, object] | None = None) -> None:
        line = json.dumps({"event": event, **(facts or {})}, ensure_ascii=False) if self.as_json else text
        click.echo(line)

    def problem(self, text: str, facts: Mapping[str, object]) -> None:
        """To standard error for people; scripts get it in its order among the rest."""
        if self.as_json:
            self.say("error", text, {**facts, "message": text})
        else:
            click.echo(text, err=True)


def clean(value: object) -> str:
    """A text that somebody else wrote, without the control characters that a terminal obeys (Unicode category C)."""
    return "".join(" " if unicodedata.category(sign).startswith("C") else sign for sign in str(value))


def moment(value: object) -> str:
    """Unix seconds as the date and time at this place."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "never"
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(value))


def request_facts(request: Request) -> dict[str, object]:
    facts = asdict(request)
    del facts["jws"]
    return facts


def request_text(request: Request, now: float) -> str:
    """Everything that helps to tell one's own sign-in from somebody else's."""
    question = PURPOSES[request.purpose].format(app=clean(request.app), username=clean(request.username))
    place = f" ({clean(request.place)})" if request.place else ""
    known = "known" if request.known else "NOT known: never confirmed before, or not since a refusal"
    number = "must be typed from the browser's screen" if request.number_required else "not needed"
    lines = [
        question,
        f"  asked    {moment(request.asked_at)}, {max(0, round(request.expires_at - now))} s left to answer",
        f"  from     {clean(request.ip)}{place}",
        f"  browser  {_browser_name(request.browser, request.os)}, {known}",
        f"  number   {number}",
        f"  id       {clean(request.id)}",
    ]
    if request.others_pending:
        lines.append(f"  others   {request.others_pending} more waiting")
    return "\n".join(lines)


def silence_text(until: object) -> str:
    """Protocol section 5: said plainly and once."""
    if until is None:
        return "Silence is over: sign-ins from unknown browsers ring again."
    return (
        "Somebody has your password, and keeps asking. Sign-ins from unknown browsers do not ring until "
        f"{moment(until)}. Change your password: password"
    )


def added_text(name: str, platform: str, at: int | None) -> str:
    """Protocol section 8: said plainly, and for how to look."""
    phone = f"“{clean(name)}” ({clean(platform)})"
    return (
        f"A phone was added to your account: {phone}, {moment(at)}. If that was not you, somebody knows your "
        "password. See: me"
    )


def me_text(me: Mapping[str, object]) -> str:
    """The answer of GET /me for people."""
    user, phone, password = (_object(me, name) for name in ("user", "phone", "password"))
    lines = [
        f"{clean(user.get('display_name'))} ({clean(user.get('username'))})",
        f"This phone: {clean(phone.get('name'))}, {clean(phone.get('id'))}",
        f"Password: changed {moment(password.get('changed_at'))}",
    ]
    silence = _object(me, "silence")
    lines += [silence_text(silence["until"])] if silence.get("until") else []
    lines += _section("Phones", [_phone(phone) for phone in objects(me, "phones")])
    lines += _section("Signed in", [_session(session) for session in objects(me, "sessions")])
    lines += _section("Browsers", [_browser(browser) for browser in objects(me, "browsers")])
    lines += _section("Sign-ins", [_sign_in(sign_in) for sign_in in objects(me, "sign_ins")])
    return "\n".join(lines)


def _phone(phone: Mapping[str, object]) -> str:
    this = ", this one" if phone.get("this") else ""
    return f"{clean(phone.get('id'))}  {clean(phone.get('name'))}, seen {moment(phone.get('seen_at'))}{this}"


def _session(session: Mapping[str, object]) -> str:
    confirmed = "" if session.get("confirmed") else ", not confirmed by a phone"
    return (
        f"{clean(session.get('id'))}  {_where(session)}, since {moment(session.get('started_at'))}{confirmed}"
    )


def _browser(browser: Mapping[str, object]) -> str:
    known = "known" if browser.get("known") else "not known"
    return f"{clean(browser.get('id'))}  {_browser_name(browser.get('name'), browser.get('os'))}, {known}"


def _sign_in(sign_in: Mapping[str, object]) -> str:
    reason = f" ({clean(sign_in['reason'])})" if sign_in.get("reason") else ""
    outcome = f"{clean(sign_in.get('outcome'))}{reason}"
    return f"{clean(sign_in.get('id'))}  {moment(sign_in.get('at'))}  {outcome}, {_where(sign_in)}"


def _where(row: Mapping[str, object]) -> str:
    place = f" ({clean(row['place'])})" if row.get("place") else ""
    return f"{_browser_name(row.get('browser'), row.get('os'))} from {clean(row.get('ip'))}{place}"


def _browser_name(name: object, os: object) -> str:
    return f"{clean(name or 'an unknown browser')}{f' on {clean(os)}' if os else ''}"


def _section(title: str, rows: Iterable[str]) -> list[str]:
    listed = [f"  {row}" for row in rows]
    return [f"{title}:", *listed] if listed else []


def _object(of: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = of.get(name)
    return value if isinstance(value, Mapping) else {}


def objects(of: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    """The members of this list of an answer."""
    value = of.get(name)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
