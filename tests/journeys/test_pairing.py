"""From nothing to a paired phone, and a second one only with the first one's OK."""

from __future__ import annotations

from playwright.sync_api import expect

from astrow2fa.core.policy import Mode
from tests.support.chromium import Desk, Palm
from tests.support.house import PASSWORD
from tests.support.live import LiveHouse


def test_a_signed_in_user_pairs_a_phone_by_the_link_on_the_page(people, live: LiveHouse, desk: Desk) -> None:  # type: ignore[no-untyped-def]
    # Given the policy Off, and Bob signed in
    live.operator.policy(Mode.OFF)
    desk.signs_in("bob")
    desk.is_in()
    # When he opens the link of the pairing page on his phone
    desk.page.goto(f"{desk.url}/my-info/phones/pair")
    desk.shoot("pair")
    link = desk.see("#pairing-link").inner_text().strip()
    palm = people(Palm)
    palm.page.goto(link)
    palm.see("#screen-pair")
    palm.shoot("phone-pair")
    assert "pair=" not in palm.page.url
    palm.page.click("#pair-go")
    palm.is_ready()
    palm.shoot("phone-idle")
    # Then the page with the code says so by itself, and the code is put away
    expect(desk.see("#pairing-done")).to_contain_text("Paired:")
    expect(desk.page.locator("#pairing-code")).to_be_hidden()
    # And the phone is listed
    desk.page.goto(f"{desk.url}/my-info/security")
    expect(desk.page.locator("[data-phone]")).to_have_count(1)
    desk.shoot("security")


def test_a_phone_is_paired_by_typing_the_code(people, live: LiveHouse, desk: Desk) -> None:  # type: ignore[no-untyped-def]
    # Given
    live.operator.policy(Mode.OFF)
    desk.signs_in("bob")
    desk.is_in()
    desk.page.goto(f"{desk.url}/my-info/phones/pair")
    code = desk.see("#pairing-code").inner_text()
    # When
    palm = people(Palm)
    palm.page.goto(f"{palm.url}/mobile/")
    palm.page.click("#to-typed")
    palm.page.fill("#typed-code", code.lower().replace("-", " "))
    palm.page.fill("#typed-username", "Bob")
    palm.page.fill("#typed-password", PASSWORD)
    palm.page.click("#typed-go")
    # Then
    palm.is_ready()


def test_a_second_phone_needs_the_first_ones_ok(people, desk: Desk, palm: Palm) -> None:  # type: ignore[no-untyped-def]
    # Given Anna, signed in with her phone
    desk.signs_in("anna")
    palm.says_ok(desk.waits())
    desk.is_in()
    palm.is_ready()
    # When she asks to pair another one
    desk.page.goto(f"{desk.url}/my-info/phones/pair")
    # Then no code is shown before the first phone says OK
    desk.see("#confirm[data-kind=phone]")
    assert desk.page.locator("#pairing-link").count() == 0
    desk.shoot("confirm")
    desk.page.click("#confirm button[type=submit]")
    palm.says_ok(desk.waits())
    link = desk.see("#pairing-link").inner_text().strip()
    second = people(Palm)
    second.pairs(link)
