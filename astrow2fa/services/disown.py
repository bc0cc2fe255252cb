""" "This was not me": said of a sign-in, of a session or of a browser, from a phone or from a signed-in browser.

Whatever it is said of, the password is in wrong hands: beside the sessions it is about, all that is pending is refused,
no browser counts as known any more, the next sign-in is asked, and codes that were issued are void. Other sessions
go on: one of them may be where it is said. Each takes the `device_id` of the phone that says it, none for a browser.
"""

from __future__ import annotations

from collections.abc import Sequence

from astrow2fa.core.accounts import Session, SessionKind
from astrow2fa.core.confirmation import Act, Reason, State
from astrow2fa.core.errors import UnknownConfirmation
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.ports import Parts
from astrow2fa.services.unit import Unit, change


def sign_in(parts: Parts, user_id: int, confirmation_id: str, *, device_id: str | None = None) -> State:
    """A sign-in of the list, also long after: ends the session that came of it, or the one that asked. Raises
    UnknownConfirmation.
    """
    with change(parts) as unit:
        confirmation = unit.work.confirmations.get(confirmation_id)
        if confirmation is None or confirmation.user_id != user_id:
            raise UnknownConfirmation(confirmation_id)
        came = unit.work.sessions.of_confirmation(confirmation_id)
        _disown(unit, user_id, came, confirmation_id=confirmation_id, device_id=device_id)
        after = unit.work.confirmations.get(confirmation_id)
        return (after or confirmation).state_at(unit.work.now)


def session(parts: Parts, user_id: int, session_id: str, *, device_id: str | None = None) -> bool:
    """A sign-in by its session, which a phone may never have been asked about; False when it is not one of this
    user's.
    """
    with change(parts) as unit:
        found = unit.work.sessions.get(session_id)
        if found is None or found.user_id != user_id or found.kind is not SessionKind.SIGNED_IN:
            return False
        _disown(unit, user_id, [found], confirmation_id=found.confirmation_id, device_id=device_id)
        return True


def browser(parts: Parts, user_id: int, browser_id: str, *, device_id: str | None = None) -> bool:
    """A browser that somebody once confirmed: ends what is signed in there, and it is a stranger again. False when it
    is not recognised for this user.
    """
    with change(parts) as unit:
        work = unit.work
        if browser_id not in {known.id for known in work.browsers.recognised_of(user_id)}:
            return False
        there = [one for one in work.sessions.alive_of(user_id, work.now) if one.browser_id == browser_id]
        work.browsers.unrecognise(browser_id, user_id)
        _disown(unit, user_id, there, device_id=device_id, browser_id=browser_id)
        return True


def _disown(
    unit: Unit,
    user_id: int,
    came: Sequence[Session],
    *,
    confirmation_id: str | None = None,
    device_id: str | None,
    browser_id: str | None = None,
) -> None:
    work = unit.work
    refused = [
        c.id
        for c in work.confirmations.open_of(user_id, work.now)
        if unit.make(c, Act.DENY, reason=Reason.NOT_ME, device_id=device_id) is not None
    ]
    ended = [session.id for session in came if work.sessions.end(session.id, unit.now, "not_me")]
    work.browsers.make_unknown(user_id)
    work.accounts.owe(user_id)
    # A code may have been issued by the session that ends here, or talked out of a helper by the same person.
    work.codes.void_all(user_id, unit.now)
    work.exemptions.void_all(user_id, unit.now)
    about = {"browser": browser_id} if browser_id else {}
    unit.record(
        Fact(
            Tag.NOT_ME,
            user_id=user_id,
            confirmation_id=confirmation_id,
            session_id=came[0].id if came and confirmation_id is None else None,
            device_id=device_id,
            details={"refused": len(refused), "sessions_ended": len(ended), **about},
        )
    )
