"""How the installation stands, read in one go for the operator's `doctor`."""

from __future__ import annotations

from dataclasses import dataclass

from astrow2fa.core.accounts import Account
from astrow2fa.core.facts import Tag
from astrow2fa.core.licence import Licence
from astrow2fa.core.settings import Settings
from astrow2fa.ports import Parts
from astrow2fa.ports.store import Health


@dataclass(frozen=True, slots=True)
class Condition:
    """What can be known without a running server. `users` and `administrators` count those who may sign in now;
    `unable` are the enabled users who could not answer a confirmation; `latest` is the time of the newest log row, and
    `demo` whether the demo was made here.
    """

    now: float
    health: Health
    settings: Settings
    licences: list[Licence]
    users: int
    administrators: int
    mobile_users: int
    phones: int
    unable: list[Account]
    latest: float
    demo: bool


def look(parts: Parts) -> Condition:
    """Raises Unavailable."""
    health = parts.store.health()
    with parts.store.read() as work:
        accounts = work.accounts.all()
        active = [account for account in accounts if account.enabled and account.locked_at is None]
        return Condition(
            now=work.now,
            health=health,
            settings=work.settings.get(),
            licences=work.licences.all(),
            users=len(active),
            administrators=sum(account.administrator for account in active),
            mobile_users=sum(bool(account.mobile) for account in accounts),
            phones=sum(work.phones.live_counts().values()),
            unable=work.phones.users_without(),
            latest=work.log.latest(),
            demo=bool(work.log.newest(Tag.DEMO_CREATED, 1)),
        )
