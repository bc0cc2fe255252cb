"""The one message that somebody has the password, at the phone that listens; and its end, whoever brought it about."""

from __future__ import annotations

from collections.abc import Callable

from astrow2fa.services import accounts
from tests.support.live import PATIENCE, LiveBrowser, LiveHouse, LivePhone

Listening = Callable[..., LivePhone]


def test_it_comes_once_to_every_phone_and_ends_with_a_new_password(
    live: LiveHouse, name: str, listening: Listening
) -> None:
    # Given two phones that listen, and a stranger who is refused three times
    phone, tablet = listening(name), listening(name, "Tablet")
    for _ in range(3):
        live.browser().signs_in(name)
        asked = phone.is_asked()
        assert asked["quiet"] is False
        assert phone.denies(asked["confirmation"], reason="not_me")["ok"]
    # Then both hear of it
    for each in (phone, tablet):
        until = each.silences.get(timeout=PATIENCE)["until"]
        assert abs(until - live.parts.clock.now() - 1800) < 60
    # And what comes now is quiet
    live.browser().signs_in(name)
    assert phone.is_asked()["quiet"] is True
    assert phone.silences.empty()
    # When another process changes the password
    accounts.reset_password(live.parts, name, "Entirely-9 other words")
    # Then
    assert phone.silences.get(timeout=PATIENCE) == {"until": None}


def test_a_browser_that_waits_hears_nothing_of_it(
    live: LiveHouse, name: str, waiting: Callable[[str], LiveBrowser], listening: Listening
) -> None:
    # Given
    phone = listening(name)
    before = set()
    for _ in range(3):
        browser = waiting(name)
        before = set(browser.hears())
        phone.denies(phone.is_asked()["confirmation"])
    # When
    heard = waiting(name).hears()
    # Then it looks as ever
    assert phone.is_asked()["quiet"] is True
    assert set(heard) == before
    assert (heard["state"], heard["phones"], heard["reason"]) == ("pending", 1, None)
