"""What a request says of its own origin is not believed, and what it says of its browser is only shown as text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.acts import asked
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.phone import payload_of

FORWARDED = ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP"]


@pytest.mark.parametrize("header", FORWARDED)
def test_without_a_trusted_proxy_the_peer_is_the_address(strict_house: House, header: str) -> None:
    # Given a browser that says it is somewhere else
    browser = RobotBrowser(strict_house.app, "203.0.113.9")
    browser.get("/login")
    data = {"csrf_token": browser.csrf(), "username": "anna", "password": PASSWORD}
    browser.client.post(
        "/login", data=data, headers={header: "198.51.100.1"}, environ_base={"REMOTE_ADDR": "203.0.113.9"}
    )
    # Then the phone is shown where it really is
    claims = payload_of(asked(strict_house, "anna").request)
    assert claims["browser"]["ip"] == "203.0.113.9"


def test_behind_one_proxy_only_what_that_one_says_counts(build: Callable[..., House]) -> None:
    # Given a house behind one proxy, which appends the peer it saw
    house = build(ASTROW2FA_TRUSTED_PROXIES="1").set("two_factor", "always")
    browser = RobotBrowser(house.app, "127.0.0.1")
    browser.get("/login")
    data = {"csrf_token": browser.csrf(), "username": "anna", "password": PASSWORD}
    browser.client.post("/login", data=data, headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})
    # Then
    assert payload_of(asked(house, "anna").request)["browser"]["ip"] == "203.0.113.9"


def test_limits_are_not_dodged_by_a_header(build: Callable[..., House]) -> None:
    house = build(ASTROW2FA_LIMITS="login.address=3/minute")
    browser = RobotBrowser(house.app)
    browser.get("/login")
    data = {"csrf_token": browser.csrf(), "username": "nobody", "password": "wrong"}
    answers = [
        browser.client.post("/login", data=data, headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code
        for n in range(4)
    ]
    assert answers == [401, 401, 401, 429]


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "<script>alert(1)</script>",
        "x" * 10_000,
        "\u202eedoced",
        "Mozilla/5.0 (\x7f\x08)",
        "Chrome/9" * 99,
    ],
)
def test_a_user_agent_is_short_plain_text_on_the_phone(strict_house: House, agent: str) -> None:
    browser = RobotBrowser(strict_house.app)
    browser.get("/login")
    data = {"csrf_token": browser.csrf(), "username": "anna", "password": PASSWORD}

    browser.client.post("/login", data=data, headers={"User-Agent": agent.encode().decode("latin-1")})

    shown = payload_of(asked(strict_house, "anna").request)["browser"]
    for text in (shown["name"], shown["os"]):
        assert len(text) <= 48
        assert text.isprintable()
        assert "<" not in text
