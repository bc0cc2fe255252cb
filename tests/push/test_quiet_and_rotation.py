"""Spared phones are not rung, and a phone that subscribed with an older key of the server is woken with that key."""

from __future__ import annotations

from collections.abc import Callable

from astrow2fa.services import keys
from tests.push.conftest import Woken
from tests.support.api import calls, succeeds
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.push import PushService


def test_phones_that_are_spared_are_told_so_once_and_not_rung(
    house: House, service: PushService, woken: Callable[..., Woken], works: Callable[[], None]
) -> None:
    # Given three strangers who asked in vain
    phone = woken()
    for number in range(3):
        stranger = RobotBrowser(house.app, f"198.51.100.{number}")
        stranger.signs_in("anna")
        stranger.get("/login/waiting")
        works()
        stranger.post("/login/cancel")
        works()
    said = [phone.push.reads(pushed)["kind"] for pushed in service.all]
    assert said.count("silence") == 1
    # When a fourth one comes
    RobotBrowser(house.app, "198.51.100.9").signs_in("anna")
    works()
    # Then
    assert service.all == []


def test_after_a_rotation_the_older_key_goes_on_until_the_phone_subscribes_anew(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    # Given
    phone = woken()
    before = house.parts.push_key
    keys.rotate(house.parts, keys.Purpose.PUSH, actor="operator")
    assert house.parts.push_key != before
    # When
    browser.signs_in("anna")
    works()
    # Then it is woken as before, and told to subscribe anew
    assert service.next().headers["authorization"].endswith(f"k={before}")
    me = succeeds(calls(house, "GET", "/me", phone=phone.robot))
    assert (me["push_key"], me["push"]) == (house.parts.push_key, {"subscribed": False})
    # And when it has
    succeeds(calls(house, "PUT", "/push-subscription", phone.push.subscription, phone=phone.robot), 204)
    succeeds(calls(house, "POST", f"/phones/{phone.robot.id}/test", phone=phone.robot), 202)
    works()
    assert service.next().headers["authorization"].endswith(f"k={house.parts.push_key}")
    assert succeeds(calls(house, "GET", "/me", phone=phone.robot))["push"] == {"subscribed": True}
