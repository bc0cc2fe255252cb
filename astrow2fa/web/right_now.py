"""What *System – Overview* says of this minute: on the page as it is loaded, and live to whoever leaves it open.

Codes, names and numbers; the words are the page's, in its reader's language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from astrow2fa.core.facts import Tag
from astrow2fa.core.insight import Burst
from astrow2fa.ports import Parts
from astrow2fa.services import log_check, waiting_room
from astrow2fa.services.insight import Attention, Insight

SIGN_INS = "/system/sign-ins"
LOG = "/system/log"


@dataclass(frozen=True, slots=True)
class Alert:
    """`who` is a user or an address, `at` when it was (or until when it is) in Unix seconds, `link` leads to it.

    `key` is the same for as long as it is the same alert, whatever else of it changes, and no other's.
    """

    key: str
    kind: str
    who: str
    times: int
    at: int
    link: str


@dataclass(frozen=True, slots=True)
class RightNow:
    """`waiting` and whether `more` do; what came of those who were `asked` today (UTC); alerts, the gravest first."""

    waiting: int
    more: bool
    asked: int
    approved: int
    refused: int
    expired: int
    alerts: list[Alert]


def look(parts: Parts, insight: Insight) -> RightNow:
    room, today = waiting_room.look(parts, ()), insight.today()
    return RightNow(
        len(room.waiting),
        room.more,
        today.asked,
        today.approved,
        today.refused,
        today.expired,
        [*_of_log(parts), *_alerts(insight.attention())],
    )


def as_event(now: RightNow) -> dict[str, object]:
    return asdict(now)


def _of_log(parts: Parts) -> Iterator[Alert]:
    verified = log_check.last_time(parts)
    if verified is not None and verified.fact.tag is Tag.LOG_FAULT_FOUND:
        yield Alert("log", "log", "", 1, int(verified.at), LOG)


def _alerts(found: Attention) -> Iterator[Alert]:
    for one in found.not_me:
        link = f"{SIGN_INS}/{one.sign_in}" if one.sign_in else _list(user=one.user)
        yield Alert(f"not-me {one.number}", "not-me", one.user, 1, int(one.at), link)
    for account in found.silenced:
        link = _list(user=account.name)
        yield Alert(f"silenced {account.name}", "silenced", account.name, 1, int(account.until), link)
    for burst in found.bursts:
        query = {"q": burst.who} if burst.kind is Burst.PASSWORDS_FROM_ADDRESS else {"user": burst.who}
        outcome = "denied" if burst.kind is Burst.REFUSED else "password"
        kind = burst.kind.value.replace("_", "-")
        link = _list(**query, outcome=outcome)
        yield Alert(f"{kind} {burst.who}", kind, burst.who, burst.times, int(burst.last), link)


def _list(**query: str) -> str:
    return f"{SIGN_INS}?{urlencode(query)}"
