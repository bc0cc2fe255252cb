"""One line for each request that is meant to change something, with the number that a trusted proxy gave it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from astrow2fa.web import journal
from astrow2fa.web.lines import MOST
from tests.support.house import House

NUMBER = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What comes out at standard error, once it is flushed."""
    found: list[str] = []
    monkeypatch.setattr(journal.lines, "_write", found.append)
    return found


def lines(house: House, written: list[str], method: str, given: str) -> list[dict[str, object]]:
    written.clear()
    house.app.test_client().open("/login", method=method, headers={"X-Request-ID": given})
    journal.lines.flush()
    return [json.loads(line) for line in "".join(written).splitlines()]


def test_what_only_reads_is_not_written_down(house: House, written: list[str]) -> None:
    assert lines(house, written, "GET", NUMBER) == []


def test_a_trusted_proxy_numbers_requests(build: Callable[..., House], written: list[str]) -> None:
    [line] = lines(build(ASTROW2FA_TRUSTED_PROXIES="1"), written, "POST", NUMBER)
    assert (line["request"], line["endpoint"]) == (NUMBER, "login.sign_in")
    assert line["status"] == 400  # without its csrf_token


def test_nobody_else_does(house: House, written: list[str]) -> None:
    [line] = lines(house, written, "POST", NUMBER)
    assert line["request"] != NUMBER


@pytest.mark.parametrize("given", ["short", 'a"forged": 1 line', "x" * 65, "zwölf-Zeichen"])
def test_what_is_no_number_is_replaced(build: Callable[..., House], written: list[str], given: str) -> None:
    [line] = lines(build(ASTROW2FA_TRUSTED_PROXIES="1"), written, "POST", given)
    assert line["request"] != given


def test_of_a_flood_most_is_only_counted(house: House, written: list[str]) -> None:
    for _ in range(MOST + 3):
        journal.socket("/mobile", "connect", "rate_limited")
    journal.lines.flush()
    told = [json.loads(line) for line in "".join(written).splitlines()]
    assert [line["event"] for line in told] == ["socket"] * MOST + ["left out"]
    assert told[-1]["lines"] == 3
