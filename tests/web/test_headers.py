"""What every answer carries, pages and errors alike."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from tests.support.browser import RobotBrowser
from tests.support.house import House


def policy(response: TestResponse) -> dict[str, str]:
    """The content security policy: directive and its sources."""
    parts = (part.strip().partition(" ") for part in response.headers["Content-Security-Policy"].split(";"))
    return {name: sources for name, _, sources in parts}


def is_guarded(response: TestResponse) -> None:
    found = policy(response)
    assert found["default-src"] == "'none'"
    for name in ("script-src", "style-src", "img-src", "font-src", "manifest-src", "worker-src"):
        assert found[name] == "'self'", name
    assert found["connect-src"].split()[0] == "'self'"
    assert found["form-action"] == "'self'"
    assert found["base-uri"] == "'none'"
    assert found["frame-ancestors"] == "'none'"
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cache-Control"] == "no-store"


PATHS = [
    "/login",
    "/",
    "/login/waiting",
    "/no-such-page",
    "/mobile/",
    "/healthz",
    "/mobile/api/v1/me",
    "/mobile",
]


@pytest.mark.parametrize("path", PATHS)
def test_signed_out(house: House, browser: RobotBrowser, path: str) -> None:
    is_guarded(browser.get(path))


@pytest.mark.parametrize(
    "path", ["/", "/my-info/security", "/my-info/phones/pair", "/no-such-page", "/login"]
)
def test_signed_in(house: House, browser: RobotBrowser, path: str) -> None:
    browser.signs_in("anna")

    is_guarded(browser.get(path))


def test_refusals(house: House, browser: RobotBrowser) -> None:
    browser.get("/login")

    is_guarded(browser.sends("/login", username="anna"))  # 400
    is_guarded(browser.post("/login", username="anna", password="wrong"))  # 401
    is_guarded(browser.client.delete("/login"))  # 405
    is_guarded(browser.client.post("/login", data=b"x" * 100_000))  # 413


def test_waiting(strict_house: House, browser: RobotBrowser) -> None:
    strict_house.phone("anna")
    browser.signs_in("anna")

    is_guarded(browser.waits())


def test_only_the_phones_page_may_use_the_camera(house: House, browser: RobotBrowser) -> None:
    assert "camera=(self)" in browser.get("/mobile/").headers["Permissions-Policy"]
    assert "camera=()" in browser.get("/login").headers["Permissions-Policy"]


def test_strict_transport_security_is_for_https_only(
    build: Callable[..., House], house: House, browser: RobotBrowser
) -> None:
    secure = RobotBrowser(build(ASTROW2FA_PUBLIC_URL="https://astrow.example.org").app)

    answered = secure.get("/login")
    assert "max-age=" in answered.headers["Strict-Transport-Security"]
    assert policy(answered)["connect-src"] == "'self' wss://astrow.example.org"
    assert "Strict-Transport-Security" not in browser.get("/login").headers


def test_pages_hold_no_inline_script_or_style(strict_house: House, browser: RobotBrowser) -> None:
    strict_house.phone("anna")
    browser.signs_in("anna")
    for path in ("/login", "/login/waiting", "/mobile/", "/no-such-page"):
        text = browser.get(path).text
        assert "<style" not in text, path
        assert " style=" not in text, path
        assert " onclick=" not in text, path
        scripts = text.split("<script")[1:]
        for script in scripts:
            opening = script.partition(">")[0]
            assert "src=" in opening or "application/json" in opening or "importmap" not in opening, path
            assert "src=" in opening or 'type="application/json"' in opening, path
