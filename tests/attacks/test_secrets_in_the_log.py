"""Whoever reads the log learns nothing that opens a door."""

from __future__ import annotations

import json

from astrow2fa.services import pairing
from tests.support.acts import asked, says_ok
from tests.support.api import NEW_PHONE, calls, succeeds
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House


def test_no_secret_code_number_or_token(strict_house: House, browser: RobotBrowser) -> None:
    # Given a phone paired by a typed code, and a sign-in all the way
    house = strict_house
    both = pairing.issue_code(house.parts, house.id_of("anna"), "operator")
    key = dict(house.parts.signatures.new_key().public)
    body = {**NEW_PHONE, "public_key": key, "code": both.typed, "username": "anna", "password": PASSWORD}
    succeeds(calls(house, "POST", "/pair", body), 201)
    phone = house.phone("anna", "Tablet")
    browser.signs_in("anna", "a wrong one")
    browser.signs_in("anna")
    waiting = browser.cookie()
    one = asked(house, "anna")
    decision = phone.decision(one, number=one.number)
    says_ok(house, phone, one)
    browser.collects()
    # Then none of it is in the log
    written = json.dumps(house.rows("log"), default=str)
    secrets = [PASSWORD, "a wrong one", both.typed, both.typed.replace("-", ""), both.link, one.number]
    secrets += [waiting, browser.cookie(), browser.cookie("astrow2fa-browser"), one.request, decision]
    for secret in secrets:
        assert secret
        assert secret not in written
    # Then the number is gone from the row once it is answered
    assert [row["number"] for row in house.rows("confirmations")] == [None]
