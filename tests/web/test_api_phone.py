"""The rest of the phone API: /me, /server-keys, /sign-ins, /password and the DELETE routes."""

from __future__ import annotations

import pytest

from astrow2fa.core.facts import Tag
from astrow2fa.services.keys import SERVER_KEYS
from tests.support.acts import asked, signs_in_with
from tests.support.api import calls, problem, succeeds
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.unchanged import nothing_changes

NEW = "Entirely-9 other words"


def test_me(strict_house: House, browser: RobotBrowser) -> None:
    # Given two phones, a session, and a sign-in that waits
    phone = strict_house.phone("anna")
    strict_house.phone("anna", "Tablet")
    signs_in_with(strict_house, browser, phone, "anna")
    browser.another().signs_in("anna")
    # When
    me = succeeds(calls(strict_house, "GET", "/me", phone=phone))
    # Then
    assert me["user"] == {"username": "anna", "display_name": "Anna Ansen", "mobile": ["ess"]}
    assert me["phone"]["id"] == phone.id
    assert sorted((p["name"], p["this"]) for p in me["phones"]) == [("Pixel 9", True), ("Tablet", False)]
    [session] = me["sessions"]
    assert session["confirmed"] is True
    [known] = me["browsers"]
    assert known["known"] is True
    assert sorted(s["outcome"] for s in me["sign_ins"]) == ["collected", "pending"]
    assert me["server_time"] == int(strict_house.clock.now())
    assert "argon2" not in str(me)


def test_me_never_tells_of_others(strict_house: House, browser: RobotBrowser) -> None:
    signs_in_with(strict_house, browser, strict_house.phone("anna"), "anna")

    me = succeeds(calls(strict_house, "GET", "/me", phone=strict_house.phone("charlie")))

    assert (me["sessions"], me["browsers"], me["sign_ins"]) == ([], [], [])
    assert len(me["phones"]) == 1
    assert "anna" not in str(me).lower()


def test_server_keys(house: House) -> None:
    response = calls(house, "GET", "/server-keys", phone=house.phone("anna"))

    assert response.status_code == 200
    assert response.content_type == "application/jose"
    claims = house.parts.signatures.verify(response.text, SERVER_KEYS, house.parts.server_key.public)
    assert claims["iss"] == house.parts.public_url
    assert claims["keys"] == [{**house.parts.server_key.public, "kid": house.parts.server_key.kid}]


def test_not_me_after_the_fact_ends_the_session_and_refuses_what_is_pending(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given a sign-in that was collected, and another one that waits
    phone = strict_house.phone("anna")
    signs_in_with(strict_house, browser, phone, "anna")
    [first] = strict_house.rows("confirmations")
    browser.another().signs_in("anna")
    # When
    answer = succeeds(calls(strict_house, "POST", f"/sign-ins/{first['id']}/not-me", phone=phone))
    # Then
    assert answer == {"state": "collected"}
    assert not browser.signed_in
    states = {row["state"]: row["reason"] for row in strict_house.rows("confirmations")}
    assert states == {"collected": None, "denied": "not_me"}
    assert [row["known"] for row in strict_house.rows("recognised")] == [0]


def test_not_me_of_somebody_elses_is_404(strict_house: House, browser: RobotBrowser) -> None:
    signs_in_with(strict_house, browser, strict_house.phone("anna"), "anna")
    [one] = strict_house.rows("confirmations")
    stranger = strict_house.phone("charlie")

    with nothing_changes(strict_house):
        for identity in (one["id"], "none"):
            response = calls(strict_house, "POST", f"/sign-ins/{identity}/not-me", phone=stranger)
            problem(response, 404, "unknown_confirmation")

    assert browser.signed_in


def test_not_me_of_a_session_that_no_phone_was_asked_about(house: House, browser: RobotBrowser) -> None:
    # Given somebody who came in with the password alone
    phone = house.phone("anna")
    browser.signs_in("anna")
    [session] = succeeds(calls(house, "GET", "/me", phone=phone))["sessions"]
    assert session["confirmed"] is False
    # When
    succeeds(calls(house, "POST", f"/sessions/{session['id']}/not-me", phone=phone), 204)
    # Then
    assert not browser.signed_in
    row = house.rows("log")[-1]
    assert (row["tag"], row["session_id"], row["device_id"]) == (Tag.NOT_ME, session["id"], phone.id)


def test_not_me_of_a_browser(strict_house: House, browser: RobotBrowser) -> None:
    # Given
    phone = strict_house.phone("anna")
    signs_in_with(strict_house, browser, phone, "anna")
    [known] = succeeds(calls(strict_house, "GET", "/me", phone=phone))["browsers"]
    # When
    succeeds(calls(strict_house, "POST", f"/browsers/{known['id']}/not-me", phone=phone), 204)
    # Then
    assert not browser.signed_in
    assert strict_house.rows("recognised") == []


def changes(house: House, phone: object, current: object, new: object) -> object:
    body = {"current_password": current, "new_password": new}
    return calls(house, "POST", "/password", body, phone=phone)  # type: ignore[arg-type]


def test_the_password_is_changed_and_ends_what_rested_on_it(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given a session, and a sign-in that waits
    phone = strict_house.phone("anna")
    signs_in_with(strict_house, browser, phone, "anna")
    other = browser.another()
    other.signs_in("anna")
    # When
    succeeds(changes(strict_house, phone, PASSWORD, NEW), 204)  # type: ignore[arg-type]
    # Then
    assert not browser.signed_in
    states = [row["state"] for row in strict_house.rows("confirmations")]
    assert sorted(states) == ["cancelled", "collected"]
    assert strict_house.rows("recognised") == []
    assert browser.another().signs_in("anna").status_code == 401
    assert browser.another().signs_in("anna", NEW).location == "/login/waiting"
    succeeds(calls(strict_house, "GET", "/me", phone=phone))  # the phone itself goes on


@pytest.mark.parametrize(
    ("current", "new", "status", "code"),
    [
        ("wrong", NEW, 401, "wrong_password"),
        (PASSWORD, "short", 422, "weak_password"),
        (PASSWORD, "x" * 257, 422, "weak_password"),
        (PASSWORD, "password", 422, "weak_password"),
        (PASSWORD, "anna1", 422, "weak_password"),
        (PASSWORD, "", 400, "malformed"),
        ("", NEW, 400, "malformed"),
        (7, NEW, 400, "malformed"),
        (PASSWORD, ["x"], 400, "malformed"),
        (PASSWORD, "a\0bcdefgh", 400, "malformed"),
        (PASSWORD, "\ud800bcdefgh", 400, "malformed"),
    ],
)
def test_what_may_not_be_changes_nothing(
    house: House, current: object, new: object, status: int, code: str
) -> None:
    phone = house.phone("anna")

    with nothing_changes(house, "wrong_passwords"):
        found = problem(changes(house, phone, current, new), status, code)  # type: ignore[arg-type]

    if code == "weak_password":
        assert set(found["reasons"]) <= {"too_short", "too_long", "common", "own_name"}
        assert found["reasons"]


def test_five_wrong_ones_close_it_for_this_phone_until_the_next_sign_in(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given two phones, one of which has tried five passwords
    phone, other = strict_house.phone("anna"), strict_house.phone("anna", "Tablet")
    for _ in range(5):
        problem(changes(strict_house, phone, "wrong", NEW), 401, "wrong_password")  # type: ignore[arg-type]
    # Then the right one does not help it, there or where it revokes another phone
    with nothing_changes(strict_house):
        response = changes(strict_house, phone, PASSWORD, NEW)
        problem(response, 429, "limited")  # type: ignore[arg-type]
        assert int(response.headers["Retry-After"]) > 0  # type: ignore[attr-defined]
        body = {"current_password": PASSWORD}
        problem(calls(strict_house, "DELETE", f"/phones/{other.id}", body, phone=phone), 429, "limited")
    # When the user signs in on the web
    signs_in_with(strict_house, browser, other, "anna")
    # Then it may again
    succeeds(changes(strict_house, phone, PASSWORD, NEW), 204)  # type: ignore[arg-type]


def test_a_phone_unpairs_itself(house: House) -> None:
    phone = house.phone("anna")

    succeeds(calls(house, "DELETE", "/device", phone=phone), 204)

    problem(calls(house, "GET", "/me", phone=phone), 403, "device_revoked")
    assert "server:phone:revoked" in house.log()


def test_another_phone_is_revoked_with_the_password(house: House) -> None:
    phone, other = house.phone("anna"), house.phone("anna", "Tablet")
    path = f"/phones/{other.id}"
    with nothing_changes(house, "wrong_passwords"):
        problem(calls(house, "DELETE", path, phone=phone), 400, "malformed")
        problem(calls(house, "DELETE", path, {}, phone=phone), 400, "malformed")
        wrong = {"current_password": "wrong"}
        problem(calls(house, "DELETE", path, wrong, phone=phone), 401, "wrong_password")
    right = {"current_password": PASSWORD}
    succeeds(calls(house, "DELETE", path, right, phone=phone), 204)
    problem(calls(house, "GET", "/me", phone=other), 403, "device_revoked")
    problem(calls(house, "DELETE", path, right, phone=phone), 404, "not_found")


def test_phones_are_renamed(house: House) -> None:
    phone, other, stranger = house.phone("anna"), house.phone("anna", "Tablet"), house.phone("charlie")
    path = f"/phones/{other.id}"
    with nothing_changes(house):
        for wrong in ({}, {"name": ""}, {"name": " "}, {"name": "a\nb"}, {"name": "x" * 65}, {"name": 7}):
            problem(calls(house, "PUT", path, wrong, phone=phone), 400, "malformed")
        problem(calls(house, "PUT", path, {"name": "Mine"}, phone=stranger), 404, "not_found")
    succeeds(calls(house, "PUT", path, {"name": "On the desk"}, phone=phone), 204)
    me = succeeds(calls(house, "GET", "/me", phone=phone))
    assert {p["id"]: p["name"] for p in me["phones"]} == {phone.id: "Pixel 9", other.id: "On the desk"}


def test_sessions_and_browsers_are_ended(strict_house: House, browser: RobotBrowser) -> None:
    # Given
    phone = strict_house.phone("anna")
    signs_in_with(strict_house, browser, phone, "anna")
    me = succeeds(calls(strict_house, "GET", "/me", phone=phone))
    session, known = me["sessions"][0]["id"], me["browsers"][0]["id"]
    # When
    succeeds(calls(strict_house, "DELETE", f"/sessions/{session}", phone=phone), 204)
    succeeds(calls(strict_house, "DELETE", f"/browsers/{known}", phone=phone), 204)
    # Then
    assert not browser.signed_in
    browser.signs_in("anna")
    assert not asked(strict_house, "anna").recognised
    problem(calls(strict_house, "DELETE", f"/sessions/{session}", phone=phone), 404, "not_found")
    problem(calls(strict_house, "DELETE", f"/browsers/{known}", phone=phone), 404, "not_found")


def test_what_is_somebody_elses_is_404(strict_house: House, browser: RobotBrowser) -> None:
    # Given what Anna has, and Charlie's phone
    phone, stranger = strict_house.phone("anna"), strict_house.phone("charlie")
    signs_in_with(strict_house, browser, phone, "anna")
    me = succeeds(calls(strict_house, "GET", "/me", phone=phone))
    body = {"current_password": PASSWORD}
    with nothing_changes(strict_house):
        for path, sent in (
            (f"/phones/{phone.id}", body),
            (f"/sessions/{me['sessions'][0]['id']}", None),
            (f"/browsers/{me['browsers'][0]['id']}", None),
        ):
            problem(calls(strict_house, "DELETE", path, sent, phone=stranger), 404, "not_found")
    assert browser.signed_in
