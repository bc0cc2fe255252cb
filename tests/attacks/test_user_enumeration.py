"""Learning from the answers which names exist."""

from __future__ import annotations

import re
from collections.abc import Callable

from werkzeug.test import TestResponse

from astrow2fa.services import accounts
from tests.support.api import NEW_PHONE, calls
from tests.support.browser import RobotBrowser
from tests.support.house import House

PEOPLE = ["nobody", "anna", "bob", "charlie", "dora"]


def seen(response: TestResponse) -> tuple[int, str, str]:
    """What an answer shows, without what was typed and the random tokens."""
    text = re.sub(r'value="[^"]*"', "", response.text)
    headers = sorted(name for name, _ in response.headers if name != "Content-Length")
    return response.status_code, text, repr(headers)


def test_by_signing_in(strict_house: House, browser: RobotBrowser) -> None:
    # Given one without a phone, one locked, one disabled
    strict_house.phone("anna")
    accounts.disable(strict_house.parts, "charlie")
    for _ in range(4):
        browser.signs_in("bob", "wrong")
    # Then a wrong password is the same for all
    assert len({seen(browser.signs_in(name, "wrong")) for name in PEOPLE}) == 1


def test_by_pairing(house: House) -> None:
    key = dict(house.parts.signatures.new_key().public)
    accounts.disable(house.parts, "charlie")
    body = {**NEW_PHONE, "public_key": key, "code": "0000-0000", "password": "wrong"}
    answers = {seen(calls(house, "POST", "/pair", {**body, "username": name})) for name in PEOPLE}
    assert len(answers) == 1
    invitation = {"code": "x" * 22, "password": "wrong"}
    answers = {
        seen(calls(house, "POST", "/invitations", {**invitation, "username": name})) for name in PEOPLE
    }
    assert len(answers) == 1


def test_by_the_work_that_is_done(house: House, browser: RobotBrowser) -> None:
    # Given a count of the hashes that are checked
    passwords = house.parts.passwords
    right = passwords.matches
    checked: list[str | None] = []

    def counting(password: str, stored: str | None) -> bool:
        checked.append(stored)
        return right(password, stored)

    passwords.matches = counting  # type: ignore[method-assign]
    # Then a name that does not exist costs one as well
    for name in PEOPLE:
        before = len(checked)
        browser.signs_in(name, "wrong")
        assert len(checked) == before + 1, name


def test_by_the_limits(build: Callable[..., House]) -> None:
    house = build(ASTROW2FA_LIMITS="pair.account=2/hour,login.account=5/hour")
    key = dict(house.parts.signatures.new_key().public)
    body = {**NEW_PHONE, "public_key": key, "code": "0000-0000", "password": "wrong"}
    for name in ("nobody", "anna"):
        answers = [calls(house, "POST", "/pair", {**body, "username": name}).status_code for _ in range(3)]
        assert answers == [401, 401, 429], name


def test_by_the_waiting_screen(strict_house: House, browser: RobotBrowser) -> None:
    # Given a thief with a right password
    strict_house.phone("anna", "Annas very own Pixel")
    browser.signs_in("anna")
    # Then he does not learn what phones there are
    assert "very own Pixel" not in browser.waits().text
