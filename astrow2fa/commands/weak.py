"""What `doctor` finds that works, but protects less than it could: keys, modes, addresses, policy, people."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path

from astrow2fa.commands.findings import Finding, fail, ok, warn
from astrow2fa.config import Config
from astrow2fa.core import policy
from astrow2fa.core.number import Matching
from astrow2fa.services.condition import Condition

# A key of 32 random hexadecimal signs has 14 different ones on average; what somebody typed has fewer.
LEAST_DIFFERENT = 9
LEAST_TOKEN = 20
CLOCK_SECONDS = 60

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def examine(config: Config, condition: Condition, environ: Mapping[str, str]) -> list[Finding]:
    """All of it; `environ` is the environment of this process."""
    return [
        files(config.instance),
        secrets(config),
        proxies(config),
        debug(environ),
        clock(condition),
        policy_on(condition),
        numbers(condition),
        lock_out(condition),
        administrators(condition),
        demo(config, condition),
    ]


def files(instance: Path) -> Finding:
    what = "Instance files"
    modes = [path for path in sorted(instance.iterdir()) if path.is_file() and path.stat().st_mode & _OTHERS]
    if modes:
        names = ", ".join(path.name for path in modes)
        return warn(what, f"open to others but for their folder: {names}", f"Type: chmod go= {instance}/*")
    return ok(what, "closed to others")


def secrets(config: Config) -> Finding:
    what = "Strength of secrets"
    if len(set(config.secret_key)) < LEAST_DIFFERENT:
        return fail(
            what,
            "the secret key is hardly random",
            "Change it: openssl rand -hex 32 (docs/operations.md, Keys)",
        )
    if config.secret_key_previous:
        return warn(
            what,
            "the previous secret key is still accepted",
            "All keys are sealed under the new one: take ASTROW2FA_SECRET_KEY_PREVIOUS away.",
        )
    if config.metrics_token is not None and len(config.metrics_token) < LEAST_TOKEN:
        return warn(what, "the metrics token is short", "Make a longer one: openssl rand -hex 32")
    return ok(what, "as random as they should be")


def proxies(config: Config) -> Finding:
    what, many = "Trusted proxies", config.trusted_proxies
    if many and not config.secure:
        return warn(
            what,
            f"{many}, though browsers come by plain http to this machine",
            "Without a proxy in front anybody can write any address: set ASTROW2FA_TRUSTED_PROXIES=0.",
        )
    return ok(what, str(many))


def debug(environ: Mapping[str, str]) -> Finding:
    if environ.get("FLASK_DEBUG", "0").lower() not in ("", "0", "false", "no"):
        return warn(
            "Debugging", "FLASK_DEBUG is set", "Take it out of the environment: it is for developers."
        )
    return ok("Debugging", "off")


def clock(condition: Condition) -> Finding:
    what, ahead = "Order of time", condition.latest - condition.now
    if ahead > CLOCK_SECONDS:
        return fail(
            what,
            f"the log was last written {int(ahead)} s in the future",
            "The clock has gone back: keep it right with NTP, or phones and deadlines go wrong.",
        )
    return ok(what, "the log is not ahead of the clock")


def policy_on(condition: Condition) -> Finding:
    what, mode = "Protection", condition.settings.two_factor
    if not policy.enforced(mode):
        do = "Pair phones, then type: two-factor always"
        return warn(what, "2 Factor Authentication is off: a stolen password is enough", do)
    return ok(what, f"2 Factor Authentication is {mode}")


def numbers(condition: Condition) -> Finding:
    what, matching = "Number matching", condition.settings.number_matching
    if matching is Matching.OFF:
        do = "Type: settings set number_matching new_browsers (or always, as NIST asks for)"
        return warn(what, "off: an OK given by mistake lets somebody in", do)
    return ok(what, matching.value)


def lock_out(condition: Condition) -> Finding:
    what, after = "Lock-out", condition.settings.disable_after_failed
    if after == 0:
        do = "Type: settings set disable_after_failed 4"
        return warn(what, "wrong passwords never lock an account", do)
    return ok(what, f"after {after} wrong passwords")


def administrators(condition: Condition) -> Finding:
    what = "Second administrator"
    if condition.administrators == 1:
        do = "Make another, for the day on which this one has lost phone and password."
        return warn(what, "there is one administrator only", do)
    return ok(what, str(condition.administrators))


def demo(config: Config, condition: Condition) -> Finding:
    what = "Demo users"
    if condition.demo and not config.local:
        do = "Their passwords were printed: user disable NAME for each of them, or begin with an empty database."
        return fail(what, "the demo was made in this database, which is open to others", do)
    return ok(what, "on this machine only" if condition.demo else "none")
