"""The list of users with 10,000 of them, beside the list of an installation that has only its administrator."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests
from rich.console import Console

from astrow2fa.app import create_app
from astrow2fa.config import Config
from astrow2fa.core.accounts import Account
from astrow2fa.services import accounts
from astrow2fa.services.accounts import NewUser
from astrow2fa.web.context import EXTENSION
from tests.load.subject import ROOT, SERVER_CORE, pin
from tests.load.worker import median

USERS = 10_000
PASSES = 30
BATCH = 500
MOST_MS = 300.0
PATH = "/system/users"
NAME, PASSWORD = "bench", "correct Horse-7 battery"
_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(slots=True)
class Listing:
    """Milliseconds of each page, in turn: with everybody, and with one."""

    many: list[float] = field(default_factory=list)
    one: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return median(self.many) / median(self.one)


def measure() -> Listing:
    """Two servers at once; each page is asked of one, then of the other."""
    found = Listing()
    with ExitStack() as stack:
        many, one = (stack.enter_context(_signed_in(users)) for users in (USERS, 0))
        for _ in range(PASSES):
            for ask, times in ((many, found.many), (one, found.one)):
                begun = time.perf_counter()
                page = ask[0].get(ask[1] + PATH, timeout=30)
                times.append((time.perf_counter() - begun) * 1e3)
                page.raise_for_status()
    return found


@contextmanager
def _signed_in(users: int) -> Iterator[tuple[requests.Session, str]]:
    with tempfile.TemporaryDirectory(prefix="astrow2fa-bench-") as folder:
        environment = {"ASTROW2FA_INSTANCE": folder, "ASTROW2FA_PORT": "0"}
        _seed(environment, users)
        inherited = {name: text for name, text in os.environ.items() if not name.startswith("ASTROW2FA_")}
        server = subprocess.Popen(
            [sys.executable, "server.py"],
            cwd=ROOT,
            env={**inherited, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            assert server.stdout is not None
            url = server.stdout.readline().removeprefix("listening on ").strip()
            pin(SERVER_CORE, server.pid)
            browser = requests.Session()
            token = _CSRF.search(browser.get(f"{url}/login", timeout=30).text)
            assert token is not None
            form = {"username": NAME, "password": PASSWORD, "csrf_token": token[1]}
            browser.post(f"{url}/login", data=form, timeout=30).raise_for_status()
            yield browser, url
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(15)
            assert server.stdout is not None
            server.stdout.close()


def _seed(environment: dict[str, str], users: int) -> None:
    """An administrator, and so many users with a kind, Mobile and a role."""
    parts = create_app(Config.load(environment)).extensions[EXTENSION].parts
    accounts.create(parts, NewUser(NAME, PASSWORD, roles=("Administrator",)))
    for first in range(0, users, BATCH):
        with parts.store.write() as work:
            work.directory.add_all([_user(number) for number in range(first, first + BATCH)])
    parts.store.close()
    Path(environment["ASTROW2FA_INSTANCE"], "address").unlink(missing_ok=True)


def _user(number: int) -> Account:
    return Account(
        id=0,
        name=f"user{number:05}",
        display_name=f"User {number}",
        email=f"user{number}@example.org",
        password_hash="never asked for",
        password_changed_at=1,
        enabled=True,
        failed_passwords=0,
        locked_at=None,
        had_phone=False,
        roles=("Employee",),
        mobile=("ess",),
        kinds=("ess",),
    )


def print_listing(console: Console, found: Listing) -> None:
    many, one = median(found.many), median(found.one)
    colour = "green" if many < MOST_MS else "red"
    console.print(
        f"List of users with {USERS:,}: [{colour}]{many:.0f} ms[/] (< {MOST_MS:.0f} ms), "
        f"{found.ratio:.2f} times the {one:.0f} ms of the list with one; median of {PASSES} in turn"
    )


def main(arguments: Sequence[str]) -> int:
    """By itself: `python -m tests.load.listing`."""
    found = measure()
    print_listing(Console(width=120), found)
    return 0 if median(found.many) < MOST_MS else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
