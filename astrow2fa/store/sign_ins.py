"""Sign-ins of everybody: three kinds of rows read as one list, in one query.

Each kind is cut to a page by its own index before they are put together, so that a page costs the same however many
sign-ins there are. Indexes that are partial name their kinds literally: SQLite uses them for nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Row,
    Select,
    String,
    and_,
    bindparam,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from astrow2fa.core.accounts import SessionKind, name_key
from astrow2fa.core.confirmation import OPEN, Purpose, Reason, State
from astrow2fa.core.facts import Tag
from astrow2fa.core.sign_ins import Outcome, Search, SignIn, outcome_of
from astrow2fa.store.tables import ENDED_ONES, OPEN_ONES, confirmations, log, sessions, users

_ESCAPE = "\\"
_NOW: ColumnElement[float] = bindparam("now")
_c, _s, _l = confirmations.c, sessions.c, log.c
_SIGN_IN = _c.purpose == Purpose.SIGN_IN.value
_CANCELLED = and_(ENDED_ONES, _c.state == State.CANCELLED.value)
_EXEMPTED = func.coalesce(_c.reason, "") == Reason.EXEMPTED.value
_ASKED: dict[Outcome, ColumnElement[bool]] = {
    Outcome.WAITING: and_(OPEN_ONES, _c.state == State.PENDING.value, _c.deadline > _NOW),
    Outcome.APPROVED: and_(OPEN_ONES, _c.state == State.APPROVED.value, _c.deadline > _NOW),
    Outcome.SIGNED_IN: _c.state == State.COLLECTED.value,
    Outcome.DENIED: and_(ENDED_ONES, _c.state == State.DENIED.value),
    Outcome.EXPIRED: or_(
        and_(ENDED_ONES, _c.state == State.EXPIRED.value), and_(OPEN_ONES, _c.deadline <= _NOW)
    ),
    Outcome.EXEMPTED: and_(_CANCELLED, _EXEMPTED),
    Outcome.WITHDRAWN: and_(_CANCELLED, ~_EXEMPTED),
}
_UNASKED = and_(
    _s.kind == literal(SessionKind.SIGNED_IN.value, literal_execute=True), _s.confirmation_id.is_(None)
)
# At the sign-in alone: a session or a phone that gave a wrong password had signed in before.
_REFUSED = and_(
    _l.tag == literal(Tag.PASSWORD_REFUSED.value, literal_execute=True),
    _l.session_id.is_(None),
    _l.device_id.is_(None),
)
_NOTHING = literal("")

_NAMES = (
    "kind", "id", "at", "user_id", "user", "state", "deadline", "reason", "browser", "os", "address", "place",
    "known", "recognised", "phones",
)  # fmt: skip


def _arm(*columns: ColumnElement[Any]) -> Select[Any]:
    return select(*(column.label(name) for name, column in zip(_NAMES, columns, strict=True)))


def _none(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """NULL where another kind of sign-in has this column. PostgreSQL takes one without a type for text."""
    return cast(null(), column.type)


_asked = _arm(
    literal("asked"),
    _c.id,
    cast(_c.asked_at, Float(53)),
    _c.user_id,
    users.c.name,
    _c.state,
    _c.deadline,
    _c.reason,
    _c.browser,
    _c.os,
    _c.address,
    _c.place,
    _c.known,
    _c.recognised,
    _c.phones,
).select_from(confirmations.join(users, users.c.id == _c.user_id))
_unasked = _arm(
    literal("unasked"),
    _s.id,
    cast(_s.started_at, Float(53)),
    _s.user_id,
    users.c.name,
    _none(_c.state),
    _none(_c.deadline),
    _none(_c.reason),
    _s.browser,
    _s.os,
    _s.address,
    _s.place,
    _none(_c.known),
    _none(_c.recognised),
    _none(_c.phones),
).select_from(sessions.join(users, users.c.id == _s.user_id))
_refused = _arm(
    literal("refused"),
    cast(_l.id, String),
    _l.at,
    _l.user_id,
    users.c.name,
    _none(_c.state),
    _none(_c.deadline),
    _l.details,
    _NOTHING,
    _NOTHING,
    func.coalesce(_l.address, ""),
    _NOTHING,
    _none(_c.known),
    _none(_c.recognised),
    _none(_c.phones),
).select_from(log.outerjoin(users, users.c.id == _l.user_id))


def _like(text: str, *columns: ColumnElement[str]) -> list[ColumnElement[bool]]:
    """Every word somewhere in these columns, which are in small letters."""
    found = []
    for word in name_key(text).split():
        for sign in (_ESCAPE, "%", "_"):
            word = word.replace(sign, _ESCAPE + sign)
        found.append(or_(*(column.like(f"%{word}%", escape=_ESCAPE) for column in columns)))
    return found


def _cut(
    arm: Select[Any],
    at: ColumnElement[Any],
    key: ColumnElement[Any],
    search: Search,
    limit: int,
    told: tuple[ColumnElement[str], ...],
) -> Any:
    """The newest of one kind that are meant."""
    if search.begins is not None:
        arm = arm.where(at >= search.begins)
    if search.ends is not None:
        arm = arm.where(at < search.ends)
    if search.after is not None:
        mark = search.after
        arm = arm.where(at <= mark.at, or_(at < mark.at, key < mark.id))
    if search.user:
        arm = arm.where(users.c.name_key == name_key(search.user))
    arm = arm.where(*_like(search.text, users.c.name_key, users.c.display_key, *map(func.lower, told)))
    return arm.order_by(at.desc(), key.desc()).limit(limit).subquery().select()


def _arms(search: Search, limit: int) -> list[Any]:
    wanted = search.outcomes
    states = [_ASKED[outcome] for outcome in _ASKED if outcome in wanted]
    arms = []
    if states:
        meant = _SIGN_IN if len(states) == len(_ASKED) else and_(_SIGN_IN, or_(false(), *states))
        told = (_c.address, _c.place, _c.browser, _c.os)
        arms.append(_cut(_asked.where(meant), _c.asked_at, _c.id, search, limit, told))
    if Outcome.UNASKED in wanted:
        told = (_s.address, _s.place, _s.browser, _s.os)
        arms.append(_cut(_unasked.where(_UNASKED), _s.started_at, _s.id, search, limit, told))
    if Outcome.PASSWORD in wanted:
        arms.append(_cut(_refused.where(_REFUSED), _l.at, cast(_l.id, String), search, limit, (_l.address,)))
    return arms


class SqlSignIns:
    """Implements ports.sign_ins.SignIns."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(self, search: Search, now: float, limit: int) -> list[SignIn]:
        both = union_all(*_arms(search, limit)).subquery()
        newest = select(both).order_by(both.c.at.desc(), both.c.id.desc()).limit(limit)
        return [_read(row, now) for row in self._connection.execute(newest, {"now": int(now)})]

    def waiting(self, now: float, limit: int) -> list[SignIn]:
        # The index of deadlines finds the few that are open, whatever else there is.
        found = _asked.where(_SIGN_IN, _ASKED[Outcome.WAITING]).order_by(_c.deadline.desc()).limit(limit)
        return [_read(row, now) for row in self._connection.execute(found, {"now": int(now)})]

    def these(self, ids: Collection[str], now: float) -> list[SignIn]:
        found = _asked.where(_SIGN_IN, _c.id.in_(ids))
        return [_read(row, now) for row in self._connection.execute(found)]

    def get(self, sign_in_id: str, now: float) -> SignIn | None:
        both = union_all(
            _asked.where(_SIGN_IN, _c.id == sign_in_id), _unasked.where(_UNASKED, _s.id == sign_in_id)
        )
        row = self._connection.execute(both).first()
        return _read(row, now) if row else None


def _read(row: Row[Any], now: float) -> SignIn:
    reason = row.reason
    if row.kind == "refused":
        outcome, reason = Outcome.PASSWORD, json.loads(row.reason).get("reason")
    elif row.kind == "unasked":
        outcome = Outcome.UNASKED
    else:
        state = State(row.state)
        state = State.EXPIRED if state in OPEN and now >= row.deadline else state
        outcome = outcome_of(state, row.reason)
    asked = row.kind == "asked"
    return SignIn(
        id=row.id,
        at=row.at,
        user_id=row.user_id,
        user=row.user,
        outcome=outcome,
        reason=reason,
        browser=row.browser,
        os=row.os,
        address=row.address,
        place=row.place,
        known=bool(row.known) if asked else None,
        recognised=bool(row.recognised) if asked else None,
        phones=row.phones,
    )
