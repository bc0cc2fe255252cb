"""Honest sign-ins while somebody floods the server: `python -m tests.load.flood [--seconds N] [--rate N]`.

One process sends bad requests from one address over kept-open, pipelined connections: wrong passwords, wrong pairing
codes, decisions that nobody signed, sockets that join nothing. Another signs people in, each all the way: password,
number, OK by the phone over HTTP, collect. What is printed is how long that takes, against the same when all is quiet.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import selectors
import socket
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast
from urllib.parse import urlencode, urlsplit

import requests
from requests.adapters import HTTPAdapter

from astrow2fa.adapters.clock import SystemClock
from astrow2fa.core.policy import Mode
from astrow2fa.services import accounts
from astrow2fa.services.accounts import NewUser
from tests.load.serving import serving
from tests.load.subject import HOST, free_port
from tests.load.worker import percentile
from tests.support.house import PASSWORD, House
from tests.support.live import LiveBrowser
from tests.support.phone import RobotPhone, payload_of

PEOPLE = 300
COLD = 5
"""Sign-ins that are not counted: the first ones read templates and tables."""
LEAST = 50
"""Sign-ins on each side, without which a p99 says nothing."""
NUMBER = re.compile(r'"number": ?"(\d{6})"')
LINES = 8
WARM_SECONDS = 6.0
STEP_SECONDS = 0.01
MOST_UNSENT = 64 * 1024


class From(HTTPAdapter):
    """Requests from an address of one's own: honest people are not where the flood is."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: object, **options: object) -> None:
        super().init_poolmanager(*args, source_address=(self._address, 0), **options)  # type: ignore[arg-type]


@dataclass(slots=True)
class Flood:
    """What was sent, and what came back."""

    sent: int = 0
    seconds: float = 0.0
    answers: Counter[str] = field(default_factory=Counter)


def sign_in(url: str, name: str, phone: RobotPhone, address: str) -> float:
    """One person, all the way; seconds that it took."""
    browser = LiveBrowser(url)
    browser.http.mount("http://", From(address))
    start = time.perf_counter()
    answer = browser.signs_in(name)
    assert answer.headers.get("Location") == "/login/waiting", (answer.status_code, answer.text[:200])
    with requests.Session() as palm:
        palm.mount("http://", From(address))
        path = "/mobile/api/v1/confirmations"
        proof = {"Authorization": f"Bearer {phone.proof('GET', path)}"}
        [asked] = palm.get(url + path, headers=proof, timeout=60).json()["confirmations"]
        request = asked["confirmation"]
        number = NUMBER.search(browser.http.get(f"{url}/login/waiting", timeout=60).text)
        assert number is not None
        decision = phone.decision(request, number=number[1])
        identity = payload_of(request)["jti"]
        answered = palm.post(f"{url}{path}/{identity}/decision", decision, timeout=60)
        assert answered.json() == {"state": "approved"}, answered.text
    assert browser.collects().headers["Location"] == "/"
    return time.perf_counter() - start


def bad_requests(url: str) -> list[bytes]:
    """The flood's repertoire, as bytes."""
    host = urlsplit(url).netloc
    page = requests.get(f"{url}/login", timeout=10)
    token = page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in page.cookies)
    form = urlencode({"csrf_token": token, "username": "nobody", "password": "wrong"})
    pairing = '{"code": "x"}'

    def post(path: str, body: str, kind: str, more: str = "") -> bytes:
        head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\n{more}Content-Type: {kind}\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()

    login = post("/login", form, "application/x-www-form-urlencoded", f"Cookie: {cookies}\r\n")
    pair = post(
        "/mobile/api/v1/invitations", '{"code": "x", "username": "x", "password": "x"}', "application/json"
    )
    decide = post("/mobile/api/v1/confirmations/x/decision", "e30.e30.e30", "application/jose")
    garbage = post("/mobile/api/v1/pair", pairing, "application/json")
    opened = f"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    return [login, pair, login, decide, login, garbage, login, pair, login, opened]


class Lines:
    """Kept-open connections to one server; what is closed is opened again."""

    def __init__(self, url: str, count: int) -> None:
        self._address = (urlsplit(url).hostname or "", urlsplit(url).port or 80)
        self._selector = selectors.DefaultSelector()
        self._unsent: dict[socket.socket, bytes] = {}
        for _ in range(count):
            self._dial()

    def _dial(self) -> None:
        line = socket.create_connection(self._address)
        line.setblocking(False)
        self._unsent[line] = b""
        self._selector.register(line, selectors.EVENT_READ)

    def _again(self, line: socket.socket) -> None:
        self._selector.unregister(line)
        del self._unsent[line]
        line.close()
        self._dial()

    def send(self, request: bytes, number: int) -> bool:
        """Puts it on one of the lines; False when that one is full."""
        line = list(self._unsent)[number % len(self._unsent)]
        if len(self._unsent[line]) >= MOST_UNSENT:
            return False
        self._unsent[line] += request
        return True

    def turn(self, found: Flood) -> None:
        """Sends what can be sent, hears what was answered."""
        for line, rest in list(self._unsent.items()):
            with suppress(BlockingIOError, ConnectionError):
                if rest:
                    self._unsent[line] = rest[line.send(rest) :]
        for key, _ in self._selector.select(STEP_SECONDS):
            line = cast(socket.socket, key.fileobj)
            heard = b""
            with suppress(ConnectionError):
                heard = line.recv(65536)
            if not heard:
                self._again(line)
            for status in heard.split(b"HTTP/1.1 ")[1:]:
                found.answers[status[:3].decode("ascii", "replace")] += 1


def pour(url: str, rate: int, talk: Connection) -> None:
    """Sends until it is told to stop; then says what happened."""
    repertoire = bad_requests(url)
    found, lines = Flood(), Lines(url, LINES)
    start = time.perf_counter()
    talk.send("pouring")
    while not talk.poll():
        due = int((time.perf_counter() - start) * rate) - found.sent
        for number in range(min(due, rate)):
            if lines.send(repertoire[found.sent % len(repertoire)], number):
                found.sent += 1
        lines.turn(found)
    found.seconds = time.perf_counter() - start
    talk.send(found)


def measured(url: str, phones: dict[str, RobotPhone], seconds: float, network: int) -> list[float]:
    """Sign-ins one after another, as long as there is time, and each person at most once."""
    ends = time.perf_counter() + seconds
    times = []
    for number, (name, phone) in enumerate(phones.items()):
        if time.perf_counter() > ends:
            break
        times.append(sign_in(url, name, phone, f"127.0.{network}.{number + 1}"))
    return times


def flooded(url: str, phones: dict[str, RobotPhone], seconds: float, rate: int) -> tuple[Flood, list[float]]:
    """The same while the flood goes on."""
    ours, theirs = multiprocessing.Pipe()
    spawning = multiprocessing.get_context("spawn")
    flooding = spawning.Process(target=pour, args=(url, rate, theirs), daemon=True)
    flooding.start()
    ours.recv()
    time.sleep(WARM_SECONDS)  # so that the limits have been reached
    times = measured(url, phones, seconds, 2)
    ours.send("stop")
    found: Flood = ours.recv()
    flooding.join()
    return found, times


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--rate", type=int, default=2000)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="astrow2fa-flood-") as name:
        folder, port = Path(name), free_port()
        own = {
            "ASTROW2FA_HOST": HOST,
            "ASTROW2FA_PORT": str(port),
            "ASTROW2FA_PUBLIC_URL": f"http://localhost:{port}",
            "ASTROW2FA_INSTANCE": str(folder / "instance"),
        }
        house = House(folder, SystemClock(), **own).people().policy(Mode.ALWAYS)
        names = [f"honest-{number}" for number in range(PEOPLE)]
        for one in names:
            accounts.create(house.parts, NewUser(one, PASSWORD, one.title(), mobile=("ess",)))
        phones = {one: house.phone(one) for one in names}
        half = dict(list(phones.items())[COLD : PEOPLE // 2]), dict(list(phones.items())[PEOPLE // 2 :])
        with serving(folder, own) as url:
            for one in names[:COLD]:
                sign_in(url, one, phones[one], "127.0.3.1")
            quiet = measured(url, half[0], options.seconds, 1)
            found, loud = flooded(url, half[1], options.seconds, options.rate)
    return report(quiet, loud, found)


def report(quiet: list[float], loud: list[float], found: Flood) -> int:
    """Prints what was found; 1 when there were too few sign-ins to tell."""
    for what, times in (("quiet", quiet), ("flooded", loud)):
        middle, last = percentile(times, 0.5) * 1000, percentile(times, 0.99) * 1000
        print(f"{what:>8}: {len(times)} sign-ins, p50 {middle:.0f} ms, p99 {last:.0f} ms")
    answered = sum(found.answers.values())
    sent, heard = found.sent / found.seconds, answered / found.seconds
    print(f"   flood: {sent:.0f}/s sent, {heard:.0f}/s answered {dict(sorted(found.answers.items()))}")
    print(f"   ratio: p99 {percentile(loud, 0.99) / percentile(quiet, 0.99):.2f}")
    if min(len(quiet), len(loud)) >= LEAST:
        return 0
    print(f"   fewer than {LEAST} sign-ins on one side: measure for longer")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
