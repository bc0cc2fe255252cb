"""Browsers with a cookie of ours, and to which users they are recognised or known."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from astrow2fa.core.accounts import BROWSER_OVERLAP_SECONDS, BROWSER_SECONDS, Browser, Session
from astrow2fa.ports.browsers import RecognisedBrowser
from astrow2fa.store.tables import browsers, recognised

_FIND = (
    select(
        browsers.c.id,
        browsers.c.token_hash,
        browsers.c.rotated_at,
        recognised.c.known,
        recognised.c.failed,
        recognised.c.drawn,
    )
    .select_from(
        browsers.outerjoin(
            recognised,
            (recognised.c.browser_id == browsers.c.id) & (recognised.c.user_id == bindparam("user")),
        )
    )
    .where(
        or_(browsers.c.token_hash == bindparam("token"), browsers.c.previous_hash == bindparam("token")),
        browsers.c.revoked_at.is_(None),
        browsers.c.rotated_at > bindparam("oldest"),
    )
)

_RECOGNISED = (
    select(browsers.c.id)
    .join(recognised, recognised.c.browser_id == browsers.c.id)
    .where(
        browsers.c.revoked_at.is_(None),
        browsers.c.rotated_at > bindparam("oldest"),
        or_(
            browsers.c.token_hash == bindparam("token"),
            (browsers.c.previous_hash == bindparam("token"))
            & (browsers.c.rotated_at > bindparam("overlapping")),
        ),
    )
    .limit(1)
)
_RECOGNISED_BY = _RECOGNISED.where(recognised.c.user_id == bindparam("user"))


def _looking_for(token_hash: str, now: int) -> dict[str, str | int]:
    return {
        "token": token_hash,
        "oldest": now - BROWSER_SECONDS,
        "overlapping": now - BROWSER_OVERLAP_SECONDS,
    }


class SqlBrowsers:
    """Implements ports.store.Browsers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, token_hash: str, user_id: int, now: int) -> Browser | None:
        row = self._connection.execute(
            _FIND, {"token": token_hash, "user": user_id, "oldest": now - BROWSER_SECONDS}
        ).first()
        if row is None:
            return None
        current = row.token_hash == token_hash
        if not current and now >= row.rotated_at + BROWSER_OVERLAP_SECONDS:
            self._connection.execute(update(browsers).where(browsers.c.id == row.id).values(revoked_at=now))
            self._connection.execute(delete(recognised).where(recognised.c.browser_id == row.id))
            return Browser(row.id, recognised=False, known=False, failed=0, overlapping=False, copied=True)
        return Browser(
            id=row.id,
            recognised=row.known is not None,
            known=bool(row.known) and current,
            failed=row.failed or 0,
            overlapping=not current,
            drawn=row.drawn,
        )

    def recognised_by(self, token_hash: str, user_id: int, now: int) -> str | None:
        values = {"user": user_id, **_looking_for(token_hash, now)}
        return self._connection.execute(_RECOGNISED_BY, values).scalar()

    def is_recognised(self, token_hash: str, now: int) -> bool:
        return self._connection.execute(_RECOGNISED, _looking_for(token_hash, now)).first() is not None

    def add(self, browser_id: str, token_hash: str, now: int) -> None:
        self._connection.execute(
            insert(browsers),
            {"id": browser_id, "token_hash": token_hash, "rotated_at": now, "created_at": now},
        )

    def rotate(self, browser_id: str, token_hash: str, now: int) -> None:
        self._connection.execute(
            update(browsers)
            .where(browsers.c.id == browser_id)
            .values(previous_hash=browsers.c.token_hash, token_hash=token_hash, rotated_at=now)
        )

    def recognise(self, browser_id: str, user_id: int, session: Session, now: int) -> None:
        self.unrecognise(browser_id, user_id)
        self._connection.execute(
            insert(recognised),
            {
                "browser_id": browser_id,
                "user_id": user_id,
                "known": True,
                "failed": 0,
                "confirmed_at": now,
                "browser": session.browser,
                "os": session.os,
            },
        )

    def set_draw(self, browser_id: str, user_id: int, drawn: bool) -> None:
        self._connection.execute(
            update(recognised)
            .where(recognised.c.browser_id == browser_id, recognised.c.user_id == user_id)
            .values(drawn=drawn)
        )

    def count_wrong_password(self, browser_id: str, user_id: int) -> int:
        count: int = self._connection.execute(
            update(recognised)
            .where(recognised.c.browser_id == browser_id, recognised.c.user_id == user_id)
            .values(failed=recognised.c.failed + 1)
            .returning(recognised.c.failed)
        ).scalar_one()
        return count

    def clear_wrong_passwords(self, browser_id: str, user_id: int) -> None:
        self._connection.execute(
            update(recognised)
            .where(
                recognised.c.browser_id == browser_id,
                recognised.c.user_id == user_id,
                recognised.c.failed != 0,
            )
            .values(failed=0)
        )

    def unrecognise(self, browser_id: str, user_id: int) -> None:
        self._connection.execute(
            delete(recognised).where(recognised.c.browser_id == browser_id, recognised.c.user_id == user_id)
        )

    def make_unknown(self, user_id: int) -> int:
        return self._connection.execute(
            update(recognised).where(recognised.c.user_id == user_id, recognised.c.known).values(known=False)
        ).rowcount

    def forget_all(self, user_id: int) -> int:
        return self._connection.execute(delete(recognised).where(recognised.c.user_id == user_id)).rowcount

    def recognised_of(self, user_id: int) -> list[RecognisedBrowser]:
        rows = self._connection.execute(
            select(recognised)
            .where(recognised.c.user_id == user_id)
            .order_by(recognised.c.confirmed_at.desc())
        )
        return [
            RecognisedBrowser(
                id=row.browser_id, name=row.browser, os=row.os, known=row.known, confirmed_at=row.confirmed_at
            )
            for row in rows
        ]
