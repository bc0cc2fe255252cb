"""Letting a browser in: the one place where a signed-in session is made."""

from __future__ import annotations

from dataclasses import dataclass

from astrow2fa.core import policy
from astrow2fa.core.accounts import SESSION_SECONDS, Account, Browser, Factor, Session, SessionKind
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.ports.outside import Client
from astrow2fa.ports.store import Work
from astrow2fa.services.tokens import token_hash
from astrow2fa.services.unit import Unit


@dataclass(frozen=True, slots=True)
class Admission:
    """New cookies. `browser_token` is None when the browser keeps the one it has."""

    session_token: str
    browser_token: str | None


def find_browser(work: Work, account: Account, browser_token: str | None) -> Browser | None:
    """What the browser with this cookie is to this user."""
    if not browser_token:
        return None
    browser = work.browsers.find(token_hash(browser_token), account.id, int(work.now))
    if browser is not None and browser.copied:
        work.log.record(Fact(Tag.BROWSER_REUSED, user_id=account.id, details={"browser": browser.id}))
        return None
    return browser


def open_session(
    unit: Unit,
    account: Account,
    client: Client,
    kind: SessionKind,
    *,
    session_id: str | None = None,
    predecessor: Session | None = None,
    browser_id: str | None = None,
    confirmation_id: str | None = None,
    factors: tuple[Factor, ...] = (),
    fresh: bool = False,
) -> tuple[Session, str]:
    """A new session row and the token for its cookie. A predecessor ends: its token is worthless from now on."""
    now = unit.now
    token = unit.parts.chance.token(256)
    session = Session(
        id=session_id or unit.parts.chance.token(128),
        user_id=account.id,
        kind=kind,
        token_hash=token_hash(token),
        predecessor_hash=predecessor.token_hash if predecessor else None,
        confirmation_id=confirmation_id,
        browser_id=browser_id,
        factors=tuple(factors),
        started_at=now,
        seen_at=now,
        expires_at=now + SESSION_SECONDS,
        fresh_at=now if fresh else None,
        pair_ok_at=None,
        ended_at=None,
        end_reason=None,
        address=client.address,
        browser=client.browser,
        os=client.os,
        place=client.place,
    )
    unit.work.sessions.add(session)
    if predecessor is not None:
        unit.work.sessions.end(predecessor.id, now, "succeeded")
    return session, token


def admit(
    unit: Unit,
    account: Account,
    client: Client,
    browser: Browser | None,
    *,
    predecessor: Session | None,
    confirmation_id: str | None,
    factors: tuple[Factor, ...],
    fresh: bool,
) -> Admission:
    """Signs the browser in: new session token, new browser token, wrong passwords forgotten, log row.

    A browser that came through a phone's OK becomes recognised and known to this user.
    """
    parts, work, now = unit.parts, unit.work, unit.now
    browser_token = None
    if browser is None:
        browser_token, browser_id = parts.chance.token(256), parts.chance.token(128)
        work.browsers.add(browser_id, token_hash(browser_token), now)
    else:
        browser_id = browser.id
        if not browser.overlapping:
            # The other tab of an overlap has already got the newer token; a third one would cut it off.
            browser_token = parts.chance.token(256)
            work.browsers.rotate(browser_id, token_hash(browser_token), now)
    session, token = open_session(
        unit,
        account,
        client,
        SessionKind.SIGNED_IN,
        predecessor=predecessor,
        browser_id=browser_id,
        confirmation_id=confirmation_id,
        factors=factors,
        fresh=fresh,
    )
    settings = work.settings.get()
    drawn = policy.draw(settings.random_percent, parts.chance.percent())
    if Factor.PHONE in factors:
        work.browsers.recognise(browser_id, account.id, session, now)
        work.log.record(Fact(Tag.BROWSER_RECOGNISED, user_id=account.id, session_id=session.id))
    work.phones.clear_wrong_passwords(account.id)
    # Drawn now for the next time: nothing that is tried until then can change it.
    work.browsers.set_draw(browser_id, account.id, drawn)
    work.log.record(
        Fact(
            Tag.SIGNED_IN,
            user_id=account.id,
            confirmation_id=confirmation_id,
            session_id=session.id,
            address=client.address,
            details={"amr": list(factors), "policy": settings.two_factor},
        )
    )
    return Admission(token, browser_token)
