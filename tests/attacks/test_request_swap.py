"""Slipping another request in where the user expects the own one: at the same moment, or just after it."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from astrow2fa.core.confirmation import Confirmation, State
from astrow2fa.core.errors import NumberRequired, Refusal, WrongNumber
from astrow2fa.services.answer import answer
from astrow2fa.services.phones import pending
from tests.support.acts import PHONES_ADDRESS, asked
from tests.support.api import calls, succeeds
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.phone import RobotPhone

ROOT = Path(__file__).parent.parent.parent
ANOTHER_PROCESS = """
import sys
from pathlib import Path
from tests.support.clock import MovableClock
from tests.support.browser import RobotBrowser
from tests.support.house import House
house = House(Path(sys.argv[1]), MovableClock(float(sys.argv[2])))
browser = RobotBrowser(house.app, "198.51.100.66")
browser.get("/login")
print("ready", flush=True)
for _ in sys.stdin:
    print(browser.signs_in("anna").status_code, flush=True)
"""


@pytest.fixture
def phone(strict_house: House) -> RobotPhone:
    return strict_house.phone("anna")


@pytest.fixture
def thief(browser: RobotBrowser) -> RobotBrowser:
    return RobotBrowser(browser.client.application, "198.51.100.66")


def both(house: House) -> tuple[Confirmation, Confirmation]:
    one, other = pending(house.parts, house.id_of("anna"))
    return one, other


def says(house: House, phone: RobotPhone, over: Confirmation, number: str | None) -> State | type[Refusal]:
    try:
        return answer(house.parts, phone.decision(over, number=number), PHONES_ADDRESS)
    except Refusal as refusal:
        return type(refusal)


def test_what_the_user_looks_at_stays_and_the_other_stands_beside_it(
    strict_house: House, browser: RobotBrowser, thief: RobotBrowser, phone: RobotPhone
) -> None:
    # Given
    browser.signs_in("anna")
    own = asked(strict_house, "anna")
    # When
    thief.signs_in("anna")
    # Then
    listed = succeeds(calls(strict_house, "GET", "/confirmations", phone=phone))["confirmations"]
    assert [one["others_pending"] for one in listed] == [1, 1]
    assert listed[0]["confirmation"] == own.request
    assert both(strict_house)[0].id == own.id


def test_an_ok_for_the_one_is_none_for_the_other(
    strict_house: House, browser: RobotBrowser, thief: RobotBrowser, phone: RobotPhone
) -> None:
    # Given
    browser.signs_in("anna")
    thief.signs_in("anna")
    own, strange = both(strict_house)
    # When the user types what the own screen shows, over the thief's request
    assert says(strict_house, phone, strange, own.number) is WrongNumber
    # Then nobody is in
    for one in (browser, thief):
        one.collects()
        assert not one.signed_in


@pytest.mark.parametrize("matching", ["off", "new_browsers", "always"])
def test_a_second_one_takes_back_what_would_have_been_a_bare_ok(
    strict_house: House, browser: RobotBrowser, thief: RobotBrowser, phone: RobotPhone, matching: str
) -> None:
    # Given an OK that is signed, and on its way
    strict_house.set("number_matching", matching)
    browser.signs_in("anna")
    own = asked(strict_house, "anna")
    # When the thief signs in before it arrives
    thief.signs_in("anna")
    # Then
    assert says(strict_house, phone, own, None) is NumberRequired
    assert all(one.number_required and one.number for one in both(strict_house))
    # And the number settles it
    numbered = both(strict_house)[0]
    assert says(strict_house, phone, numbered, numbered.number) is State.APPROVED


def test_two_in_the_same_moment_get_no_bare_ok(
    strict_house: House, browser: RobotBrowser, thief: RobotBrowser, phone: RobotPhone
) -> None:
    # Given
    strict_house.set("number_matching", "off")
    barrier = Barrier(2)

    def signs_in(one: RobotBrowser) -> int:
        one.get("/login")
        barrier.wait(10)
        return one.signs_in("anna").status_code

    for _ in range(5):
        # When two threads sign in
        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(signs_in, (browser, thief))) == [303, 303]
        # Then
        for one in both(strict_house):
            assert says(strict_house, phone, one, None) is NumberRequired


def test_two_processes_in_the_same_moment_get_no_bare_ok(
    strict_house: House, browser: RobotBrowser, phone: RobotPhone
) -> None:
    # Given another process on the same database
    strict_house.set("number_matching", "off")
    folder = str(strict_house.config.instance.parent)
    command = [sys.executable, "-c", ANOTHER_PROCESS, folder, str(strict_house.clock.now())]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        for _ in range(4):
            # When both sign in
            other.stdin.write("go\n")
            other.stdin.flush()
            here = browser.signs_in("anna").status_code
            there = other.stdout.readline()
            # Then
            assert (here, there) == (303, "303\n")
            for one in both(strict_house):
                assert says(strict_house, phone, one, None) is NumberRequired
        other.stdin.close()
