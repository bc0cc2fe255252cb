"""Changing the fields of tab Security: what the form and the operator's commands share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from astrow2fa.core import licence, policy, settings
from astrow2fa.core.accounts import Account
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.licence import Module
from astrow2fa.core.policy import Mode
from astrow2fa.core.settings import NAMES, Settings, Value
from astrow2fa.ports import Parts
from astrow2fa.ports.store import LogRow, Work
from astrow2fa.services.accounts import OPERATOR, Impossible

MOST_CHANGES = 500


@dataclass(frozen=True, slots=True)
class Saver:
    """Who saves, as the log names them."""

    name: str = OPERATOR
    session_id: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One field that somebody saved; values as `settings.text_of` writes them, `at` in Unix seconds."""

    name: str
    before: str
    after: str
    actor: str
    at: float


class Unlicensed(Impossible):
    """Always and Random cannot be chosen without these."""

    def __init__(self, missing: list[Module]) -> None:
        titles = " and ".join(module.label for module in missing)
        super().__init__(f"This needs a licence for {titles}. Install one with: licence install FILE")
        self.missing = missing


class WouldLockOut(Exception):
    """So many users could no longer sign in; nothing was saved."""

    def __init__(self, many: int) -> None:
        super().__init__(f"{many} users could not sign in")
        self.many = many


class Stale(Exception):
    """What was to be saved rests on an older version; nothing was saved. `changes`: since then, oldest first."""

    def __init__(self, stored: Settings, changes: list[Change]) -> None:
        super().__init__(f"version {stored.version} is stored")
        self.stored = stored
        self.changes = changes


@dataclass(frozen=True, slots=True)
class Tab:
    """The stored fields, and the modules without which Always and Random cannot be chosen anew."""

    stored: Settings
    missing: list[Module]


def current(parts: Parts) -> Settings:
    with parts.store.read() as work:
        return work.settings.get()


def tab(parts: Parts) -> Tab:
    with parts.store.read() as work:
        return Tab(work.settings.get(), licence.missing(work.licences.all(), work.now))


def unable(parts: Parts) -> list[Account]:
    """The enabled users who could not answer a confirmation."""
    with parts.store.read() as work:
        return work.phones.users_without()


def change(parts: Parts, name: str, text: str, *, force: bool = False) -> Settings:
    """Sets one field, for the operator. Raises ValueError, Unlicensed, WouldLockOut (which `force` skips)."""
    return save(parts, {name: settings.parse(name, text)}, Saver(), force=force)


def save(
    parts: Parts,
    values: Mapping[str, Value],
    saver: Saver,
    *,
    version: int | None = None,
    force: bool = False,
) -> Settings:
    """Sets these fields, all or none; one row of the log for each that is another one afterwards.

    `version` is the one that the values rest on, None for whichever is stored. Raises Stale when it is an older one,
    Unlicensed when Always or Random is chosen anew without both licences, and WouldLockOut when users could then
    not sign in any more, which `force` skips.
    """
    with parts.store.write() as work:
        before = work.settings.get()
        if version is not None and version != before.version:
            raise Stale(before, _changes_since(work, version))
        changes = settings.differing(before, values)
        if not changes:
            return before
        mode = changes.get("two_factor")
        if isinstance(mode, Mode) and policy.enforced(mode):
            missing = licence.missing(work.licences.all(), work.now)
            if missing:
                raise Unlicensed(missing)
            many = 0 if force else work.readiness.locked_out_count()
            if many:
                raise WouldLockOut(many)
        return write(work, before, changes, saver)


def write(work: Work, before: Settings, changes: Mapping[str, Value], saver: Saver) -> Settings:
    """Stores and records. Raises Impossible when `before` is no longer what is stored."""
    after = settings.changed(before, changes)
    if not work.settings.save(after):
        raise Impossible("Somebody else saved the settings at the same moment. Try again.")
    for name, value in changes.items():
        details = {
            "name": name,
            "before": settings.text_of(getattr(before, name)),
            "after": settings.text_of(value),
            "version": after.version,
        }
        work.log.record(
            Fact(
                Tag.SETTING_CHANGED,
                session_id=saver.session_id,
                address=saver.address,
                actor=saver.name,
                details=details,
            )
        )
    return after


def _changes_since(work: Work, version: int) -> list[Change]:
    rows = work.log.newest(Tag.SETTING_CHANGED, MOST_CHANGES)
    return [_change(row) for row in reversed(rows) if _version(row) > version]


def _version(row: LogRow) -> int:
    return int(str(row.fact.details.get("version", 0)))


def _change(row: LogRow) -> Change:
    name, before, after = (str(row.fact.details.get(key, "")) for key in ("name", "before", "after"))
    return Change(name, before, after, row.fact.actor or "", row.at)


@dataclass(frozen=True, slots=True)
class Merged:
    """What a form shows whose save was stale: the user's input where they changed something, else what is stored now.

    `disputed`: fields that both changed, to different values.
    """

    texts: dict[str, str]
    disputed: list[str]


def merge(typed: Mapping[str, str], stale: Stale) -> Merged:
    """Puts what was typed on top of what others saved meanwhile."""
    now = {name: settings.text_of(getattr(stale.stored, name)) for name in NAMES}
    base = dict(now)
    for done in reversed(stale.changes):
        base[done.name] = done.before
    mine = {name: text for name, text in typed.items() if text != base[name]}
    disputed = [name for name in NAMES if name in mine and now[name] not in (base[name], mine[name])]
    return Merged({**now, **mine}, disputed)
