"""A user without a phone gets in by an administrator's one-time code."""

from __future__ import annotations

from playwright.sync_api import expect

from astrow2fa.services.exemptions import issue
from tests.support.chromium import Desk
from tests.support.live import LiveHouse


def test_a_user_without_a_phone_types_an_exemption_code(live: LiveHouse, desk: Desk) -> None:
    # Given Bob, who has no phone, at the waiting screen
    code = issue(live.parts, "bob", "his phone comes tomorrow").code
    desk.signs_in("bob")
    desk.see("#waiting[data-state=pending]")
    expect(desk.page.locator("#code")).to_be_hidden()
    # When he mistypes it once
    desk.page.click("#exemption summary")
    desk.page.fill("#code", "1111-1111-1111")
    desk.page.click("#exemption button")
    desk.see("#code-error")
    desk.shoot("exemption-wrong")
    # Then he gets in with the right one, and sees how he did
    desk.page.fill("#code", code.lower().replace("-", " "))
    desk.page.click("#exemption button")
    desk.is_in()
    desk.page.goto(f"{desk.url}/my-info/security")
    expect(desk.page.locator("[data-session][data-this] [data-exempted]")).to_be_visible()
    # And no phone can be paired with it
    desk.page.goto(f"{desk.url}/my-info/phones/pair")
    desk.see("#confirm[data-kind=anew]")


def test_the_form_goes_when_the_time_is_up(live: LiveHouse, desk: Desk) -> None:
    desk.signs_in("bob")
    desk.see("#exemption")

    live.server.advance(121)

    desk.is_told("expired")
    expect(desk.page.locator("#exemption")).to_be_hidden()
    # And what leads to a phone is still there, also after a look at the page anew; there was none to say OK too late
    for _ in range(2):
        steps = desk.page.locator("[data-face=expired] .steps")
        expect(steps).to_be_visible()
        expect(desk.page.get_by_text("An OK that comes now")).to_be_hidden()
        expect(desk.page.get_by_role("link", name="Sign in again")).to_be_visible()
        desk.page.reload()
