"""Changing a field of tab Security from the command line."""

from __future__ import annotations

from astrow2fa.core import licence, policy, settings
from astrow2fa.core.accounts import Account
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.policy import Mode
from astrow2fa.core.settings import Settings
from astrow2fa.ports import Parts
from astrow2fa.ports.store import Work
from astrow2fa.services.accounts import OPERATOR, Impossible


class WouldLockOut(Exception):
    """These users could no longer sign in; nothing was saved."""

    def __init__(self, accounts: list[Account]) -> None:
        super().__init__(f"{len(accounts)} users could not sign in")
        self.accounts = accounts


def current(parts: Parts) -> Settings:
    with parts.store.read() as work:
        return work.settings.get()


def change(parts: Parts, name: str, text: str, *, force: bool = False, actor: str = OPERATOR) -> Settings:
    """Sets one field. Raises ValueError, Impossible, WouldLockOut (which `force` skips; never the licence)."""
    value = settings.parse(name, text)
    if value is Mode.RANDOM:
        raise Impossible("Random is not available in this version; use off or always.")
    with parts.store.write() as work:
        before = work.settings.get()
        if getattr(before, name) == value:
            return before
        if isinstance(value, Mode) and policy.enforced(value):
            lacking = licence.missing(work.licences.all(), work.now)
            if lacking:
                titles = " and ".join(module.label for module in lacking)
                raise Impossible(f"This needs a licence for {titles}. Install one with: licence install FILE")
            without = work.phones.users_without()
            if without and not force:
                raise WouldLockOut(without)
        return save(work, before, name, value, actor=actor)


def save(work: Work, before: Settings, name: str, value: settings.Value, *, actor: str) -> Settings:
    """Saves one field and records it. Raises Impossible when `before` is no longer what is stored."""
    after = settings.changed(before, name, value)
    if not work.settings.save(after):
        raise Impossible("Somebody else saved the settings at the same moment. Try again.")
    texts = {"before": settings.text_of(getattr(before, name)), "after": settings.text_of(value)}
    work.log.record(Fact(Tag.SETTING_CHANGED, actor=actor, details={"name": name, **texts}))
    return after
