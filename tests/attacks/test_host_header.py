"""A request with somebody else's Host: nothing the server sends may point there."""

from __future__ import annotations

import pytest

from tests.support.browser import RobotBrowser
from tests.support.house import House

EVIL = "evil.example"
HEADERS = [
    {"Host": EVIL},
    {"X-Forwarded-Host": EVIL},
    {"X-Forwarded-Server": EVIL},
    {"Forwarded": f"host={EVIL}"},
    {"X-Original-URL": f"http://{EVIL}/"},
    {"X-Forwarded-Prefix": f"//{EVIL}"},
    {"X-Forwarded-Port": "666"},
]


@pytest.mark.parametrize("headers", HEADERS)
def test_no_page_and_no_redirect_points_there(
    house: House, browser: RobotBrowser, headers: dict[str, str]
) -> None:
    for path in ("/login", "/", "/mobile", "/mobile/", "/nothing", "/login/waiting"):
        response = browser.client.get(path, headers=headers)
        assert EVIL not in response.text, path
        assert EVIL not in str(response.headers), path
        assert "666" not in response.headers.get("Location", ""), path


def test_a_pairing_link_has_the_public_address(house: House, browser: RobotBrowser) -> None:
    # Given a signed-in browser
    browser.signs_in("anna")
    token = browser.cookie()
    assert token
    # When the page of the pairing link is asked for under another name
    client = house.app.test_client()
    client.set_cookie("astrow2fa", token, domain=EVIL)
    page = client.get("/my-info/phones/pair", base_url=f"http://{EVIL}").text
    # Then
    assert f"{house.parts.public_url}/mobile/#pair=" in page
    assert EVIL not in page
