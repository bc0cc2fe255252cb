"""Who could sign in if every sign-in were asked: counts and short lists, whatever the number of users."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    not_,
    or_,
    select,
)

from astrow2fa.core.accounts import ADMINISTRATOR, Factor, SessionKind, name_key
from astrow2fa.ports.readiness import Counts, HeldPhone, LockedOut, PastSignIn
from astrow2fa.store.tables import confirmations, phones, sessions, user_mobile, user_roles, users

_PERSISTED = "persisted"
_live = phones.c.revoked_at.is_(None)
_first: ColumnElement[int] = bindparam("first")
_limit: ColumnElement[int] = bindparam("limit")

_mobile = exists().where(user_mobile.c.user_id == users.c.id)
_phone = exists().where(phones.c.user_id == users.c.id, _live)
_administrator = exists().where(user_roles.c.user_id == users.c.id, user_roles.c.role == ADMINISTRATOR)
_locked_out = and_(users.c.enabled, or_(~_mobile, ~_phone))
_LACKING = select(
    users.c.id,
    users.c.name,
    users.c.display_name,
    _mobile.label("mobile"),
    _phone.label("phone"),
    _administrator.label("administrator"),
)
_LOCKED_OUT_COUNT = select(func.count()).select_from(users).where(_locked_out)
_LOCKED_OUT = _LACKING.where(_locked_out).order_by(users.c.id != _first, users.c.name_key).limit(_limit)
_TO_INVITE = (
    _LACKING.where(users.c.enabled, _mobile, ~_phone, users.c.name_key > bindparam("after"))
    .order_by(users.c.name_key)
    .limit(_limit)
)

_unseen = phones.c.seen_at <= bindparam("unseen_since")
# By the user, too: that is what confirmations are found by quickly.
_unanswered = and_(
    phones.c.answered_at.is_(None),
    ~exists().where(confirmations.c.user_id == phones.c.user_id, confirmations.c.decided_by == phones.c.id),
)
_best_effort = phones.c.storage != _PERSISTED
_safe_phone = exists().where(
    phones.c.user_id == users.c.id, _live, not_(_unseen), not_(_unanswered), not_(_best_effort)
)
_at_risk = and_(users.c.enabled, _mobile, _phone, ~_safe_phone)
_HELD: Select[Any] = (
    select(
        phones.c.id,
        phones.c.user_id,
        users.c.name.label("user_name"),
        users.c.display_name,
        phones.c.name,
        phones.c.platform,
        phones.c.source,
        phones.c.paired_at,
        phones.c.seen_at,
        _unseen.label("unseen"),
        _unanswered.label("unanswered"),
        _best_effort.label("best_effort"),
    )
    .select_from(phones.join(users, users.c.id == phones.c.user_id))
    .where(_live)
)
_AT_RISK_IDS = (
    select(users.c.id).where(_at_risk).order_by(users.c.id != _first, users.c.name_key).limit(_limit)
)
_AT_RISK = _HELD.where(users.c.id.in_(_AT_RISK_IDS)).order_by(
    users.c.id != _first, users.c.name_key, phones.c.paired_at
)
_PHONES = (
    _HELD.order_by(users.c.id != _first, phones.c.paired_at.desc(), phones.c.id)
    .limit(_limit)
    .offset(bindparam("skip"))
)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_after: ColumnElement[int] = bindparam("after")
_last: ColumnElement[int] = bindparam("last")
_COUNTS = select(
    func.count(),
    _count(~_mobile),
    _count(and_(_mobile, ~_phone)),
    _count(_at_risk),
    select(func.count())
    .select_from(phones)
    .where(_live, phones.c.user_id > _after, phones.c.user_id <= _last)
    .scalar_subquery(),
).where(users.c.enabled, users.c.id > _after, users.c.id <= _last)

_let_in = and_(sessions.c.kind == SessionKind.SIGNED_IN.value, sessions.c.started_at >= bindparam("since"))
_PAST_COUNTS = select(func.count(), _count(sessions.c.factors.contains(Factor.PHONE.value))).where(_let_in)
_PAST = (
    select(sessions.c.user_id, sessions.c.browser_id, sessions.c.started_at)
    .where(_let_in, sessions.c.user_id % bindparam("every") == 0)
    .order_by(sessions.c.user_id, sessions.c.started_at)
)


class SqlReadiness:
    """Implements ports.readiness.Readiness."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def locked_out_count(self) -> int:
        many: int = self._connection.execute(_LOCKED_OUT_COUNT).scalar_one()
        return many

    def counts(self, after: int, last: int, unseen_since: int) -> Counts:
        values = {"after": after, "last": last, "unseen_since": unseen_since}
        return Counts(*self._connection.execute(_COUNTS, values).one())

    def last_user(self) -> int:
        return self._connection.execute(select(func.max(users.c.id))).scalar() or 0

    def locked_out(self, first: int, limit: int) -> list[LockedOut]:
        rows = self._connection.execute(_LOCKED_OUT, {"first": first, "limit": limit})
        return [LockedOut(*row) for row in rows]

    def to_invite(self, after: str, limit: int) -> list[LockedOut]:
        rows = self._connection.execute(_TO_INVITE, {"after": name_key(after), "limit": limit})
        return [LockedOut(*row) for row in rows]

    def at_risk(self, first: int, unseen_since: int, limit: int) -> list[HeldPhone]:
        values = {"first": first, "unseen_since": unseen_since, "limit": limit}
        return [HeldPhone(*row) for row in self._connection.execute(_AT_RISK, values)]

    def phones(self, first: int, unseen_since: int, limit: int, skip: int) -> list[HeldPhone]:
        values = {"first": first, "unseen_since": unseen_since, "limit": limit, "skip": skip}
        return [HeldPhone(*row) for row in self._connection.execute(_PHONES, values)]

    def sign_ins(self, since: int, most: int) -> tuple[int, int, list[PastSignIn]]:
        let_in, confirmed = self._connection.execute(_PAST_COUNTS, {"since": since}).one()
        every = max(1, -(-let_in // most))
        rows = self._connection.execute(_PAST, {"since": since, "every": every})
        return let_in, confirmed, [PastSignIn(*row) for row in rows]
