"""The two cookies: their names, flags and lives."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from tests.support.acts import signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import House

HTTPS = "https://astrow.example.org"


def cookies(response: TestResponse) -> dict[str, str]:
    """Name of each cookie that is set, and what stands after its value, in small letters."""
    found = {}
    for line in response.headers.getlist("Set-Cookie"):
        name, _, rest = line.partition("=")
        found[name] = rest.partition(";")[2].lower()
    return found


def test_on_http_localhost_they_are_not_secure(house: House, browser: RobotBrowser) -> None:
    # When a browser signs in
    set_ = cookies(browser.signs_in("anna"))
    # Then it has both, readable by no script, sent by no other site
    assert set(set_) == {"astrow2fa", "astrow2fa-browser"}
    for flags in set_.values():
        assert "httponly" in flags
        assert "samesite=lax" in flags
        assert "path=/" in flags
        assert "secure" not in flags
        assert "domain" not in flags


def test_with_https_they_are_secure_and_bound_to_the_host(build: Callable[..., House]) -> None:
    # Given a house whose public address is https
    browser = RobotBrowser(build(ASTROW2FA_PUBLIC_URL=HTTPS).app)
    # When
    set_ = cookies(browser.signs_in("anna"))
    # Then
    assert set(set_) == {"__Host-astrow2fa", "__Host-astrow2fa-browser"}
    for flags in set_.values():
        assert "secure" in flags
        assert "httponly" in flags
        assert "samesite=lax" in flags
        assert "path=/" in flags
        assert "domain" not in flags


def test_with_https_the_plain_names_count_for_nothing(build: Callable[..., House]) -> None:
    # Given the token of a signed-in session
    browser = RobotBrowser(build(ASTROW2FA_PUBLIC_URL=HTTPS).app)
    browser.signs_in("anna")
    token = browser.cookie("__Host-astrow2fa")
    assert token
    # When it comes under the name that any page of the domain could set
    other = browser.another().takes(token, "astrow2fa")
    # Then
    assert not other.signed_in
    assert browser.signed_in


def test_the_session_cookie_ends_with_the_browser_and_the_browser_cookie_lives_400_days(
    house: House, browser: RobotBrowser
) -> None:
    set_ = cookies(browser.signs_in("anna"))

    assert "max-age" not in set_["astrow2fa"]
    assert "expires" not in set_["astrow2fa"]
    assert f"max-age={400 * 86_400}" in set_["astrow2fa-browser"]


def test_the_browser_cookie_is_renewed_at_each_sign_in(house: House, browser: RobotBrowser) -> None:
    # Given
    browser.signs_in("anna")
    first = browser.cookie("astrow2fa-browser")
    browser.get("/")
    browser.post("/logout")
    # When it signs in again
    house.clock.advance(3600)
    set_ = cookies(browser.signs_in("anna"))
    # Then
    assert f"max-age={400 * 86_400}" in set_["astrow2fa-browser"]
    assert browser.cookie("astrow2fa-browser") != first


def test_rows_keep_hashes_and_never_the_tokens(strict_house: House, browser: RobotBrowser) -> None:
    # Given a browser that is in
    signs_in_with(strict_house, browser, strict_house.phone("anna"), "anna")
    # Then neither token is anywhere in the database
    everything = repr(
        [strict_house.rows(table) for table in ("sessions", "browsers", "log", "confirmations")]
    )
    for name in ("astrow2fa", "astrow2fa-browser"):
        token = browser.cookie(name)
        assert token
        assert len(token) >= 43  # 256 bits
        assert token not in everything


def test_no_browser_cookie_is_given_for_a_password_alone(strict_house: House, browser: RobotBrowser) -> None:
    assert set(cookies(browser.signs_in("anna"))) == {"astrow2fa"}


@pytest.mark.parametrize("value", ["", "short", "x" * 3000, "a b c", "../../etc", "%00" * 20, "ä" * 30])
def test_a_cookie_that_is_no_token_is_like_none(house: House, browser: RobotBrowser, value: str) -> None:
    # When a browser comes with it
    page = browser.takes(value).get("/login")
    # Then it gets a page, and a token of ours
    assert page.status_code == 200
    assert browser.cookie() not in ("", value)
    assert browser.signs_in("anna").location == "/"
