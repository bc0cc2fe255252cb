"""My Info – Security on the web: renaming a phone, and disowning a sign-in."""

from __future__ import annotations

import re

import pytest

from astrow2fa.core.confirmation import State
from astrow2fa.services.answer import answer
from astrow2fa.services.phones import pending
from tests.support.acts import signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.unchanged import nothing_changes


def test_a_phone_gets_another_name(house: House, browser: RobotBrowser) -> None:
    # Given
    phone = house.phone("anna")
    browser.signs_in("anna")
    browser.get("/my-info/security")
    # When
    response = browser.post(f"/my-info/phones/{phone.id}/rename", name="  Work phone ")
    # Then
    assert response.status_code == 303
    assert [row["name"] for row in house.rows("phones")] == ["Work phone"]
    assert house.log()[-1] == "browser:phone:renamed"


@pytest.mark.parametrize("name", ["", " ", "x" * 65, "two\nlines"])
def test_a_name_that_is_none_is_refused(house: House, browser: RobotBrowser, name: str) -> None:
    # Given
    phone = house.phone("anna")
    browser.signs_in("anna")
    browser.get("/my-info/security")
    # When
    with nothing_changes(house):
        response = browser.post(f"/my-info/phones/{phone.id}/rename", name=name)
    # Then
    assert response.status_code == 400


def test_nobody_renames_somebody_elses_phone(house: House, browser: RobotBrowser) -> None:
    # Given
    phone = house.phone("bob")
    browser.signs_in("charlie")
    browser.get("/my-info/security")
    # When
    with nothing_changes(house):
        response = browser.post(f"/my-info/phones/{phone.id}/rename", name="Mine")
    # Then
    assert response.status_code == 404


def test_not_me_ends_the_session_that_came_of_it(strict_house: House, browser: RobotBrowser) -> None:
    # Given Anna signed in at two browsers
    phone = strict_house.phone("anna")
    other = RobotBrowser(strict_house.app, "198.51.100.7")
    for one in (other, browser):
        one.signs_in("anna")
        [asked] = pending(strict_house.parts, strict_house.id_of("anna"))
        assert answer(strict_house.parts, phone.decision(asked, number=asked.number), "") is State.APPROVED
        one.collects()
    first = str(strict_house.rows("confirmations")[0]["id"])
    # When she says in the second that the first was not her
    browser.get("/my-info/security")
    response = browser.post(f"/my-info/sign-ins/{first}/not-me")
    # Then that one is out, this one is in, and no browser is known any more
    assert response.status_code == 303
    assert not other.signed_in
    assert browser.signed_in
    assert not any(row["known"] for row in strict_house.rows("recognised"))


def test_not_me_of_somebody_elses_sign_in_is_not_found(strict_house: House, browser: RobotBrowser) -> None:
    # Given
    strict_house.phone("bob")
    stranger = RobotBrowser(strict_house.app)
    stranger.signs_in("bob")
    theirs = str(strict_house.rows("confirmations")[0]["id"])
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    [asked] = pending(strict_house.parts, strict_house.id_of("anna"))
    answer(strict_house.parts, phone.decision(asked, number=asked.number), "")
    browser.collects()
    browser.get("/my-info/security")
    # When
    with nothing_changes(strict_house):
        response = browser.post(f"/my-info/sign-ins/{theirs}/not-me")
    # Then
    assert response.status_code == 404


def test_what_else_a_phone_was_asked_can_be_disowned_unless_this_session_asked(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given two browsers of Anna's, each of which asks her phone again before a protected change
    phone = strict_house.phone("anna")
    other = RobotBrowser(strict_house.app, "198.51.100.7")
    for one in (other, browser):
        signs_in_with(strict_house, one, phone, "anna")
    strict_house.clock.advance(1000)
    for one in (other, browser):
        one.get("/my-info/confirm?next=/my-info/security")
        one.post("/my-info/confirm", next="/my-info/security")
    theirs = [row for row in strict_house.rows("confirmations") if row["address"] == "198.51.100.7"]
    assert [row["purpose"] for row in theirs] == ["sign_in", "confirm"]
    # When
    page = browser.get("/my-info/security")
    # Then
    offered = re.findall(r"/my-info/sign-ins/([^/]+)/not-me", page.text)
    assert sorted(offered) == sorted(str(row["id"]) for row in theirs)
    assert page.text.count("Protected change") == 2
    assert browser.post(f"/my-info/sign-ins/{theirs[-1]['id']}/not-me").status_code == 303
    assert not other.signed_in
    assert browser.signed_in
