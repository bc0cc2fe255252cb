"""Sign-ins a second against what Argon2id allows: `python -m tests.load.signins [--seconds N]`.

The bound is cores ÷ the time of one hash, measured in the same run. Two things are measured of one server with SQLite:
password steps alone (a wrong password, hashed and refused, which costs nothing else worth the name), and sign-ins all
the way: page, password, number, the phone's list, its OK, collect. The clients take processor time from the same
cores; it is printed, and the bound for what they left.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from argon2 import PasswordHasher, Type
from rich.console import Console
from rich.table import Table

from astrow2fa.adapters.clock import SystemClock
from astrow2fa.adapters.passwords import LANES, MEMORY_KIB, ROUNDS
from astrow2fa.core.policy import Mode
from astrow2fa.services import accounts
from astrow2fa.services.accounts import NewUser
from tests.load.flood import NUMBER
from tests.load.product import LIMITS
from tests.load.serving import serving
from tests.load.subject import HOST, free_port
from tests.support.house import PASSWORD, House
from tests.support.phone import RobotPhone, payload_of

CORES = len(os.sched_getaffinity(0))
HANDS = 4 * CORES
LEAST = 0.85
HASHES = 20
_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_CONFIRMATIONS = "/mobile/api/v1/confirmations"


class Caller:
    """One kept-open connection, one cookie jar: as little work as a client can do."""

    def __init__(self, url: str) -> None:
        self._line = http.client.HTTPConnection(HOST, urlsplit(url).port or 80, timeout=60)
        self._cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, str]:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self._cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        self._line.request(method, path, body, sent)
        answer = self._line.getresponse()
        for told in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = told.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, answer.read().decode()

    def post(self, path: str, page: str, **fields: str) -> int:
        """A form of that page."""
        token = _CSRF.search(page)
        assert token is not None, page[:300]
        form = urlencode({"csrf_token": token[1], **fields})
        return self.ask("POST", path, form, Content_Type="application/x-www-form-urlencoded")[0]


def signs_in(url: str, name: str, phone: RobotPhone) -> None:
    """All the way."""
    browser, palm = Caller(url), Caller(url)
    assert browser.post("/login", browser.ask("GET", "/login")[1], username=name, password=PASSWORD) == 303
    waiting = browser.ask("GET", "/login/waiting")[1]
    number = NUMBER.search(waiting)
    assert number is not None
    proof = f"Bearer {phone.proof('GET', _CONFIRMATIONS)}"
    [asked] = json.loads(palm.ask("GET", _CONFIRMATIONS, Authorization=proof)[1])["confirmations"]
    request = asked["confirmation"]
    path = f"{_CONFIRMATIONS}/{payload_of(request)['jti']}/decision"
    status, said = palm.ask("POST", path, phone.decision(request, number=number[1]))
    assert status == 200, said
    assert browser.post("/login/collect", waiting) == 303


@dataclass(frozen=True, slots=True)
class Rate:
    """How many there were a second, and the cores that the clients took meanwhile."""

    a_second: float
    clients: float


def measure(act: Callable[[int], None], seconds: float) -> Rate:
    """As many as there is time for, HANDS at once; `act` gets 0, 1, 2 …"""
    began, spent = time.perf_counter(), time.process_time()
    ends = began + seconds

    def hand(first: int) -> int:
        done = 0
        while time.perf_counter() < ends:
            act(first + done * HANDS)
            done += 1
        return done

    with ThreadPoolExecutor(HANDS) as hands:
        count = sum(hands.map(hand, range(HANDS)))
    took = time.perf_counter() - began
    return Rate(count / took, (time.process_time() - spent) / took)


def one_hash() -> float:
    """Seconds that one takes on one core: the middle of some."""
    hasher = PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=LANES, type=Type.ID)
    hashed, times = hasher.hash(PASSWORD), []
    for _ in range(HASHES):
        began = time.perf_counter()
        hasher.verify(hashed, PASSWORD)
        times.append(time.perf_counter() - began)
    return sorted(times)[HASHES // 2]


def all_at_once() -> float:
    """Hashes a second when every core does nothing else: memory is shared, so it is less than cores ÷ one hash."""
    with multiprocessing.get_context("spawn").Pool(CORES) as pool:
        pool.map(_hashes, [1] * CORES)
        began = time.perf_counter()
        pool.map(_hashes, [HASHES] * CORES, chunksize=1)
        return CORES * HASHES / (time.perf_counter() - began)


def _hashes(count: int) -> None:
    hasher = PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=LANES, type=Type.ID)
    for _ in range(count):
        hasher.hash(PASSWORD)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="signins", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="for each of the two")
    chosen = parser.parse_args(arguments)
    single, together = one_hash(), all_at_once()
    with tempfile.TemporaryDirectory(prefix="astrow2fa-signins-") as name:
        folder, port = Path(name), free_port()
        url = f"http://localhost:{port}"
        own = {
            "ASTROW2FA_HOST": HOST,
            "ASTROW2FA_PORT": str(port),
            "ASTROW2FA_PUBLIC_URL": url,
            "ASTROW2FA_INSTANCE": str(folder / "instance"),
            "ASTROW2FA_LIMITS": f"{LIMITS},login.account=1000000/minute",
        }
        house = House(folder, SystemClock(), **own).people().policy(Mode.ALWAYS)
        people = []
        for number in range(HANDS):
            who = f"person-{number}"
            accounts.create(house.parts, NewUser(who, PASSWORD, who.title(), mobile=("ess",)))
            people.append((who, house.phone(who)))
        with serving(folder, own, pinned=False):
            wrong = measure(lambda _: _refused(url), chosen.seconds)
            whole = measure(lambda n: signs_in(url, *people[n % HANDS]), chosen.seconds)
    return report(Console(width=120), single, together, wrong, whole)


def _refused(url: str) -> None:
    """A name that nobody has costs the same hash."""
    caller = Caller(url)
    page = caller.ask("GET", "/login")[1]
    assert caller.post("/login", page, username="nobody", password=PASSWORD) == 401


def report(console: Console, single: float, together: float, wrong: Rate, whole: Rate) -> int:
    bound = CORES / single
    console.print(
        f"One hash {single * 1e3:.1f} ms; {CORES} cores ÷ that: {bound:.0f} a second; all cores at once: {together:.0f}"
    )
    table = Table(title="Sign-ins a second", title_justify="left")
    for column in ("", "a second", "÷ bound", "clients' cores", "÷ bound of the rest", "must"):
        table.add_column(column, justify="right" if column else "left", no_wrap=True)
    for title, rate in (("password steps", wrong), ("all the way", whole)):
        rest = max(0.01, CORES - rate.clients) / single
        table.add_row(
            title,
            f"{rate.a_second:.1f}",
            f"{rate.a_second / bound:.2f}",
            f"{rate.clients:.2f}",
            f"{rate.a_second / rest:.2f}",
            f"≥ {LEAST:.2f}",
        )
    console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
