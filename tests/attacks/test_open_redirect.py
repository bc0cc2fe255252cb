"""A link to the sign-in that ends at somebody else's page."""

from __future__ import annotations

from urllib.parse import urlencode

from tests.support.acts import asked, says_ok
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House

FOREIGN = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "/\t/evil.example/",
    "/\n/evil.example/",
    "http:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "evil.example",
    "/%0d%0aSet-Cookie:a=b\r\nLocation: //evil.example",
    "/ä",
    "/" + "x" * 2000,
    "/login",
    "/logout",
    "/login/collect?x=1",
    "/mobile/api/v1/me",
]


def test_after_a_password(house: House, browser: RobotBrowser) -> None:
    for target in FOREIGN:
        one = browser.another()
        one.get("/login?" + urlencode({"next": target}))
        response = one.post("/login", username="anna", password=PASSWORD, next=target)
        assert response.location == "/", target


def test_after_a_confirmation(strict_house: House, browser: RobotBrowser) -> None:
    phone = strict_house.phone("anna")
    for target in FOREIGN:
        browser.signs_in("anna", next=target)
        says_ok(strict_house, phone, asked(strict_house, "anna"))
        assert browser.collects().location == "/", target
        browser.get("/")
        browser.post("/logout")


def test_a_closed_page_does_not_make_one(house: House, browser: RobotBrowser) -> None:
    for path in ("//evil.example/", "/\\evil.example", "/%2F%2Fevil.example"):
        response = browser.client.get(path)
        assert not response.headers.get("Location", "/").startswith(("//", "http")), path
