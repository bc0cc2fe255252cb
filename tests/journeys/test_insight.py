"""What an administrator sees while others sign in, on pages that are left open."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from astrow2fa.services import accounts
from tests.support.browser import RobotBrowser
from tests.support.chromium import COMING_BACK_MS, Desk, Palm, Person
from tests.support.live import LiveHouse


def test_sign_ins_come_and_go_on_a_page_that_is_open(
    people: Callable[..., Person], live: LiveHouse, desk: Desk, palm: Palm
) -> None:
    # Given Anna, who looks at the sign-ins
    desk.signs_in("anna")
    palm.says_ok(desk.waits())
    desk.is_in()
    desk.page.goto(f"{desk.url}/system/sign-ins")
    desk.see("#live [data-live=yes]")
    desk.see("#nobody-waits")
    # When Bob signs in
    bob = people(Desk)
    assert isinstance(bob, Desk)
    bob.signs_in("bob")
    # Then he appears without a reload
    row = desk.page.locator("#waiting-rows > li", has_text="bob")
    expect(row).to_be_visible()
    expect(row.locator("time")).not_to_be_empty()
    expect(desk.page.locator("#waiting-count")).to_have_text("1")
    desk.shoot("sign-ins-live")
    # When he gives up, while the keyboard is on his row (which keeps it longer than its five seconds)
    row.locator("a").focus()
    bob.page.click("form[action='/login/cancel'] button")
    # Then his row says so, and goes
    expect(row.locator("[data-is=outcome]")).to_have_text("withdrawn")
    expect(desk.page.locator("#waiting-count")).to_have_text("0")
    desk.see("#newer")
    desk.page.locator("h1").click()
    expect(row).to_have_count(0)
    # When Anna may look no longer
    live.operator.may("anna")
    with live.parts.store.write() as work:
        work._connection.exec_driver_sql("DELETE FROM user_roles")  # type: ignore[attr-defined]
    # Then the page says that it stands still
    desk.see("#live [data-live=no]")


def test_the_overview_follows_what_happens_and_says_only_alerts(
    people: Callable[..., Person], live: LiveHouse, desk: Desk, palm: Palm
) -> None:
    # Given Anna, with the overview open
    live.operator.set("disable_after_failed", "0")
    desk.signs_in("anna")
    palm.says_ok(desk.waits())
    desk.is_in()
    desk.page.goto(f"{desk.url}/system/overview")
    desk.see("#live [data-live=yes]")
    desk.see("#no-alerts")
    waiting, asked = (desk.page.locator(f"[data-now={name}]") for name in ("waiting", "asked"))
    expect(waiting).to_have_text("0")
    expect(asked).to_have_text("1")
    # When Bob signs in
    bob = people(Desk)
    assert isinstance(bob, Desk)
    bob.signs_in("bob")
    # Then he is counted, and nobody is interrupted by that
    expect(waiting).to_have_text("1")
    expect(asked).to_have_text("2")
    said = desk.page.locator("#alert-said")
    expect(said).to_be_empty()
    assert desk.page.locator("[role=status] [data-now], [aria-live] [data-now]").count() == 0
    # When somebody guesses
    _guesses(live, 10)
    # Then that comes, and is said
    alert = desk.page.locator("#alerts > [data-alert=passwords-of-user]")
    expect(alert).to_contain_text("10 wrong passwords for dora within an hour.")
    expect(said).to_contain_text("10 wrong passwords for dora")
    expect(alert.locator("time")).not_to_be_empty()
    desk.shoot("overview-live")
    # When it goes on while the keyboard is there
    look = alert.locator("a")
    look.focus()
    _guesses(live, 1)
    # Then it is counted on the spot
    expect(alert).to_contain_text("11 wrong passwords for dora")
    expect(look).to_be_focused()
    expect(said).to_contain_text("10 wrong passwords for dora")


def _guesses(live: LiveHouse, times: int) -> None:
    for number in range(times):
        RobotBrowser(live.operator.app, f"203.0.113.{number + 1}").signs_in("dora", "wrong")


def test_the_overview_is_right_again_after_the_server_was_away(
    people: Callable[..., Person], live: LiveHouse, desk: Desk, palm: Palm
) -> None:
    # Given Anna, with the overview open, and Bob, who waits
    desk.signs_in("anna")
    palm.says_ok(desk.waits())
    desk.is_in()
    bob = people(Desk)
    assert isinstance(bob, Desk)
    bob.signs_in("bob")
    bob.waits()
    desk.page.goto(f"{desk.url}/system/overview")
    waiting = desk.page.locator("[data-now=waiting]")
    expect(waiting).to_have_text("1")
    desk.see("#live [data-live=yes]")
    # When the server dies, and Bob waits no more when it comes back
    live.server.kill()
    desk.see("#live [data-live=no]")
    accounts.disable(live.parts, "bob")
    live.server.start()
    # Then the page knows
    expect(waiting).to_have_text("0", timeout=COMING_BACK_MS)
    desk.see("#live [data-live=yes]")
