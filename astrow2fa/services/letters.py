"""Letters to users: put into the outbox with what they tell of, sent by a task of the server, tried again for hours.

Whoever acts does not wait for a mail server, and nothing fails because one is away.
"""

from __future__ import annotations

from astrow2fa.core.accounts import Account
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.ports import Parts
from astrow2fa.ports.mail import Kind, Letter, Note, NotTaken
from astrow2fa.ports.store import Work

AT_A_TIME = 10
LEASE_SECONDS = 120
"""A process that ends while it sends leaves the letter to another one after this time; it may then come twice."""
WAITS = (30, 120, 600, 1800, 3600, 3600, 7200)
"""Seconds before the next try: about five hours in all, as Astrow does it."""


def tell(parts: Parts, work: Work, account: Account, kind: Kind, **facts: str) -> bool:
    """Puts a letter to this user into the outbox; False when there is no mail here, or no address."""
    if not parts.post.on or not account.email:
        return False
    now = int(work.now)
    note = Note(kind, account.email, account.display_name or account.name, now, facts, account.language)
    work.letters.add(account.id, kind, parts.post.seal(note), now)
    return True


def deliver(parts: Parts) -> int:
    """Sends what is due; returns how many letters have left."""
    with parts.store.read() as work:
        due = work.letters.due(work.now, AT_A_TIME)
    return sum(_deliver(parts, letter) for letter in due)


def _deliver(parts: Parts, letter: Letter) -> bool:
    with parts.store.write() as work:
        if not work.letters.claim(letter, int(work.now) + LEASE_SECONDS):
            return False
    try:
        parts.post.send(parts.post.open(letter.sealed))
    except NotTaken as error:
        _not_taken(parts, letter, str(error), for_good=error.for_good)
        return False
    except ValueError as error:
        _not_taken(parts, letter, str(error), for_good=True)
        return False
    with parts.store.write() as work:
        work.letters.drop(letter.id)
        work.log.record(Fact(Tag.LETTER_SENT, user_id=letter.user_id, details={"kind": letter.kind}))
    return True


def _not_taken(parts: Parts, letter: Letter, why: str, *, for_good: bool) -> None:
    """Later again, or, once it has been tried for hours or will never be taken, no more: the log says so."""
    with parts.store.write() as work:
        if not for_good and letter.tries < len(WAITS):
            work.letters.put_off(letter.id, int(work.now) + WAITS[letter.tries])
            return
        work.letters.drop(letter.id)
        details = {"kind": letter.kind, "why": why, "tries": letter.tries + 1}
        work.log.record(Fact(Tag.LETTER_FAILED, user_id=letter.user_id, details=details))
