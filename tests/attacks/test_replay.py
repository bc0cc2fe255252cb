"""What was signed once is sent again."""

from __future__ import annotations

from tests.support.acts import asked, says_no, says_ok
from tests.support.api import API, calls, decides, problem, succeeds
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.unchanged import nothing_changes


def test_an_ok_does_not_answer_the_next_sign_in(strict_house: House, browser: RobotBrowser) -> None:
    # Given an OK that was overheard
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    one = asked(strict_house, "anna")
    overheard = phone.decision(one, number=one.number)
    succeeds(decides(strict_house, one.id, overheard))
    browser.collects()
    # When it is sent for a thief's sign-in
    thief = browser.another()
    thief.signs_in("anna")
    theirs = asked(strict_house, "anna")
    with nothing_changes(strict_house):
        problem(decides(strict_house, theirs.id, overheard), 400, "malformed")
        assert succeeds(decides(strict_house, one.id, overheard)) == {"state": "collected"}
    # Then
    thief.collects()
    assert not thief.signed_in


def test_an_ok_does_not_undo_a_cancel(strict_house: House, browser: RobotBrowser) -> None:
    # Given an OK that was held back, and a Cancel
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    one = asked(strict_house, "anna")
    held_back = phone.decision(one, number=one.number)
    says_no(strict_house, phone, one)
    # When
    with nothing_changes(strict_house):
        problem(decides(strict_house, one.id, held_back), 409, "already_settled")
    # Then
    browser.collects()
    assert not browser.signed_in


def test_a_proof_counts_for_one_call(strict_house: House) -> None:
    # Given a proof that was overheard
    phone = strict_house.phone("anna")
    other = strict_house.phone("anna", "Tablet")
    proof = phone.proof("DELETE", API + "/device")
    once = other.proof("GET", API + "/me")
    succeeds(calls(strict_house, "GET", "/me", proof=once))
    # Then neither a second time, nor for another call, nor by another method
    with nothing_changes(strict_house):
        problem(calls(strict_house, "GET", "/me", proof=once), 401, "replayed")
        problem(calls(strict_house, "GET", "/me", proof=proof), 401, "bad_signature")
        problem(calls(strict_house, "DELETE", f"/phones/{other.id}", proof=proof), 401, "bad_signature")


def test_two_phones_may_use_the_same_jti(strict_house: House) -> None:
    one, two = strict_house.phone("anna"), strict_house.phone("bob")
    for phone in (one, two):
        succeeds(calls(strict_house, "GET", "/me", proof=phone.proof("GET", API + "/me", jti="same")))


def test_a_proof_is_remembered_as_long_as_it_could_count(strict_house: House) -> None:
    # Given a proof from a clock that is a minute ahead
    phone = strict_house.phone("anna")
    proof = phone.proof("GET", API + "/me", iat=int(strict_house.clock.now()) + 60)
    succeeds(calls(strict_house, "GET", "/me", proof=proof))
    # Then for the two minutes in which it would be in time
    for seconds in (59, 60, 1):
        strict_house.clock.advance(seconds)
        with strict_house.parts.store.write() as work:
            work.phones.forget_proofs(int(work.now))
        problem(calls(strict_house, "GET", "/me", proof=proof), 401, "replayed")
    # Then it is simply old
    strict_house.clock.advance(1)
    problem(calls(strict_house, "GET", "/me", proof=proof), 401, "stale")


def test_a_collect_form_that_is_sent_again_lets_nobody_in_twice(
    strict_house: House, browser: RobotBrowser
) -> None:
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    browser.waits()
    token = browser.csrf()
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    browser.sends("/login/collect", csrf_token=token)
    with nothing_changes(strict_house):
        for _ in range(3):
            assert browser.sends("/login/collect", csrf_token=token).location == "/"
    assert browser.signed_in
