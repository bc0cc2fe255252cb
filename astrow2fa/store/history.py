"""The log looked through, and the evidence of confirmations.

A page of the log costs the same at a million rows as at a thousand: rows are found from an index that is there for
its order (the user's, one tag's, or the primary key), and what no index knows is looked for in windows of ids.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Row,
    Select,
    and_,
    delete,
    func,
    or_,
    select,
    union_all,
)

from astrow2fa.core.accounts import SESSION_SECONDS
from astrow2fa.core.confirmation import OPEN, State
from astrow2fa.ports.history import Entry, Evidence, Sought
from astrow2fa.store.log_tables import RARE
from astrow2fa.store.tables import confirmations, log, phones, sessions, users

_FINAL = [state.value for state in State if state not in OPEN]

_WITH_NAMES = (
    select(log, users.c.name.label("user_name"), phones.c.name.label("phone_name"))
    .outerjoin(users, users.c.id == log.c.user_id)
    .outerjoin(phones, phones.c.id == log.c.device_id)
)
_SEARCHED = (log.c.address, log.c.actor, log.c.confirmation_id, log.c.session_id, log.c.device_id)


def _plain(text: str) -> str:
    """For LIKE: nothing in it is a pattern."""
    return "".join(f"\\{sign}" if sign in "\\%_" else sign for sign in text)


class SqlHistory:
    """Implements ports.history.History."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def window(self, sought: Sought, before: int, size: int) -> int | None:
        ids = select(log.c.id).where(*_found_by(sought), log.c.id < before).order_by(log.c.id.desc())
        found: int | None = self._connection.execute(ids.limit(1).offset(size - 1)).scalar()
        return found

    def found(self, sought: Sought, before: int, floor: int, limit: int) -> list[Entry]:
        within = and_(log.c.id < before, log.c.id >= floor)
        ids = self._ids(sought, within, limit).subquery()
        newest = _WITH_NAMES.where(log.c.id.in_(select(ids.c.id))).order_by(log.c.id.desc()).limit(limit)
        return [_entry(row) for row in self._connection.execute(newest)]

    def _ids(
        self, sought: Sought, within: ColumnElement[bool], limit: int
    ) -> Select[Any] | CompoundSelect[Any]:
        """The newest ids; of rare tags each list of one in the order of their index."""
        if sought.by_rare_tags:
            of_each = [
                select(
                    select(log.c.id)
                    .where(log.c.tag == tag.value, RARE, within, *_in_time(sought))
                    .order_by(log.c.id.desc())
                    .limit(limit)
                    .subquery()
                    .c.id
                )
                for tag in sought.tags
            ]
            return union_all(*of_each)
        wanted = and_(within, *_found_by(sought), *_filters(sought))
        return select(log.c.id).where(wanted).order_by(log.c.id.desc()).limit(limit)

    def onward(self, sought: Sought, after: int, limit: int) -> list[Entry]:
        wanted = and_(log.c.id > after, *_found_by(sought), *_filters(sought))
        rows = self._connection.execute(_WITH_NAMES.where(wanted).order_by(log.c.id).limit(limit))
        return [_entry(row) for row in rows]

    def id_at(self, moment: float) -> int:
        # Ids and times rise together, and no index knows the times: twenty steps for a million rows.
        low = self._connection.execute(select(func.min(log.c.id))).scalar() or 1
        high = (self._connection.execute(select(func.max(log.c.id))).scalar() or 0) + 1
        while low < high:
            middle = (low + high) // 2
            at = self._connection.execute(
                select(log.c.at).where(log.c.id >= middle).order_by(log.c.id).limit(1)
            ).scalar()
            if at is None or at >= moment:
                high = middle
            else:
                low = middle + 1
        return int(low)


def _found_by(sought: Sought) -> list[ColumnElement[bool]]:
    return [log.c.user_id == sought.user_id] if sought.user_id is not None else []


def _in_time(sought: Sought) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if sought.since is not None:
        found.append(log.c.at >= sought.since)
    if sought.until is not None:
        found.append(log.c.at < sought.until)
    return found


def _filters(sought: Sought) -> list[ColumnElement[bool]]:
    found = _in_time(sought)
    if sought.tags:
        # Not by the tag's index: it would have to sort all there is of these tags.
        found.append(log.c.tag.concat("").in_([tag.value for tag in sought.tags]))
    if sought.text:
        looked_at = [(column, sought.text) for column in _SEARCHED]
        # Details are stored as JSON in ASCII.
        looked_at.append((log.c.details, json.dumps(sought.text)[1:-1]))
        found.append(or_(*(column.ilike(f"%{_plain(text)}%", escape="\\") for column, text in looked_at)))
    return found


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        id=row.id,
        at=row.at,
        tag=row.tag,
        user_id=row.user_id,
        user=row.user_name,
        confirmation_id=row.confirmation_id,
        session_id=row.session_id,
        device_id=row.device_id,
        phone=row.phone_name,
        address=row.address,
        actor=row.actor,
        details=_details(row.details),
        writer=row.writer,
        seq=row.seq,
        previous=row.previous,
        hash=row.hash,
    )


def _details(text: str) -> dict[str, object]:
    """A row that somebody spoiled is shown all the same."""
    try:
        found = json.loads(text)
    except ValueError:
        return {"?": text}
    return found if isinstance(found, dict) else {"?": found}


class SqlEvidence:
    """Implements ports.history.EvidenceShelf."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, confirmation_id: str) -> Evidence | None:
        asked = confirmations.c
        row = self._connection.execute(
            select(
                asked.id, asked.user_id, asked.asked_at, asked.state, asked.reason, asked.request,
                asked.earlier_request, asked.decision, asked.decided_address, asked.moved_at,
                phones.c.name, phones.c.public_key,
            )
            .outerjoin(phones, phones.c.id == asked.decided_by)
            .where(asked.id == confirmation_id)
        ).first()  # fmt: skip
        if row is None:
            return None
        return Evidence(
            confirmation_id=row.id,
            user_id=row.user_id,
            asked_at=row.asked_at,
            state=row.state,
            reason=row.reason,
            requests=[text for text in (row.request, row.earlier_request) if text],
            decision=row.decision,
            decided_address=row.decided_address,
            moved_at=row.moved_at,
            phone=row.name,
            phone_key=row.public_key,
        )

    def forget(self, before: int, limit: int) -> int:
        ended = select(confirmations.c.id).where(
            # Asked before its deadline: that is what they are found by.
            confirmations.c.asked_at < before,
            confirmations.c.state.in_(_FINAL),
            confirmations.c.deadline < before,
        )
        began = select(sessions.c.id).where(sessions.c.started_at < before - SESSION_SECONDS)
        return sum(
            self._connection.execute(delete(table).where(table.c.id.in_(old.limit(limit)))).rowcount
            for table, old in ((confirmations, ended), (sessions, began))
        )
