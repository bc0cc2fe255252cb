"""Somebody has the password, and nothing else."""

from __future__ import annotations

from astrow2fa.services import phones
from astrow2fa.services.phones import pending
from tests.support.acts import asked, says_no, signs_in_with
from tests.support.api import NEW_PHONE, calls, decides, problem
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.unchanged import nothing_changes

PAIR = "/my-info/phones/pair"


def test_no_phone_is_enrolled_with_it(strict_house: House) -> None:
    key = dict(strict_house.parts.signatures.new_key().public)
    body = {**NEW_PHONE, "public_key": key, "username": "anna", "password": PASSWORD}
    with nothing_changes(strict_house):
        for code in ("0000-0000", "x", PASSWORD, "anna"):
            problem(calls(strict_house, "POST", "/pair", {**body, "code": code}), 401, "bad_code")
            invitation = {"code": code, "username": "anna", "password": PASSWORD}
            problem(calls(strict_house, "POST", "/invitations", invitation), 401, "bad_code")


def test_under_off_no_phone_is_enrolled_beside_a_living_one(house: House, browser: RobotBrowser) -> None:
    # Given a thief who is signed in with the password, which under Off is enough
    phone = house.phone("anna")
    browser.signs_in("anna")
    # When he asks for a code, and confirms with the password
    browser.get(f"/my-info/confirm?next={PAIR}")
    browser.post("/my-info/confirm", next=PAIR, password=PASSWORD)
    codes = house.rows("pairing_codes")
    assert browser.get(PAIR).status_code == 303
    # Then the user's phone is asked, refuses, and there is no code
    says_no(house, phone, asked(house, "anna"))
    browser.collects()
    assert browser.get(PAIR).status_code == 303
    assert house.rows("pairing_codes") == codes


def test_under_off_the_living_phone_is_not_revoked_first(house: House, browser: RobotBrowser) -> None:
    # Given a thief who is signed in with the password
    phone = house.phone("anna")
    browser.signs_in("anna")
    # When he revokes the phone that would have to say OK
    browser.get("/my-info/security")
    assert browser.post(f"/my-info/phones/{phone.id}/revoke").status_code == 303
    # Then there is no code, with the password neither, and whatever session he opens
    codes = house.rows("pairing_codes")
    for _ in range(2):
        assert browser.get(PAIR).location.startswith("/my-info/confirm")
        browser.get(f"/my-info/confirm?next={PAIR}")
        browser.post("/my-info/confirm", next=PAIR, password=PASSWORD)
        assert browser.get(PAIR).status_code == 303
        browser = browser.another()
        browser.signs_in("anna")
    assert house.rows("pairing_codes") == codes
    # And the user gets another phone by a code of somebody who may issue one
    house.phone("anna")


def test_a_phone_that_the_operator_revoked_stands_in_nobodys_way(house: House, browser: RobotBrowser) -> None:
    phone = house.phone("anna")
    assert phones.revoke(house.parts, house.id_of("anna"), phone.id, actor="operator")
    browser.signs_in("anna")
    assert browser.get(PAIR).status_code == 200


def test_another_purpose_does_not_open_pairing(house: House, browser: RobotBrowser) -> None:
    # Given a session that was made fresh for something else
    house.phone("anna")
    browser.signs_in("anna")
    house.clock.advance(16 * 60)
    browser.get("/my-info/confirm?next=/my-info/security")
    assert browser.post("/my-info/confirm", next="/my-info/security", password=PASSWORD).location == (
        "/my-info/security"
    )
    # Then
    for target in (PAIR, PAIR + "?x=1"):
        assert browser.get(target).status_code == 303


def test_asking_again_and_again_is_bounded(strict_house: House, browser: RobotBrowser) -> None:
    # Given a thief with as many browsers as he likes
    strict_house.phone("anna")
    answers = [browser.another().signs_in("anna").status_code for _ in range(6)]
    # Then the phone shows three at most, each with a number
    assert answers == [303, 303, 303, 429, 429, 429]
    shown = pending(strict_house.parts, strict_house.id_of("anna"))
    assert len(shown) == 3
    assert all(one.number for one in shown)


def test_he_cannot_crowd_the_user_out(strict_house: House, browser: RobotBrowser) -> None:
    # Given the user's own browser, and a thief who takes every place
    phone = strict_house.phone("anna")
    signs_in_with(strict_house, browser, phone, "anna")
    browser.get("/")
    browser.post("/logout")
    for _ in range(4):
        browser.another().signs_in("anna")
    # When the user signs in
    browser.signs_in("anna")
    [mine] = [one for one in pending(strict_house.parts, strict_house.id_of("anna")) if one.recognised]
    assert decides(strict_house, mine.id, phone.decision(mine, number=mine.number)).status_code == 200
    browser.collects()
    # Then
    assert browser.signed_in


def test_his_request_never_replaces_the_one_on_the_users_screen(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given the user's own request, as the phone shows it
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    mine = asked(strict_house, "anna")
    # When a thief begins one
    thief = browser.another()
    thief.signs_in("anna")
    # Then an OK with the number of the user's screen lets in the user alone
    assert decides(strict_house, mine.id, phone.decision(mine, number=mine.number)).status_code == 200
    thief.collects()
    browser.collects()
    assert (browser.signed_in, thief.signed_in) == (True, False)


def test_a_refusal_makes_every_known_browser_unknown(strict_house: House, browser: RobotBrowser) -> None:
    # Given a known browser, and a thief whose sign-in is refused
    phone = strict_house.phone("anna")
    signs_in_with(strict_house, browser, phone, "anna")
    browser.another().signs_in("anna")
    says_no(strict_house, phone, asked(strict_house, "anna"))
    # Then the next sign-in of the known one needs the number, and it is still recognised
    browser.get("/")
    browser.post("/logout")
    browser.signs_in("anna")
    again = asked(strict_house, "anna")
    assert (again.recognised, again.known) == (True, False)
    assert again.number
