"""What administrators see live: whose browsers wait for a phone, and what became of those that no longer do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from astrow2fa.core.permissions import Permission
from astrow2fa.core.sign_ins import Outcome, SignIn
from astrow2fa.ports import Parts
from astrow2fa.services.sessions import looked_at
from astrow2fa.services.sign_ins import MOST_WAITING

NEEDED = Permission.VIEW_LOG
"""The same that opens the page of sign-ins."""


@dataclass(frozen=True, slots=True)
class Room:
    """`waiting`, newest first, as many as the page shows; `more`: whether others wait too. `left`: what has become of
    those that were followed and wait no more.
    """

    waiting: Sequence[SignIn]
    more: bool
    left: Sequence[SignIn]

    @property
    def followed(self) -> frozenset[str]:
        """Those of which more will be heard: an approved one is still to be collected."""
        ids = {one.id for one in self.waiting}
        return frozenset(ids | {one.id for one in self.left if one.outcome is Outcome.APPROVED})


@dataclass(frozen=True, slots=True)
class Lookers:
    """Those who may look now, and those who may no longer, by the hashes of their session tokens."""

    may: frozenset[str]
    may_not: frozenset[str]


def lookers(parts: Parts, hashes: Collection[str]) -> Lookers:
    """Whose session lives and has the permission: read anew each time, and no sign of life of anybody."""
    may = set()
    with parts.store.read() as work:
        for hashed in hashes:
            held = looked_at(work, hashed)
            if held and held.signed_in and not held.password_expired and NEEDED in held.account.permissions:
                may.add(hashed)
    return Lookers(frozenset(may), frozenset(hashes) - may)


def look(parts: Parts, followed: Collection[str]) -> Room:
    """Two queries that indexes answer, however many sign-ins there are."""
    with parts.store.read() as work:
        found = work.sign_ins.waiting(work.now, MOST_WAITING + 1)
        waiting = found[:MOST_WAITING]
        gone = set(followed) - {one.id for one in found}
        left = work.sign_ins.these(gone, work.now) if gone else []
    return Room(waiting, len(found) > MOST_WAITING, left)
