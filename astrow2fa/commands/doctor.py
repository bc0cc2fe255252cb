"""`doctor`: what is in order, what is worth a look, what is broken."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app

from astrow2fa.commands import machine, weak
from astrow2fa.commands.findings import Finding, Level, fail, ok, warn
from astrow2fa.commands.frame import Verb, present_config
from astrow2fa.commands.output import as_json, print_json, shown, when
from astrow2fa.config import Config
from astrow2fa.core import policy
from astrow2fa.core.licence import Module
from astrow2fa.ports.store import Health
from astrow2fa.services.condition import Condition, look
from astrow2fa.web.context import parts
from astrow2fa.web.language import FOLDER

# Nothing of this program is older: an earlier clock is one that was never set.
FIRST_YEAR = 2024
NOTICE_SECONDS = 30 * 86_400
NAMED = 5

_COLOURS = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red"}


@click.command(cls=Verb)
@as_json
def doctor(as_json: bool) -> None:
    """Check the whole installation.

    Each line begins with ok, warn or fail; below a warn or fail stands what to do. The exit status is 1 when a line
    says fail.
    """
    findings = examine(present_config(), look(parts()), Path(current_app.static_folder or "static"))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            _print(finding)
    failed = sum(finding.level is Level.FAIL for finding in findings)
    if failed:
        raise click.ClickException(f"{failed} of {len(findings)} checks failed.")


def examine(config: Config, condition: Condition, static: Path) -> list[Finding]:
    """Everything, in the order in which it is to be put right."""
    return [
        machine.python(),
        machine.async_mode(config.async_mode),
        machine.public_url(config),
        machine.instance_folder(config.instance),
        machine.secret_key(config),
        migrated(condition.health),
        durable(condition.health),
        clock(condition.now),
        issuers(config),
        *licences(condition),
        who_can_answer(condition),
        administrators(condition),
        machine.open_files(condition.users + condition.phones),
        machine.vendor_files(static),
        machine.languages(Path(current_app.root_path) / FOLDER),
        *weak.examine(config, condition, os.environ),
    ]


def migrated(health: Health) -> Finding:
    if health.current:
        return ok("Database", "reachable and migrated")
    return fail(
        "Database", "not of the shape that this version needs", "Restart the server, which migrates it."
    )


def durable(health: Health) -> Finding:
    found = f"journal {health.journal}, synchronous {health.synchronous}"
    if (health.journal, health.synchronous) == ("WAL", "FULL"):
        return ok("Durability", found)
    return fail("Durability", found, "Keep the SQLite file on a local disk, which a write-ahead log needs.")


def clock(now: float) -> Finding:
    found = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    if datetime.fromtimestamp(now, UTC).year < FIRST_YEAR:
        return fail("Clock", found, "Set the clock and keep it right with NTP: phones refuse a wrong one.")
    return ok("Clock", found)


def issuers(config: Config) -> Finding:
    if config.licence_keys is not None:
        return ok("Licence issuers", f"those in {config.licence_keys}")
    if config.local:
        return ok("Licence issuers", "the demo issuer, as the public URL is on localhost")
    return warn("Licence issuers", "none is trusted", "Set ASTROW2FA_LICENCE_KEYS to a file of their keys.")


def licences(condition: Condition) -> list[Finding]:
    """One finding for each module, and one for the seats."""
    now = condition.now
    valid = [one for one in condition.licences if one.valid(now)]
    findings = []
    for module in Module:
        what = f"Licence {module.label}"
        ends = max((one.expires for one in valid if module in one.modules), default=None)
        if ends is None:
            lapsed = any(module in one.modules and now >= one.expires for one in condition.licences)
            findings.append(
                warn(what, "expired" if lapsed else "missing", "Install one with: licence install FILE")
            )
        elif ends < now + NOTICE_SECONDS:
            findings.append(
                warn(what, f"ends on {when(ends)}", "Renew it; nobody who has a phone is locked out.")
            )
        else:
            findings.append(ok(what, f"until {when(ends)}"))
    counted = [one.seats for one in valid if Module.ASTROW_MOBILE in one.modules]
    if counted and 0 not in counted and condition.mobile_users > sum(counted):
        found = f"{condition.mobile_users} users have the Mobile permission, {sum(counted)} are licensed"
        findings.append(warn("Seats", found, "Install a licence with more seats."))
    return findings


def who_can_answer(condition: Condition) -> Finding:
    mode, unable = condition.settings.two_factor, condition.unable
    found = f"2 Factor Authentication is {mode}; users who cannot answer: {len(unable)}"
    if not policy.enforced(mode) or not unable:
        return ok("Policy", found)
    names = ", ".join(shown(account.name) for account in unable[:NAMED])
    more = ", …" if len(unable) > NAMED else ""
    return warn(
        "Policy", f"{found} ({names}{more})", "They cannot sign in. Pair phones: user pairing-code NAME"
    )


def administrators(condition: Condition) -> Finding:
    many = condition.administrators
    if many == 0:
        do = "Create one: user create NAME --administrator"
        return (fail if condition.users else warn)("Administrators", "nobody who may sign in", do)
    return ok("Administrators", str(many))


def _print(finding: Finding) -> None:
    click.secho(f"{finding.level:<4}", fg=_COLOURS[finding.level], nl=False)
    click.echo(f"  {finding.what}: {finding.found}")
    if finding.do:
        click.echo(f"      {finding.do}")
