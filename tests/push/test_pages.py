"""The administrator's page of push, and trying out one's own phones on the web."""

from __future__ import annotations

from collections.abc import Callable

from astrow2fa.core.permissions import Permission
from astrow2fa.core.policy import Mode
from tests.push.conftest import Woken
from tests.support.acts import signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.push import PushService

PAGE = "/system/settings/push"


def test_the_page_says_how_it_is_set_up_and_how_it_went(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    # Given one phone that was woken, one whose subscription is gone, one that has none
    phone = woken()
    woken(path="/wake/two", label="Tablet")
    house.phone("bob")
    service.answers["/wake/two"] = (410, {})
    browser.signs_in("anna")
    works()
    house.policy(Mode.OFF)
    # When
    administrator = RobotBrowser(house.app)
    administrator.signs_in("anna")
    page = administrator.get(PAGE).text
    # Then
    assert house.parts.push_key in page
    assert f"<code>{service.host}</code>" in page
    assert "1 of 3" in page
    assert f'data-service="127.0.0.1:{service.port}"' in page
    assert "1 accepted, 1 gone, 0 refused, 0 to be tried again" in page
    assert "410 the subscription is gone" in page
    assert phone.push.endpoint not in page


def test_the_administrator_sends_a_test_to_his_own_phones_only(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    anna = woken()
    woken("bob", "/wake/bob")
    house.policy(Mode.OFF)
    browser.signs_in("anna")
    browser.get(PAGE)

    response = browser.post(f"{PAGE}/test")
    works()

    assert response.headers["Location"] == f"{PAGE}?sent=yes"
    [pushed] = service.all
    assert anna.push.reads(pushed)["kind"] == "test"


def test_it_takes_the_permission(house: House, browser: RobotBrowser, woken: Callable[..., Woken]) -> None:
    woken("bob", "/wake/bob")
    house.may("bob", Permission.VIEW_USERS)
    house.policy(Mode.OFF)
    browser.signs_in("bob")

    assert browser.get(PAGE).status_code == 403


def test_one_tries_out_a_phone_under_my_info(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    # Given a phone that can be woken and one that cannot
    phone = woken("bob", "/wake/bob")
    house.phone("bob", "Old phone")
    signs_in_with(house, browser, phone.robot, "bob")
    works()
    service.all  # noqa: B018
    page = browser.get("/my-info/security").text
    assert page.count("data-asleep") == 1
    assert page.count("/test") == 1
    # When
    response = browser.post(f"/my-info/phones/{phone.robot.id}/test")
    works()
    # Then
    assert response.headers["Location"].endswith("done=tried")
    assert phone.push.reads(service.next())["kind"] == "test"


def test_nobody_tries_out_somebody_elses_phone(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    anna = woken()
    house.policy(Mode.OFF)
    browser.signs_in("bob")
    browser.get("/my-info/security")

    response = browser.post(f"/my-info/phones/{anna.robot.id}/test")
    works()

    assert response.status_code == 404
    assert service.all == []
