"""One line for each request that is meant to change something, with the number that a trusted proxy gave it."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from tests.support.house import House

NUMBER = "0123456789abcdef0123456789abcdef"


def lines(house: House, caplog: pytest.LogCaptureFixture, method: str, given: str) -> list[logging.LogRecord]:
    caplog.set_level(logging.INFO, "astrow2fa.journal")
    caplog.clear()
    house.app.test_client().open("/login", method=method, headers={"X-Request-ID": given})
    return [record for record in caplog.records if record.name == "astrow2fa.journal"]


def test_what_only_reads_is_not_written_down(house: House, caplog: pytest.LogCaptureFixture) -> None:
    assert lines(house, caplog, "GET", NUMBER) == []


def test_a_trusted_proxy_numbers_requests(
    build: Callable[..., House], caplog: pytest.LogCaptureFixture
) -> None:
    [line] = lines(build(ASTROW2FA_TRUSTED_PROXIES="1"), caplog, "POST", NUMBER)
    assert (line.__dict__["request"], line.__dict__["endpoint"]) == (NUMBER, "login.sign_in")
    assert line.__dict__["status"] == 400  # without its csrf_token


def test_nobody_else_does(house: House, caplog: pytest.LogCaptureFixture) -> None:
    [line] = lines(house, caplog, "POST", NUMBER)
    assert line.__dict__["request"] != NUMBER


@pytest.mark.parametrize("given", ["short", 'a"forged": 1 line', "x" * 65, "zwölf-Zeichen"])
def test_what_is_no_number_is_replaced(
    build: Callable[..., House], caplog: pytest.LogCaptureFixture, given: str
) -> None:
    [line] = lines(build(ASTROW2FA_TRUSTED_PROXIES="1"), caplog, "POST", given)
    assert line.__dict__["request"] != given
