"""The server's keys: a new one signs, the one before is told of it and kept for its time, then only its public half."""

from __future__ import annotations

import json

import pytest

from astrow2fa.core.confirmation import State
from astrow2fa.services import keys, pairing, upkeep
from astrow2fa.services.keys import KEPT_SECONDS, Purpose
from astrow2fa.services.pairing import NewPhone
from tests.support.acts import asked, says_ok
from tests.support.api import calls, succeeds
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.phone import RobotPhone, payload_of

SERVER_KEYS = "astrow2fa-server-keys+jwt"


def kid_of(house: House, jws: str, typ: str = SERVER_KEYS) -> str:
    """The key that signed it, and the signature holds."""
    kid = house.parts.signatures.peek(jws, typ).kid
    public = keys.public_keys(house.parts, Purpose.REQUESTS)[kid]
    house.parts.signatures.verify(jws, typ, public)
    return kid


def told(house: House, phone: RobotPhone) -> tuple[str, list[str]]:
    """What this phone is told when it asks for keys: which key signed the list, and what is in it."""
    response = calls(house, "GET", "/server-keys", phone=phone)
    assert response.status_code == 200
    listed = payload_of(response.text)["keys"]
    assert all("d" not in key for key in listed)
    return kid_of(house, response.text), [key["kid"] for key in listed]


def rotated(house: House) -> str:
    return keys.rotate(house.parts, Purpose.REQUESTS, actor="operator").kid


def test_the_new_key_signs_from_then_on(strict_house: House, browser: RobotBrowser) -> None:
    # Given a sign-in that waits, its request signed by the first key
    house = strict_house
    phone = house.phone("anna")
    first = house.parts.server_key.kid
    browser.signs_in("anna")
    before = asked(house, "anna")
    # When the key is rotated
    second = rotated(house)
    assert second != first
    # Then what waits is delivered as it was signed, and is answered
    assert asked(house, "anna").request == before.request
    assert says_ok(house, phone, before) is State.APPROVED
    assert browser.collects().status_code == 303
    # Then the next request is signed by the new key
    browser.another().signs_in("anna")
    assert kid_of(house, asked(house, "anna").request, "astrow2fa-confirmation+jwt") == second
    assert house.log().count("operator:key:rotated") == 1


def test_a_phone_is_told_by_the_key_that_it_pinned(house: House) -> None:
    # Given a phone that pinned the first key
    phone, first = house.phone("anna"), house.parts.server_key.kid
    assert told(house, phone) == (first, [first])
    # When there is another one, and then a third
    second = rotated(house)
    assert told(house, phone) == (first, [second, first])
    third = rotated(house)
    # Then the first, which it surely believes, goes on telling
    assert told(house, phone) == (first, [third, second, first])


def test_a_phone_that_paired_later_knows_only_the_newer_key(house: House) -> None:
    second = rotated(house)
    assert told(house, house.phone("anna"))[0] == second


def test_the_key_before_is_dropped_after_its_time_and_not_earlier(house: House) -> None:
    # Given a key that was rotated, and a phone that has followed
    phone, first = house.phone("anna"), house.parts.server_key.kid
    old = keys.public_keys(house.parts, Purpose.REQUESTS)[first]
    second = rotated(house)
    told(house, phone)
    # When its time is not quite over
    house.clock.advance(KEPT_SECONDS - 1)
    upkeep.forget(house.parts)
    # Then it is there
    assert told(house, phone) == (first, [second, first])
    # When it is over
    house.clock.advance(1)
    upkeep.forget(house.parts)
    upkeep.forget(house.parts)
    # Then only its public half is left, and the phone is told by the newer one
    [row] = [row for row in house.rows("keys") if row["kid"] == first]
    assert row["sealed"] == ""
    assert json.loads(str(row["public"])) == old
    assert told(house, phone) == (second, [second])
    assert house.log().count("server:key:dropped") == 1
    # Then what it signed long ago can still be checked
    assert keys.public_keys(house.parts, Purpose.REQUESTS)[first] == old
    # Then the phone follows the next rotation, too
    third = rotated(house)
    assert told(house, phone) == (second, [third, second])


def test_the_key_that_signs_is_never_dropped(house: House) -> None:
    house.clock.advance(10 * KEPT_SECONDS)
    before = house.rows("keys")
    upkeep.forget(house.parts)
    assert house.rows("keys") == before


def test_a_phone_away_for_too_long_is_not_told_by_a_key_it_cannot_know(house: House) -> None:
    # Given a phone that slept through the whole time
    phone, first = house.phone("anna"), house.parts.server_key.kid
    second = rotated(house)
    house.clock.advance(KEPT_SECONDS)
    upkeep.forget(house.parts)
    # When it asks
    assert told(house, phone) == (second, [second])
    # Then the server does not believe that it knows the new one
    [row] = house.rows("phones")
    assert (row["server_kid"], row["told_kid"]) == (first, None)


@pytest.mark.parametrize("invited", [False, True])
def test_a_link_that_was_printed_before_gives_the_key_it_names(house: House, invited: bool) -> None:
    # Given a link with the thumbprint of the first key
    first = house.parts.server_key.kid
    anna = house.id_of("anna")
    make = pairing.invite if invited else pairing.issue_code
    issued = make(house.parts, anna, "operator")
    # When the key is rotated before it is used
    rotated(house)
    body = {"name": "Pixel 9", "platform": "Android 16", "storage": "persisted"}
    body |= {"public_key": dict(house.parts.signatures.new_key().public), "code": issued.link}  # type: ignore[dict-item]
    if invited:
        credentials = {"username": "anna", "password": "correct Horse-7 battery"}
        code = succeeds(calls(house, "POST", "/invitations", {"code": issued.link, **credentials}))["code"]
        body |= {"code": code, **credentials}
    answer = succeeds(calls(house, "POST", "/pair", body), 201)
    # Then the phone gets the key that its link names
    assert answer["server_key"]["kid"] == first
    assert [row["server_kid"] for row in house.rows("phones")] == [first]


def test_a_new_vapid_key_is_what_phones_are_given(house: House) -> None:
    # Given
    before, requests = house.parts.push_key, house.parts.server_key.kid
    # When
    keys.rotate(house.parts, Purpose.PUSH, actor="operator")
    # Then it is another, and the key for requests is the same
    assert house.parts.push_key != before
    assert house.parts.server_key.kid == requests
    new = NewPhone(
        pairing.issue_code(house.parts, house.id_of("anna"), "operator").link,
        house.parts.signatures.new_key().public, "Pixel 9", "robot", "persisted", None, None,
    )  # fmt: skip
    assert pairing.pair(house.parts, new, "192.0.2.1").server_key.kid == requests
