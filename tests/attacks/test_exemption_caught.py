"""An exemption's code is in the wrong hands, or is wanted there."""

from __future__ import annotations

import json

from astrow2fa.core.policy import Mode
from astrow2fa.services.exemptions import issue
from tests.support.api import NEW_PHONE, calls, problem
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.unchanged import COUNTERS, nothing_changes

WHY = "lost the phone"
EXEMPTION = "/login/exemption"
PAIR = "/my-info/phones/pair"
TRIES = "exemption_tries"


def waiting(house: House, name: str) -> RobotBrowser:
    browser = RobotBrowser(house.app)
    browser.signs_in(name)
    browser.waits()
    return browser


def exempted(house: House, name: str) -> RobotBrowser:
    browser = waiting(house, name)
    assert browser.post(EXEMPTION, code=issue(house.parts, name, WHY).code).status_code == 303
    return browser


def test_another_users_code_is_a_wrong_one(strict_house: House) -> None:
    # Given a code for Anna, and Bob at his own waiting screen
    code = issue(strict_house.parts, "anna", WHY).code
    bob = waiting(strict_house, "bob")
    # When
    with nothing_changes(strict_house, TRIES):
        assert bob.post(EXEMPTION, code=code).status_code == 422
    # Then Anna's still counts
    assert not bob.signed_in
    assert waiting(strict_house, "anna").post(EXEMPTION, code=code).status_code == 303


def test_without_the_password_it_opens_nothing(strict_house: House) -> None:
    code = issue(strict_house.parts, "anna", WHY).code
    thief = RobotBrowser(strict_house.app)
    with nothing_changes(strict_house, *COUNTERS):
        thief.get("/login")
        assert thief.post(EXEMPTION, code=code).location == "/login"
        thief.get("/login")
        assert thief.post("/login", username="anna", password=code).status_code == 401


def test_it_is_no_pairing_code_and_no_invitation(strict_house: House) -> None:
    code = issue(strict_house.parts, "anna", WHY).code
    body = {**NEW_PHONE, "public_key": dict(strict_house.parts.signatures.new_key().public), "code": code}
    with nothing_changes(strict_house):
        problem(calls(strict_house, "POST", "/pair", body), 401, "bad_code")
        typed = {**body, "username": "anna", "password": PASSWORD}
        problem(calls(strict_house, "POST", "/pair", typed), 401, "bad_code")
        invitation = {"code": code, "username": "anna", "password": PASSWORD}
        problem(calls(strict_house, "POST", "/invitations", invitation), 401, "bad_code")


def test_a_pairing_code_is_no_exemption(strict_house: House) -> None:
    from_pairing = strict_house.parts.chance.code(12)
    anna = waiting(strict_house, "anna")
    with nothing_changes(strict_house, TRIES):
        assert anna.post(EXEMPTION, code=from_pairing).status_code == 422


def test_a_replayed_code_is_a_wrong_one(strict_house: House) -> None:
    # Given a code that somebody read over Anna's shoulder, and used up
    code = issue(strict_house.parts, "anna", WHY).code
    thief = waiting(strict_house, "anna")
    assert waiting(strict_house, "anna").post(EXEMPTION, code=code).status_code == 303
    # When
    with nothing_changes(strict_house, TRIES):
        assert thief.post(EXEMPTION, code=code).status_code == 422
    # Then
    assert not thief.signed_in


def test_guessing_ends_after_five_tries_and_never_uses_the_code_up(strict_house: House) -> None:
    # Given
    code = issue(strict_house.parts, "anna", WHY).code
    thief = waiting(strict_house, "anna")
    answers = [thief.sends(EXEMPTION, csrf_token=thief.csrf(), code=f"{n:012d}") for n in range(8)]
    # Then
    assert [answer.status_code for answer in answers] == [422] * 5 + [303] * 3
    assert not thief.signed_in
    assert waiting(strict_house, "anna").post(EXEMPTION, code=code).status_code == 303


def test_guessing_in_many_browsers_is_bounded_by_the_account(strict_house: House) -> None:
    # Given three that wait, as many as there may be
    thieves = [waiting(strict_house, "anna") for _ in range(3)]
    for thief in thieves:
        for _ in range(5):
            assert thief.post(EXEMPTION, code="0000-0000-0000").status_code == 422
    # Then each try was counted in the log, with who and from where
    rows = [row for row in strict_house.rows("log") if row["tag"] == "browser:exemption:refused"]
    assert len(rows) == 15
    assert all(row["address"] and row["user_id"] for row in rows)
    assert not any(thief.signed_in for thief in thieves)


def test_no_phone_is_paired_with_it_under_any_policy(strict_house: House) -> None:
    # Given a thief who got in with the password and a code
    thief = exempted(strict_house, "anna")
    for mode in (Mode.ALWAYS, Mode.RANDOM, Mode.OFF):
        strict_house.policy(mode)
        # When he asks for a code, with the password, and for a phone to be asked
        with nothing_changes(strict_house):
            assert thief.get(PAIR).status_code == 303
            thief.get(f"/my-info/confirm?next={PAIR}")
            assert thief.post("/my-info/confirm", next=PAIR, password=PASSWORD).status_code == 403
            assert thief.get(PAIR).status_code == 303


def test_it_pairs_none_with_an_ok_that_was_talked_out_of_somebody(strict_house: House) -> None:
    strict_house.phone("anna")
    thief = exempted(strict_house, "anna")
    thief.get(f"/my-info/confirm?next={PAIR}")

    with nothing_changes(strict_house):
        assert thief.post("/my-info/confirm", next=PAIR).status_code == 403
    assert thief.get("/login/waiting").location == "/"


def test_an_exempted_administrator_changes_nothing_sensitive(strict_house: House) -> None:
    thief = exempted(strict_house, "anna")
    bob = f"/system/users/{strict_house.id_of('bob')}/exempt"
    thief.get("/my-info/security")
    token = thief.csrf()
    with nothing_changes(strict_house, "draft"):
        for path in (bob, "/system/licences"):
            answer = thief.sends(path, csrf_token=token, reason=WHY, text="x")
            assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/my-info/confirm")


def test_neither_the_code_nor_its_hash_is_in_the_log(strict_house: House) -> None:
    code = issue(strict_house.parts, "anna", WHY).code
    anna = waiting(strict_house, "anna")
    anna.post(EXEMPTION, code="1111-2222-3333")
    anna.post(EXEMPTION, code=code)

    text = json.dumps(strict_house.rows("log"))
    assert strict_house.rows("exemptions")[0]["code_hash"] not in text
    for secret in (code, code.replace("-", ""), "1111-2222-3333", "111122223333"):
        assert secret not in text


def test_a_page_of_somebody_elses_cannot_type_it(strict_house: House) -> None:
    anna = waiting(strict_house, "anna")
    code = issue(strict_house.parts, "anna", WHY).code
    other = waiting(strict_house, "bob")
    with nothing_changes(strict_house):
        for token in ("", "x", other.csrf()):
            assert anna.sends(EXEMPTION, csrf_token=token, code=code).status_code == 400
