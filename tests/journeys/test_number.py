"""The number that becomes necessary while a browser waits, and its QR code."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.support.chromium import Desk, Palm, Person
from tests.support.live import LiveHouse


def test_the_qr_code_comes_with_the_number(
    live: LiveHouse, desk: Desk, palm: Palm, people: Callable[..., Person]
) -> None:
    # Given a browser that waits without one
    live.operator.set("number_matching", "off")
    desk.signs_in("anna")
    assert desk.waits() == ""
    expect(desk.page.locator("#qr")).to_be_hidden()
    # When another one signs in
    other = people(Desk)
    assert isinstance(other, Desk)
    other.signs_in("anna")
    # Then both have a number, and the picture of it
    for each in (desk, other):
        each.see("#number")
        expect(each.page.get_by_role("img", name="QR code with this number")).to_be_visible()
        each.page.wait_for_function("document.getElementById('qr').naturalWidth > 0")
    palm.is_asked()
