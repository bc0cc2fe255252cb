"""A page that comes in pieces, as over a slow line, is painted once it is whole: half a row would move."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error, expect

from tests.journeys.test_keyboard import SHIFTS
from tests.support.chromium import DESK, Palm
from tests.support.house import PASSWORD
from tests.support.live import LiveHouse
from tests.support.pieces import Pieces

PAINTED = "() => performance.getEntriesByType('paint').length > 0"
LONG_ENOUGH_MS = 1000
"""In which a browser that wanted to paint what it has would have done so many times."""


@pytest.mark.parametrize("words", [b'<span id="phones"', b'</span><span aria-hidden="true">'])
def test_half_a_waiting_screen_is_not_painted(
    machine: Browser, live: LiveHouse, palm: Palm, words: bytes
) -> None:
    with Pieces(urlsplit(live.url).port or 0, words) as line:
        # Given a browser that has read the waiting screen up to the middle of a centred row
        page = machine.new_context(viewport=DESK).new_page()  # type: ignore[arg-type]
        page.add_init_script(SHIFTS)
        page.goto(f"http://127.0.0.1:{line.port}/login")
        page.fill("#username", "anna")
        page.fill("#password", PASSWORD)
        page.locator("#sign-in button[type=submit]").click(no_wait_after=True)
        page.wait_for_url("**/login/waiting", wait_until="commit")
        # Then it shows none of it
        with pytest.raises(Error, match="Timeout"):
            page.wait_for_function(PAINTED, polling=20, timeout=LONG_ENOUGH_MS)
        # And nothing moves when the rest is there
        line.go_on()
        expect(page.locator("#phones")).to_be_visible()
        page.wait_for_load_state()
        page.wait_for_function(PAINTED, polling=20)
        assert page.evaluate("shifts") == []
        page.context.close()
