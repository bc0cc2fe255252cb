"""Somebody says "this was not me" of what is not theirs, to throw others out; or a signed word of it is used again."""

from __future__ import annotations

import pytest

from tests.support.acts import signs_in_with
from tests.support.api import API, calls, problem, succeeds
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.phone import RobotPhone
from tests.support.unchanged import nothing_changes


@pytest.fixture
def phone(strict_house: House) -> RobotPhone:
    return strict_house.phone("anna")


@pytest.fixture
def paths(strict_house: House, browser: RobotBrowser, phone: RobotPhone) -> list[str]:
    """Where Anna's phone would say it of her session, and of her browser."""
    signs_in_with(strict_house, browser, phone, "anna")
    me = succeeds(calls(strict_house, "GET", "/me", phone=phone))
    return [f"/sessions/{me['sessions'][0]['id']}/not-me", f"/browsers/{me['browsers'][0]['id']}/not-me"]


def test_a_stranger_s_phone_throws_nobody_out(
    strict_house: House, browser: RobotBrowser, paths: list[str]
) -> None:
    stranger = strict_house.phone("charlie")

    with nothing_changes(strict_house):
        for path in paths:
            problem(calls(strict_house, "POST", path, phone=stranger), 404, "not_found")

    assert browser.signed_in


def test_a_stranger_in_a_browser_throws_nobody_out(
    strict_house: House, browser: RobotBrowser, paths: list[str]
) -> None:
    stranger = signs_in_with(
        strict_house, RobotBrowser(strict_house.app), strict_house.phone("charlie"), "charlie"
    )

    with nothing_changes(strict_house):
        for path in paths:
            stranger.get("/my-info/security")
            assert stranger.post(f"/my-info{path}").status_code == 404

    assert browser.signed_in


def test_a_phone_that_was_removed_throws_nobody_out(
    strict_house: House, browser: RobotBrowser, phone: RobotPhone, paths: list[str]
) -> None:
    removed = strict_house.phone("anna", "Tablet")
    succeeds(calls(strict_house, "DELETE", "/device", phone=removed), 204)

    with nothing_changes(strict_house):
        for path in paths:
            problem(calls(strict_house, "POST", path, phone=removed), 403, "device_revoked")

    assert browser.signed_in


def test_what_was_signed_for_one_is_no_word_about_another(
    strict_house: House, browser: RobotBrowser, phone: RobotPhone, paths: list[str]
) -> None:
    # Given proofs that were overheard on their way: to end the session, and to say it of the browser
    session, known = paths
    to_end = phone.proof("DELETE", API + session.removesuffix("/not-me"))
    of_browser = phone.proof("POST", API + known)
    # When they are turned against the session
    with nothing_changes(strict_house):
        for proof in (to_end, of_browser):
            problem(calls(strict_house, "POST", session, proof=proof), 401, "bad_signature")
        problem(calls(strict_house, "POST", session), 401, "bad_signature")
    # Then
    assert browser.signed_in


def test_said_once_it_does_not_end_the_next_session(
    strict_house: House, browser: RobotBrowser, phone: RobotPhone, paths: list[str]
) -> None:
    # Given what Anna said once, and her next session in the same browser
    said = [(path, phone.proof("POST", API + path)) for path in paths]
    for path, proof in said:
        succeeds(calls(strict_house, "POST", path, proof=proof), 204)
    assert not browser.signed_in
    signs_in_with(strict_house, browser, phone, "anna")
    # When it is sent again
    with nothing_changes(strict_house):
        for path, proof in said:
            problem(calls(strict_house, "POST", path, proof=proof), 401, "replayed")
    # Then
    assert browser.signed_in


def test_a_browser_that_only_waits_is_no_session(strict_house: House, phone: RobotPhone) -> None:
    RobotBrowser(strict_house.app).signs_in("anna")
    [waiting] = strict_house.rows("sessions")

    with nothing_changes(strict_house):
        path = f"/sessions/{waiting['id']}/not-me"
        problem(calls(strict_house, "POST", path, phone=phone), 404, "not_found")
