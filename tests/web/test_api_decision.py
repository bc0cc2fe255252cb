"""POST /confirmations/ID/decision and GET /confirmations."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from astrow2fa.core.policy import Mode
from astrow2fa.services import accounts, phones
from tests.support.acts import asked, says_ok
from tests.support.api import calls, decides, problem, succeeds
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.unchanged import nothing_changes


def test_ok(strict_house: House, browser: RobotBrowser) -> None:
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    one = asked(strict_house, "anna")

    answer = succeeds(decides(strict_house, one.id, phone.decision(one, number=one.number)))

    assert answer == {"state": "approved"}
    browser.collects()
    assert browser.signed_in


@pytest.mark.parametrize("reason", [None, "not_me", "changed_mind"])
def test_cancel(strict_house: House, browser: RobotBrowser, reason: str | None) -> None:
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    one = asked(strict_house, "anna")

    answer = succeeds(decides(strict_house, one.id, phone.decision(one, "deny", reason=reason)))

    assert answer == {"state": "denied"}
    [row] = strict_house.rows("confirmations")
    assert (row["state"], row["reason"]) == ("denied", reason)


def test_every_refusal_has_its_status(strict_house: House, browser: RobotBrowser) -> None:
    # Given a confirmation with a number
    house = strict_house
    phone, stranger = house.phone("anna"), house.phone("charlie")
    browser.signs_in("anna")
    one = asked(house, "anna")
    right = phone.decision(one, number=one.number)
    with nothing_changes(house):
        # Not the right shape, type, claim or place
        for body in ("", "x", "a.b.c", b"\xff\xfe", "x" * 17_000, right + " ", " " + right, f'"{right}"'):
            problem(decides(house, one.id, body), 400, "malformed")
        problem(decides(house, "another", right), 400, "malformed")
        problem(decides(house, one.id, phone.decision(one, "maybe")), 400, "malformed")
        problem(decides(house, one.id, phone.decision(one, confirmation_sha256="x" * 43)), 400, "malformed")
        # Wrong key, audience
        problem(decides(house, one.id, right[:-8] + "AAAAAAAA"), 401, "bad_signature")
        problem(decides(house, one.id, phone.decision(one, aud="https://e.example")), 401, "bad_signature")
        # Outside its time
        early, late = one.asked_at - 61, one.until + 61
        for issued in (early, late):
            found = problem(decides(house, one.id, phone.decision(one, iat=issued)), 401, "stale")
            assert found["server_time"] == int(house.clock.now())
        # Somebody else's, or none
        foreign = stranger.decision(one, number=one.number)
        problem(decides(house, one.id, foreign), 404, "unknown_confirmation")
        problem(decides(house, "none", phone.decision(one, jti="none")), 404, "unknown_confirmation")
        # The number
        problem(decides(house, one.id, phone.decision(one)), 422, "number_required")
    # A wrong number ends it
    wrong = f"{(int(one.number or 0) + 1) % 10**6:06d}"
    problem(decides(house, one.id, phone.decision(one, number=wrong)), 422, "wrong_number")
    [row] = house.rows("confirmations")
    assert (row["state"], row["reason"]) == ("denied", "wrong_number")
    with nothing_changes(house):
        problem(decides(house, one.id, right), 409, "already_settled")


def test_after_the_time_it_is_410(strict_house: House, browser: RobotBrowser) -> None:
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    one = asked(strict_house, "anna")
    strict_house.clock.advance(120)

    with nothing_changes(strict_house):
        for decision in (phone.decision(one, number=one.number), phone.decision(one, "deny")):
            problem(decides(strict_house, one.id, decision), 410, "expired")


def test_a_revoked_phone_and_a_disabled_user_are_403(strict_house: House, browser: RobotBrowser) -> None:
    phone, other = strict_house.phone("anna"), strict_house.phone("anna", "Tablet")
    browser.signs_in("anna")
    one = asked(strict_house, "anna")
    phones.revoke(strict_house.parts, strict_house.id_of("anna"), phone.id)
    with nothing_changes(strict_house):
        for decision in (phone.decision(one, number=one.number), phone.decision(one, "deny")):
            problem(decides(strict_house, one.id, decision), 403, "device_revoked")
    accounts.disable(strict_house.parts, "anna")
    with nothing_changes(strict_house):
        problem(decides(strict_house, one.id, other.decision(one, number=one.number)), 403, "not_permitted")


def test_a_limited_phone_is_429_and_may_still_cancel(build: Callable[..., House]) -> None:
    # Given a phone that has used up what it may approve in a minute
    house = build(ASTROW2FA_LIMITS="answer.phone=2/minute").policy(Mode.ALWAYS)
    phone = house.phone("anna")
    RobotBrowser(house.app).signs_in("anna")
    one = asked(house, "anna")
    for _ in range(2):
        problem(decides(house, one.id, phone.decision(one)), 422, "number_required")
    # When it says OK, with the number
    with nothing_changes(house):
        response = decides(house, one.id, phone.decision(one, number=one.number))
    # Then
    problem(response, 429, "limited")
    assert int(response.headers["Retry-After"]) > 0
    assert succeeds(decides(house, one.id, phone.decision(one, "deny"))) == {"state": "denied"}


def test_pending_ones_are_listed_as_the_same_bytes(strict_house: House, browser: RobotBrowser) -> None:
    # Given two that wait
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    browser.another().signs_in("anna")
    # When
    first = succeeds(calls(strict_house, "GET", "/confirmations", phone=phone))
    second = succeeds(calls(strict_house, "GET", "/confirmations", phone=phone))
    # Then
    assert first == second
    stored = [row["request"] for row in strict_house.rows("confirmations")]
    assert [one["confirmation"] for one in first["confirmations"]] == stored
    for one in first["confirmations"]:
        assert set(one) == {"confirmation", "quiet", "others_pending"}
        assert (one["quiet"], one["others_pending"]) == (False, 1)


def test_what_is_settled_is_not_listed_nor_what_is_somebody_elses(
    strict_house: House, browser: RobotBrowser
) -> None:
    phone, stranger = strict_house.phone("anna"), strict_house.phone("charlie")
    browser.signs_in("anna")
    nothing = {"confirmations": [], "silence": None}
    assert succeeds(calls(strict_house, "GET", "/confirmations", phone=stranger)) == nothing
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    assert succeeds(calls(strict_house, "GET", "/confirmations", phone=phone)) == nothing
