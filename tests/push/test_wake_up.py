"""What is asked wakes the user's phones; what is settled lets them take the notification away."""

from __future__ import annotations

import base64
import json

from joserfc import jwt
from joserfc.jwk import ECKey

from astrow2fa.services import upkeep
from tests.push.conftest import Street
from tests.support.acts import says_no, says_ok
from tests.support.api import calls, succeeds


def test_a_sign_in_wakes_every_phone_of_the_user_and_nobody_elses(street: Street) -> None:
    # Given
    one, two = street.phone(), street.phone(path="/wake/two", label="Tablet")
    street.phone("charlie", "/wake/charlie")
    # When
    got = {pushed.path: pushed for pushed in street.asks()}
    # Then each is told that there is something, by its id alone
    assert set(got) == {"/wake/one", "/wake/two"}
    expected = {"v": 1, "kind": "confirmation", "id": street.asked.id}
    assert one.push.reads(got["/wake/one"]) == expected
    assert two.push.reads(got["/wake/two"]) == expected


def test_it_goes_out_urgent_for_as_long_as_the_question_lives(street: Street) -> None:
    street.phone()
    street.browser.signs_in("anna")

    [pushed] = street.passes(20)

    assert pushed.headers["content-encoding"] == "aes128gcm"
    assert pushed.headers["urgency"] == "high"
    assert pushed.headers["ttl"] == "100"


def test_a_later_word_replaces_the_earlier_one_at_the_service(street: Street) -> None:
    street.phone()

    [asking] = street.asks()
    [closing] = street.withdraws()
    [next_one] = street.asks()

    assert asking.headers["topic"] == closing.headers["topic"] != next_one.headers["topic"]


def test_the_topic_tells_the_service_nothing(street: Street) -> None:
    # Given two phones of a user
    street.phone()
    two = street.phone(path="/wake/two", label="Tablet").robot
    # When they are woken for the same, and tried out
    topics = [pushed.headers["topic"] for pushed in street.asks()]
    for _ in range(2):
        succeeds(calls(street.house, "POST", f"/phones/{two.id}/test", phone=two), 202)
        street.works()
    topics += [pushed.headers["topic"] for pushed in street.service.all]
    # Then neither the confirmation nor the kind is to be seen, and not that they belong together
    assert len(set(topics)) == 3
    assert {len(topic) for topic in topics} == {32}
    assert not any(street.asked.id in topic or "test" in topic for topic in topics)


def test_the_server_names_itself_to_the_service(street: Street) -> None:
    street.phone()

    [pushed] = street.asks()

    scheme, _, said = pushed.headers["authorization"].partition(" ")
    found = dict(part.split("=", 1) for part in said.split(", "))
    assert (scheme, found["k"]) == ("vapid", street.house.parts.push_key)
    point = base64.urlsafe_b64decode(found["k"] + "=")
    coordinates = [base64.urlsafe_b64encode(half).rstrip(b"=").decode() for half in (point[1:33], point[33:])]
    key = ECKey.import_key(dict(zip(("kty", "crv", "x", "y"), ("EC", "P-256", *coordinates), strict=True)))
    token = jwt.decode(found["t"], key, algorithms=["ES256"])
    assert token.claims["aud"] == f"http://127.0.0.1:{street.service.port}"
    assert 0 < token.claims["exp"] - street.house.clock.now() <= 24 * 3600
    assert token.claims["sub"].startswith(("mailto:", "https:"))


def test_nothing_in_it_tells_who_where_or_the_number(street: Street) -> None:
    phone = street.phone()

    [pushed] = street.asks()

    said = phone.push.reads(pushed)
    assert set(said) == {"v", "kind", "id"}
    number = street.asked.number
    assert number
    assert number not in json.dumps(said)


def test_every_kind_is_as_long_as_the_others(street: Street) -> None:
    phone = street.phone()
    succeeds(calls(street.house, "POST", f"/phones/{phone.robot.id}/test", phone=phone.robot), 202)

    got = [*street.passes(0), *street.asks(), *street.withdraws()]

    assert [phone.push.reads(one)["kind"] for one in got] == ["test", "confirmation", "closed"]
    assert len({len(one.body) for one in got}) == 1


def test_what_is_answered_by_one_phone_is_closed_on_the_others(street: Street) -> None:
    # Given two phones that were woken
    one, two = street.phone(), street.phone(path="/wake/two", label="Tablet")
    street.asks()
    confirmation = street.asked
    # When
    says_ok(street.house, one.robot, confirmation)
    street.works()
    street.browser.collects()
    street.works()
    # Then the other one hears it, once
    [closing] = street.service.all
    assert closing.path == "/wake/two"
    assert two.push.reads(closing) == {"v": 1, "kind": "closed", "id": confirmation.id}


def test_what_ran_out_is_closed_on_every_phone(street: Street) -> None:
    # Given two phones that were woken
    phones = {"/wake/one": street.phone(), "/wake/two": street.phone(path="/wake/two", label="Tablet")}
    street.asks()
    confirmation = street.asked
    # When nobody answers in time
    street.house.clock.advance(confirmation.until - street.house.clock.now() + 1)
    upkeep.expire_overdue(street.house.parts)
    street.works()
    # Then
    got = street.service.all
    assert {pushed.path for pushed in got} == set(phones)
    closed = {"v": 1, "kind": "closed", "id": confirmation.id}
    assert [phones[pushed.path].push.reads(pushed) for pushed in got] == [closed, closed]


def test_what_was_answered_before_it_went_out_does_not_go_out(street: Street) -> None:
    phone = street.phone()
    street.browser.signs_in("anna")
    says_no(street.house, phone.robot, street.asked)

    assert street.passes(0) == []


def app_is_open(street: Street) -> None:
    """On every phone, so that wake-ups wait a moment."""
    street.house.parts.push._screens.listens = lambda *_: True  # type: ignore[attr-defined]


def test_a_phone_that_has_shown_it_is_not_woken(street: Street) -> None:
    # Given
    phone = street.phone()
    app_is_open(street)
    assert street.asks() == []
    # When it says that it has it
    path = f"/confirmations/{street.asked.id}/seen"
    succeeds(calls(street.house, "POST", path, {"what": "shown"}, phone=phone.robot), 204)
    # Then
    assert street.passes(10) == []


def test_an_open_app_that_says_nothing_is_woken_after_a_moment(street: Street) -> None:
    street.phone()
    app_is_open(street)

    assert (len(street.asks()), len(street.passes(3))) == (0, 1)
