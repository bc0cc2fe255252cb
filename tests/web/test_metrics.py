"""/metrics: for this machine or with the token, and what it counts."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from astrow2fa.core.policy import Mode
from astrow2fa.web import journal
from astrow2fa.web.context import EXTENSION
from astrow2fa.web.elsewhere import Elsewhere
from tests.services.acting import Desk, approves
from tests.support.acts import signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import House

_TIMES = re.compile(r'astrow2fa_answer_to_browser_seconds_count\{answered="([a-z]+)"\} ([0-9.]+)')
TOKEN = "a-token-for-prometheus-0123456789"


def reads(house: House, address: str = "127.0.0.1", **headers: str) -> TestResponse:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return house.app.test_client().get("/metrics", headers=sent, environ_base={"REMOTE_ADDR": address})


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_this_machine_reads_it_directly(house: House, address: str) -> None:
    answer = reads(house, address)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "astrow2fa_browsers_waiting 0.0" in answer.text


@pytest.mark.parametrize(
    "headers", [{"X_Forwarded_For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}, {"Via": "1.1 p"}]
)
def test_through_a_proxy_on_this_machine_nobody_does(house: House, headers: dict[str, str]) -> None:
    assert reads(house, **headers).status_code == 401


def test_from_elsewhere_only_with_the_token(build: Callable[..., House]) -> None:
    house = build(ASTROW2FA_METRICS_TOKEN=TOKEN)
    assert reads(house, "192.0.2.9").status_code == 401
    assert reads(house, "192.0.2.9", Authorization="Bearer wrong").status_code == 401
    assert reads(house, "192.0.2.9", Authorization=f"Bearer {TOKEN}").status_code == 200


def test_without_a_token_configured_none_is_right(house: House) -> None:
    assert reads(house, "192.0.2.9", Authorization="Bearer None").status_code == 401


def test_a_confirmed_sign_in_is_counted(house: House) -> None:
    # Given
    house.policy(Mode.ALWAYS)
    # When
    signs_in_with(house, RobotBrowser(house.app), house.phone("anna"), "anna")
    # Then, and nothing says whose it was
    text = reads(house).text
    assert "astrow2fa_confirmations_asked_total 1.0" in text
    for state in ("approved", "collected"):
        assert f'astrow2fa_confirmations_moved_total{{state="{state}"}} 1.0' in text
    assert "anna" not in text
    # And no browser was on the line to be told of it
    assert times(text) == {"here": 0, "elsewhere": 0}


@pytest.mark.parametrize(("browsers", "told"), [(0, 0), (1, 1), (3, 1)])
def test_an_answer_is_timed_once_where_browsers_wait_for_it(house: House, browsers: int, told: int) -> None:
    # Given
    desk = Desk(house)
    house.policy(Mode.ALWAYS)
    hub = house.app.extensions[EXTENSION].hub
    asked = desk.waits("anna")
    for n in range(browsers):
        hub.wait(f"sid {n}", asked, house.clock.now(), hub.moves)
    # When
    approves(house, house.phone("anna"), asked)
    desk.collects()
    # Then
    assert times(reads(house).text) == {"here": told, "elsewhere": 0}


def test_an_answer_here_is_timed_from_its_arrival(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a browser that waits
    house.policy(Mode.ALWAYS)
    hub = house.app.extensions[EXTENSION].hub
    asked, phone = Desk(house).waits("anna"), house.phone("anna")
    hub.wait("sid", asked, house.clock.now(), hub.moves)
    # When the answer has been here for two seconds before it is stored
    monkeypatch.setattr(journal, "begun", lambda: time.perf_counter() - 2)
    approves(house, phone, asked)
    # Then
    text = reads(house).text
    assert 'seconds_bucket{answered="here",le="1.0"} 0.0' in text
    assert 'seconds_bucket{answered="here",le="2.5"} 1.0' in text


def test_an_answer_at_another_process_is_timed_from_its_row_in_the_log(
    house: House,
) -> None:
    # Given
    desk = Desk(house)
    house.policy(Mode.ALWAYS)
    phone = house.phone("anna")
    asked = desk.waits("anna")
    web = house.app.extensions[EXTENSION]
    web.hub.wait("sid", asked, house.clock.now(), web.hub.moves)
    before = last_row(house)
    other = House(house.config.instance.parent, clock=house.clock)
    approves(other, phone, asked)
    # When the log is read a quarter of a second later
    house.clock.advance(0.25)
    with house.parts.store.read() as work:
        rows = work.log.of_others(range(before + 1, before + 100))
        tell = Elsewhere(house.parts, web.hub, web.metrics).hear(rows, work)
    tell()
    # Then
    text = reads(house).text
    assert times(text) == {"here": 0, "elsewhere": 1}
    assert 'astrow2fa_answer_to_browser_seconds_sum{answered="elsewhere"} 0.25' in text
    assert times(reads(other).text) == {"here": 0, "elsewhere": 0}


def last_row(house: House) -> int:
    with house.parts.store.read() as work:
        return work.log.last_id()


def times(text: str) -> dict[str, int]:
    """How many answers were timed, by where they came from."""
    return {where: int(float(count)) for where, count in _TIMES.findall(text)}
