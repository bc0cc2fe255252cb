"""Our pages in somebody else's frame."""

from __future__ import annotations

from tests.support.browser import RobotBrowser
from tests.support.house import House


def test_no_page_may_be_framed(strict_house: House, browser: RobotBrowser) -> None:
    strict_house.phone("anna")
    pages = [browser.get(path) for path in ("/login", "/mobile/", "/nothing", "/", "/mobile/api/v1/me")]
    browser.signs_in("anna")
    pages.append(browser.waits())
    for page in pages:
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Frame-Options"] == "DENY"
        assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
