"""Somebody bombs the phone: what its owner is told, and the way out."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.support.chromium import Desk, Palm, Person


def test_the_open_app_says_so_at_once_and_leads_to_the_password(
    palm: Palm, people: Callable[..., Person]
) -> None:
    # Given a stranger who is refused three times
    for _ in range(3):
        thief = people(Desk)
        assert isinstance(thief, Desk)
        thief.signs_in("anna")
        palm.cancels()
        thief.is_told("denied")
        palm.page.click("#outcome-second")
    # Then the app says so, without being asked
    expect(palm.see("#silence")).to_contain_text("with your password")
    # And what comes now is listed, and does not come up
    thief.signs_in("anna")
    palm.see("#quiet-cards > *")
    palm.see("#screen-idle")
    # When its owner goes for the password
    palm.page.click("#silence-password")
    # Then
    palm.see("#screen-password")
