"""What is asked wakes the user's phones; what is settled lets them take the notification away."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

from joserfc import jwt
from joserfc.jwk import ECKey

from tests.push.conftest import Woken
from tests.support.acts import asked, says_no, says_ok
from tests.support.api import calls, succeeds
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.push import PushService


def test_a_sign_in_wakes_every_phone_of_the_user_and_nobody_elses(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    # Given
    one, two = woken(), woken(path="/wake/two", label="Tablet")
    woken("charlie", "/wake/charlie")
    # When
    browser.signs_in("anna")
    works()
    # Then each is told that there is something, by its id alone
    got = {pushed.path: pushed for pushed in service.all}
    assert set(got) == {"/wake/one", "/wake/two"}
    expected = {"v": 1, "kind": "confirmation", "id": asked(house, "anna").id}
    assert one.push.reads(got["/wake/one"]) == expected
    assert two.push.reads(got["/wake/two"]) == expected


def test_it_goes_out_urgent_for_as_long_as_the_question_lives(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    woken()
    browser.signs_in("anna")
    house.clock.advance(20)
    works()

    headers = service.next().headers

    assert headers["content-encoding"] == "aes128gcm"
    assert headers["urgency"] == "high"
    assert headers["ttl"] == "100"
    assert len(headers["topic"]) == 32
    assert asked(house, "anna").id not in headers["topic"]


def test_the_server_names_itself_to_the_service(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    woken()
    browser.signs_in("anna")
    works()

    scheme, _, said = service.next().headers["authorization"].partition(" ")

    found = dict(part.split("=", 1) for part in said.split(", "))
    assert (scheme, found["k"]) == ("vapid", house.parts.push_key)
    point = base64.urlsafe_b64decode(found["k"] + "=")
    coordinates = [base64.urlsafe_b64encode(half).rstrip(b"=").decode() for half in (point[1:33], point[33:])]
    key = ECKey.import_key(dict(zip(("kty", "crv", "x", "y"), ("EC", "P-256", *coordinates), strict=True)))
    token = jwt.decode(found["t"], key, algorithms=["ES256"])
    assert token.claims["aud"] == f"http://127.0.0.1:{service.port}"
    assert 0 < token.claims["exp"] - house.clock.now() <= 24 * 3600
    assert token.claims["sub"].startswith(("mailto:", "https:"))


def test_nothing_in_it_tells_who_where_or_the_number(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    phone = woken()
    browser.signs_in("anna")
    works()

    said = phone.push.reads(service.next())

    assert set(said) == {"v", "kind", "id"}
    number = asked(house, "anna").number
    assert number
    assert number not in json.dumps(said)


def test_every_kind_is_as_long_as_the_others(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    phone = woken()
    succeeds(calls(house, "POST", f"/phones/{phone.robot.id}/test", phone=phone.robot), 202)
    works()
    browser.signs_in("anna")
    works()
    browser.get("/login/waiting")
    browser.post("/login/cancel")
    works()

    got = service.all

    assert [phone.push.reads(one)["kind"] for one in got] == ["test", "confirmation", "closed"]
    assert len({len(one.body) for one in got}) == 1


def test_what_is_answered_by_one_phone_is_closed_on_the_others(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    # Given two phones that were woken
    one, two = woken(), woken(path="/wake/two", label="Tablet")
    browser.signs_in("anna")
    works()
    service.all  # noqa: B018
    confirmation = asked(house, "anna")
    # When
    says_ok(house, one.robot, confirmation)
    works()
    browser.collects()
    works()
    # Then the other one hears it, once
    [closing] = service.all
    assert closing.path == "/wake/two"
    assert two.push.reads(closing) == {"v": 1, "kind": "closed", "id": confirmation.id}


def test_what_was_answered_before_it_went_out_does_not_go_out(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    phone = woken()
    browser.signs_in("anna")
    says_no(house, phone.robot, asked(house, "anna"))

    works()

    assert service.all == []


def test_a_phone_that_has_shown_it_is_not_woken(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    # Given a phone whose app is open, so that the wake-up waits a moment
    phone = woken()
    house.parts.push._screens.listens = lambda *_: True  # type: ignore[attr-defined]
    browser.signs_in("anna")
    works()
    assert service.all == []
    # When it says that it has it
    path = f"/confirmations/{asked(house, 'anna').id}/seen"
    succeeds(calls(house, "POST", path, {"what": "shown"}, phone=phone.robot), 204)
    # Then
    house.clock.advance(10)
    works()
    assert service.all == []


def test_an_open_app_that_says_nothing_is_woken_after_a_moment(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    woken()
    house.parts.push._screens.listens = lambda *_: True  # type: ignore[attr-defined]
    browser.signs_in("anna")
    works()

    house.clock.advance(3)
    works()

    assert len(service.all) == 1
