"""What an administrator sees while others sign in."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.support.chromium import Desk, Palm, Person
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
    # When he gives up
    bob.page.click("form[action='/login/cancel'] button")
    # Then his row says so, and goes
    expect(row.locator("[data-is=outcome]")).to_have_text("withdrawn")
    expect(desk.page.locator("#waiting-count")).to_have_text("0")
    desk.see("#newer")
    expect(row).to_have_count(0)
    # When Anna may look no longer
    live.operator.may("anna")
    with live.parts.store.write() as work:
        work._connection.exec_driver_sql("DELETE FROM user_roles")  # type: ignore[attr-defined]
    # Then the page says that it stands still
    desk.see("#live [data-live=no]")
