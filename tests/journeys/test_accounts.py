"""One phone, two users: a consultant with an account of her own and one of a team."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from astrow2fa.services import phones
from tests.support.chromium import Desk, Palm
from tests.support.live import LiveHouse
from tests.support.woken import Woken

ASKED = "Is this you, signing in?"


def test_requests_of_both_users_come_to_one_phone(
    live: LiveHouse, people: Callable[..., Desk], palm: Palm, link: Callable[[str], str]
) -> None:
    # Given Anna's phone, paired for Bob too from My Info – Security
    palm.page.click("#to-security")
    palm.page.click("#add-account")
    palm.see("#screen-welcome")
    palm.pairs(link("bob"))
    # When both sign in
    annas, bobs = people(Desk), people(Desk)
    annas.signs_in("anna")
    annas.waits()
    palm.is_asked()
    bobs.signs_in("bob")
    number = bobs.waits()
    # Then each request says whose it is
    palm.page.click("#to-list")
    expect(palm.page.locator("#cards > *")).to_have_count(2)
    palm.shoot("phone-two-users")
    card = palm.page.locator("#cards > *", has_text="Bob Boer")
    # And an OK is for that user alone
    card.locator(".card-link").click()
    palm.says_ok(number)
    bobs.is_in()
    annas.waits()


def test_both_accounts_are_woken_and_switched_between(
    live: LiveHouse, people: Callable[..., Desk], palm: Palm, link: Callable[[str], str]
) -> None:
    # Given
    palm.pairs(link("bob"))
    palm.page.click("#to-security")
    accounts = palm.page.locator("#accounts button")
    expect(accounts).to_have_text(["Anna Ansen", "Bob Boer"])
    # When Bob's page is chosen
    accounts.nth(1).click()
    # Then it is his phones that are listed
    expect(accounts.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(palm.page.locator("#phones [data-phone]")).to_have_count(1)
    palm.shoot("phone-accounts")
    # And a push about him finds his request, and Cancel is signed by his key
    phone = Woken(palm).app_is_closed()
    desk = people(Desk)
    desk.signs_in("bob")
    desk.waits()
    asked = str(next(r["id"] for r in live.operator.rows("confirmations") if r["state"] == "pending"))
    phone.gets("confirmation", asked)
    (shown,) = phone.shows(ASKED)
    assert "Bob Boer" in shown["body"]
    phone.presses(asked, "cancel")
    desk.is_told("denied")


def test_a_phone_removed_for_one_user_goes_on_for_the_other(
    live: LiveHouse, people: Callable[..., Desk], palm: Palm, link: Callable[[str], str]
) -> None:
    # Given
    palm.pairs(link("bob"))
    # When Anna's pairing is removed elsewhere
    annas = live.operator.id_of("anna")
    (device,) = phones.overview(live.parts, annas).phones
    phones.revoke(live.parts, annas, device.id)
    palm.page.reload()
    # Then the phone says whose, and works for Bob
    expect(palm.see("#screen-outcome")).to_contain_text("Anna Ansen")
    palm.page.click("#outcome-first")
    palm.see("#screen-idle")
    desk = people(Desk)
    desk.signs_in("bob")
    palm.says_ok(desk.waits())
    desk.is_in()


def test_pairing_the_same_user_again_renews_it(palm: Palm, link: Callable[[str], str]) -> None:
    palm.pairs(link("anna"))
    palm.page.click("#to-security")
    expect(palm.page.locator("#phones [data-phone]")).to_have_count(1)
    expect(palm.page.locator("#accounts")).to_be_hidden()


def test_a_phone_of_the_version_before_keeps_its_key(palm: Palm) -> None:
    # Given the database as it was when a phone had one account
    palm.page.goto(f"{palm.url}/static/icon.svg")
    palm.page.evaluate(OLDER)
    # When the app is opened
    palm.page.goto(f"{palm.url}/mobile/")
    # Then it is the phone that it was
    palm.is_ready()
    expect(palm.page.locator("#screen-idle .who")).to_contain_text("Anna Ansen")
    expect(palm.page.locator("#connection")).to_have_text("Connected")


OLDER = """async () => {
  const settled = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const now = await settled(indexedDB.open("astrow-mobile"));
  const [{ paired_at, push_key, ...record }] = await settled(now.transaction("phone").objectStore("phone").getAll());
  now.close();
  await settled(indexedDB.deleteDatabase("astrow-mobile"));
  const opening = indexedDB.open("astrow-mobile", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("phone");
  const before = await settled(opening);
  await settled(before.transaction("phone", "readwrite").objectStore("phone").put(record, "this"));
  before.close();
}"""


def test_a_phone_is_renamed_and_all_sessions_are_ended_from_it(
    people: Callable[..., Desk], palm: Palm
) -> None:
    # Given two browsers of Anna's
    desks = [people(Desk), people(Desk)]
    for desk in desks:
        desk.signs_in("anna")
        palm.is_asked()
        palm.says_ok(desk.waits())
        desk.is_in()
        palm.is_told()  # what is asked before that does not come up by itself
    palm.page.goto(f"{palm.url}/mobile/#security")
    palm.see("#screen-security")
    # When the phone is given another name
    palm.page.locator("#phones [data-slot=rename]:visible").click()
    palm.page.fill("#ask-name", "Pocket")
    palm.shoot("phone-rename")
    palm.page.click("#ask-yes")
    # Then
    expect(palm.page.locator("#phones [data-slot=name]").first).to_have_text("Pocket")
    palm.shoot("phone-security")
    # When all sessions are ended
    palm.page.click("#end-all")
    palm.page.click("#ask-yes")
    # Then nobody is signed in any more
    expect(palm.page.locator("#sessions [data-session]")).to_have_count(0)
    expect(palm.page.locator("#end-all")).to_be_hidden()
    for desk in desks:
        desk.page.goto(f"{desk.url}/")
        assert desk.page.url.startswith(f"{desk.url}/login")
