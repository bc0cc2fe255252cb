"""The administrator's day: switching the policy on, a browser under Random, old passwords, closed accounts, a lapse."""

from __future__ import annotations

from playwright.sync_api import expect

from astrow2fa.core.policy import Mode
from tests.support.chromium import Desk, Palm
from tests.support.house import PASSWORD
from tests.support.live import LiveHouse

TAB = "/system/settings/security"


def test_always_is_switched_on_after_a_look_at_who_would_be_locked_out(  # type: ignore[no-untyped-def]
    people, live: LiveHouse, desk: Desk, palm: Palm
) -> None:
    # Given the policy Off, and Anna, an administrator with a phone
    live.operator.policy(Mode.OFF)
    desk.signs_in("anna")
    desk.is_in()
    desk.page.goto(f"{desk.url}{TAB}")
    desk.shoot("settings")
    # When she chooses Always
    desk.page.check("input[name=two_factor][value=always]")
    desk.page.locator("#security-form button[type=submit]").first.click()
    # Then nothing is saved before she has seen who could not sign in
    expect(desk.page.locator("main")).to_contain_text("bob")
    expect(desk.page.locator("main")).to_contain_text("dora")
    desk.shoot("preview")
    assert live.operator.parts.store.read().__enter__().settings.get().two_factor is Mode.OFF
    # When she saves all the same
    desk.page.check("input[name=confirm_lockout]")
    desk.page.locator("#security-form button[type=submit]").first.click()
    # Then sign-ins started from now on follow it, and hers goes on
    desk.see("#notice")
    desk.page.goto(desk.url)
    desk.is_in()
    other = people(Desk)
    other.signs_in("anna")
    other.waits()


def test_a_random_browser_is_let_through_as_drawn_and_asked_after_a_wrong_password(
    live: LiveHouse, desk: Desk, palm: Palm
) -> None:
    # Given a known browser, drawn to be let through
    desk.signs_in("anna")
    palm.says_ok(desk.waits())
    desk.is_in()
    palm.is_ready()
    live.operator.policy(Mode.RANDOM)
    with live.parts.store.write() as work:
        work._connection.exec_driver_sql("UPDATE recognised SET drawn = 0")  # type: ignore[attr-defined]
    # When it signs in again, it is in
    desk.page.click("#logout button")
    desk.see("#sign-in")
    desk.signs_in("anna")
    desk.is_in()
    # And after a wrong password it is asked
    desk.page.click("#logout button")
    desk.see("#sign-in")
    desk.signs_in("anna", "wrong")
    desk.see("#error-summary")
    desk.signs_in("anna")
    palm.says_ok(desk.waits())
    desk.is_in()


def test_an_expired_password_is_changed_after_the_confirmation(
    live: LiveHouse, desk: Desk, palm: Palm
) -> None:
    # Given a policy of thirty days, and a password that is older
    live.operator.set("use_password_policy", "yes").set("password_expires_days", "30")
    live.server.advance(31 * 86_400)
    # When Anna signs in, her phone is asked first
    desk.signs_in("anna")
    palm.says_ok(desk.waits())
    # Then a new password comes before everything else
    desk.see("#new-password")
    desk.page.goto(desk.url)
    desk.see("#new-password")
    desk.page.fill("#new_password", "another Zebra-9 walks")
    desk.page.fill("#confirm_password", "another Zebra-9 walks")
    desk.page.locator("#new-password button[type=submit]").click()
    desk.is_in()


def test_a_locked_account_is_opened_by_an_administrator(  # type: ignore[no-untyped-def]
    people, live: LiveHouse, desk: Desk, palm: Palm
) -> None:
    # Given Bob, locked by four wrong passwords
    stranger = people(Desk)
    for _ in range(4):
        stranger.signs_in("bob", "wrong")
        stranger.see("#error-summary")
    stranger.signs_in("bob")
    stranger.see("#error-summary")
    # When Anna unlocks him
    desk.signs_in("anna")
    palm.says_ok(desk.waits())
    desk.is_in()
    desk.page.goto(f"{desk.url}/system/users/{live.operator.id_of('bob')}")
    desk.shoot("user")
    desk.page.click("#sign-in form[action$=unlock] button")
    desk.see("#notice")
    # Then his password opens the waiting screen again
    stranger.signs_in("bob", PASSWORD)
    stranger.see("#waiting")


def test_a_disabled_account_is_reactivated(  # type: ignore[no-untyped-def]
    people, live: LiveHouse, desk: Desk, palm: Palm
) -> None:
    # Given Bob, whom Anna has suspended
    desk.signs_in("anna")
    palm.says_ok(desk.waits())
    desk.is_in()
    desk.page.goto(f"{desk.url}/system/users/{live.operator.id_of('bob')}")
    desk.page.click("#sign-in form[action$=suspend] button")
    desk.see("#notice")
    stranger = people(Desk)
    stranger.signs_in("bob")
    stranger.see("#error-summary")
    # When she finds him among the inactive ones and brings him back
    desk.page.goto(f"{desk.url}/system/users")
    expect(desk.page.locator("tr[data-user=bob]")).to_have_count(0)
    desk.page.select_option("#state", "inactive")
    desk.page.click("#filters button[type=submit]")
    desk.page.click("tr[data-user=bob] a")
    desk.page.click("#sign-in form[action$=reactivate] button")
    desk.see("#notice")
    # Then his password opens the waiting screen again
    stranger.signs_in("bob", PASSWORD)
    stranger.waits()
    # And Anna sees him wait
    desk.page.goto(f"{desk.url}/system/sign-ins")
    expect(desk.see("#waiting-now")).to_contain_text("bob")
    desk.shoot("sign-ins")


def test_a_licence_that_lapses_weakens_nothing_and_says_so(live: LiveHouse, desk: Desk, palm: Palm) -> None:
    # Given a licence that has ended
    live.server.advance(366 * 86_400)
    # When Anna signs in, she is asked as before
    desk.signs_in("anna")
    palm.says_ok(desk.waits())
    desk.is_in()
    # And the administrator's pages say what is missing
    desk.page.goto(f"{desk.url}/system/licences")
    expect(desk.page.locator("main")).to_contain_text("2 Factor Authentication")
    desk.shoot("licences")
    desk.page.goto(f"{desk.url}{TAB}")
    desk.see("#lapsed")
    expect(desk.page.locator("input[name=two_factor][value=random]")).to_be_disabled()
