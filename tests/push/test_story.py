"""How far a sign-in came, step by step, written beside everything else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from astrow2fa.core.delivery import Step
from astrow2fa.services.trace import story
from tests.push.conftest import Woken
from tests.support.acts import asked, says_ok
from tests.support.api import calls, problem, succeeds
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.push import PushService


def test_the_story_of_a_confirmed_sign_in(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    # Given
    phone = woken()
    browser.signs_in("anna")
    confirmation = asked(house, "anna")
    # When everything takes its course, a quarter of a second each
    for what in ("fetched", "shown"):
        house.clock.advance(0.25)
        works()
        path = f"/confirmations/{confirmation.id}/seen"
        succeeds(calls(house, "POST", path, {"what": what}, phone=phone.robot), 204)
    house.clock.advance(0.25)
    says_ok(house, phone.robot, confirmation)
    house.clock.advance(0.25)
    browser.collects()
    works()
    # Then
    host = f"127.0.0.1:{service.port}"
    told = story(house.parts, confirmation.id)
    assert [(s.step, s.milliseconds, s.phone, s.how) for s in told] == [
        (Step.ASKED, 0, None, ""),
        (Step.SENT, 250, "Pixel 9", "push"),
        (Step.ACCEPTED, 250, "Pixel 9", f"{host} 201"),
        (Step.FETCHED, 250, "Pixel 9", ""),
        (Step.SHOWN, 500, "Pixel 9", ""),
        (Step.ANSWERED, 750, "Pixel 9", "approved"),
        (Step.COLLECTED, 1000, None, "collected"),
    ]


def test_each_step_is_timed_for_the_metrics(
    house: House,
    browser: RobotBrowser,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    # Given
    phone = woken()
    browser.signs_in("anna")
    confirmation = asked(house, "anna")
    house.clock.advance(0.2)
    works()
    # When
    path = f"/confirmations/{confirmation.id}/seen"
    succeeds(calls(house, "POST", path, {"what": "shown"}, phone=phone.robot), 204)
    house.clock.advance(4)
    says_ok(house, phone.robot, confirmation)
    browser.collects()
    # Then
    answer = house.app.test_client().get("/metrics", base_url="http://127.0.0.1")
    lines = answer.text.splitlines()
    took = {
        step: float(
            next(
                line for line in lines if line.startswith(f'astrow2fa_step_seconds_sum{{step="{step}"}}')
            ).split()[1]
        )
        for step in ("accepted", "shown", "answered", "collected")
    }
    assert took == pytest.approx({"accepted": 0.2, "shown": 0.2, "answered": 4.2, "collected": 4.2})


def test_what_a_phone_says_twice_is_told_once(
    house: House, browser: RobotBrowser, woken: Callable[..., Woken], works: Callable[[], None]
) -> None:
    phone = woken()
    browser.signs_in("anna")
    path = f"/confirmations/{asked(house, 'anna').id}/seen"
    for _ in range(3):
        succeeds(calls(house, "POST", path, {"what": "shown"}, phone=phone.robot), 204)
        works()

    shown = [row for row in house.rows("marks") if row["step"] == "shown"]

    assert len(shown) == 1


def test_nobody_tells_of_somebody_elses_confirmation(
    house: House, browser: RobotBrowser, woken: Callable[..., Woken], works: Callable[[], None]
) -> None:
    charlie = woken("charlie", "/wake/charlie")
    woken()
    browser.signs_in("anna")
    confirmation = asked(house, "anna")

    path = f"/confirmations/{confirmation.id}/seen"
    problem(calls(house, "POST", path, {"what": "shown"}, phone=charlie.robot), 404, "unknown_confirmation")
    works()

    assert Step.SHOWN not in {s.step for s in story(house.parts, confirmation.id)}


def test_other_words_are_malformed(
    house: House, browser: RobotBrowser, woken: Callable[..., Woken], works: Callable[[], None]
) -> None:
    phone = woken()
    browser.signs_in("anna")
    path = f"/confirmations/{asked(house, 'anna').id}/seen"

    for what in ("approved", 1, None, ["shown"]):
        problem(calls(house, "POST", path, {"what": what}, phone=phone.robot), 400, "malformed")


def test_steps_are_forgotten_with_the_days_of_the_log(
    house: House, browser: RobotBrowser, works: Callable[[], None]
) -> None:
    # Given
    house.set("log_days", "7")
    browser.signs_in("anna")
    confirmation = asked(house, "anna")
    works()
    house.parts.trace._book._work()
    assert story(house.parts, confirmation.id)
    # When
    house.clock.advance(8 * 86_400)
    house.parts.trace._book._work()
    # Then
    assert story(house.parts, confirmation.id) == []
