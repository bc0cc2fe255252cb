"""A second phone is paired: what the first one says of it, open, closed meanwhile, and woken."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.support.access import complaints
from tests.support.chromium import Palm, Person
from tests.support.house import PASSWORD
from tests.support.live import LiveHouse
from tests.support.woken import Woken

ADDED = "A phone was added to your account"
HAS_SEEN = """(wanted) => new Promise((resolve) => {
  const opening = indexedDB.open("astrow-mobile");
  opening.onsuccess = () => {
    const all = opening.result.transaction("phone").objectStore("phone").getAll();
    all.onsuccess = () => {
      opening.result.close();
      const found = all.result.map(({ seen }) => seen?.length ?? null);
      resolve(JSON.stringify(found) === JSON.stringify(wanted));
    };
  };
})"""
FORGET = """() => new Promise((resolve) => {
  const opening = indexedDB.open("astrow-mobile");
  opening.onsuccess = () => {
    const transaction = opening.result.transaction("phone", "readwrite");
    const store = transaction.objectStore("phone");
    const all = store.getAll();
    all.onsuccess = () => all.result.forEach(({ seen, arrived, ...rest }) => store.put(rest, rest.device_id));
    transaction.oncomplete = () => { opening.result.close(); resolve(); };
  };
})"""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHouse]:
    """One server for this file: every test has a user of its own."""
    house = LiveHouse(tmp_path_factory.mktemp("journey"))
    yield house
    house.close()


@pytest.fixture
def who(live: LiveHouse) -> str:
    return live.newcomer()


def told(palm: Palm) -> Locator:
    return palm.page.locator("#newcomers > *")


def has_seen(palm: Palm, *phones: int) -> None:
    """Its records know of so many phones each."""
    palm.page.wait_for_function(HAS_SEEN, arg=list(phones))


def opens(palm: Palm) -> None:
    palm.page.goto(f"{palm.url}/mobile/")
    palm.is_ready()


def test_the_first_phone_says_it_until_its_user_says_that_it_was_right(
    people: Callable[..., Person], link: Callable[[str], str], palm: Palm, who: str
) -> None:
    # Given the first phone, open
    has_seen(palm, 1)
    # When a second one is paired
    second = people(Palm)
    assert isinstance(second, Palm)
    second.pairs(link(who))
    # Then the first one says so, and the second one of neither
    expect(told(palm)).to_have_count(1)
    expect(told(palm)).to_contain_text("If that was not you, somebody knows your password")
    has_seen(second, 2)
    expect(told(second)).to_have_count(0)
    assert complaints(palm.page) == {}
    palm.shoot("phone-new-phone")
    # And still, when it was loaded anew, and on the way to the list of phones
    palm.page.reload()
    palm.is_ready()
    expect(told(palm)).to_have_count(1)
    told(palm).get_by_role("button", name="Look at My Info – Security").click()
    expect(palm.page.locator("#phones [data-phone]")).to_have_count(2)
    expect(palm.page.locator("#group-phones-title")).to_be_focused()
    palm.page.click("#back")
    # When its user puts it away
    told(palm).get_by_role("button", name="It was me").click()
    # Then it is gone, now and at the next start
    expect(told(palm)).to_have_count(0)
    expect(palm.page.locator("#screen-idle h1")).to_be_focused()
    palm.page.reload()
    palm.is_ready()
    palm.see("body[data-connection=online]")
    has_seen(palm, 2)
    expect(told(palm)).to_have_count(0)


def test_whoever_removes_that_phone_has_put_it_away(live: LiveHouse, palm: Palm, who: str) -> None:
    # Given
    has_seen(palm, 1)
    burner = live.phone(who, "Burner")
    told(palm).get_by_role("button", name="Look at My Info – Security").click()
    # When
    palm.page.locator(f"[data-phone='{burner.id}']").get_by_role("button", name="Remove").click()
    palm.page.fill("#ask-password", PASSWORD)
    palm.page.click("#ask-yes")
    # Then
    expect(palm.page.locator("#phones [data-phone]")).to_have_count(1)
    palm.page.click("#back")
    expect(told(palm)).to_have_count(0)


def test_a_phone_that_was_closed_meanwhile_says_it_when_it_is_opened(
    live: LiveHouse, palm: Palm, who: str
) -> None:
    # Given the app closed
    has_seen(palm, 1)
    Woken(palm).app_is_closed()
    # When
    live.phone(who, "Burner")
    opens(palm)
    # Then
    expect(told(palm)).to_have_count(1)
    expect(told(palm)).to_contain_text("Burner")


def test_at_the_first_look_after_an_update_of_the_app_nothing_is_said(
    live: LiveHouse, palm: Palm, who: str
) -> None:
    # Given two phones, of which everybody has been told, and a record from before they were kept
    has_seen(palm, 1)
    live.phone(who, "Tablet")
    expect(told(palm)).to_have_count(1)
    Woken(palm).app_is_closed()
    palm.page.evaluate(FORGET)
    # When
    opens(palm)
    # Then
    has_seen(palm, 2)
    expect(told(palm)).to_have_count(0)
    # And from then on it is
    live.phone(who, "Burner")
    expect(told(palm)).to_have_count(1)
    expect(told(palm)).to_contain_text("Burner")


def test_two_users_in_one_app_are_told_apart(
    live: LiveHouse, palm: Palm, who: str, link: Callable[[str], str]
) -> None:
    # Given the phone of two users
    other = live.newcomer()
    palm.page.click("#to-security")
    palm.page.click("#add-account")
    palm.see("#screen-welcome")
    palm.pairs(link(other))
    has_seen(palm, 1, 1)
    # When both get another one
    for name in (who, other):
        live.phone(name, "Burner")
    # Then
    expect(told(palm)).to_have_count(2)
    mine = told(palm).filter(has_text=other.title())
    expect(mine).to_have_count(1)
    # And each leads to the phones of its own user
    mine.get_by_role("button", name="Look at My Info – Security").click()
    expect(palm.page.locator("#accounts [aria-pressed=true]")).to_have_text(other.title())
    palm.page.click("#back")
    # And is put away alone
    mine.get_by_role("button", name="It was me").click()
    expect(told(palm)).to_have_count(1)
    expect(told(palm)).to_contain_text(who.title())


def test_this_phone_paired_anew_says_nothing_of_itself(
    palm: Palm, who: str, link: Callable[[str], str]
) -> None:
    has_seen(palm, 1)
    # When
    palm.pairs(link(who))
    # Then
    palm.see("body[data-connection=online]")
    has_seen(palm, 1)
    expect(told(palm)).to_have_count(0)


def test_a_push_says_it_on_the_locked_screen_and_leads_to_the_phones(
    live: LiveHouse, palm: Palm, who: str
) -> None:
    # Given a closed app
    has_seen(palm, 1)
    phone = Woken(palm).app_is_closed()
    live.phone(who, "Burner")
    # When
    phone.gets("paired")
    # Then
    (shown,) = phone.shows(ADDED)
    assert (shown["tag"], shown["data"]) == ("paired", {"kind": "phones"})
    # And the app says it too, and takes it away from there with its own
    opens(palm)
    told(palm).get_by_role("button", name="It was me").click()
    phone.shows()


def test_pressing_it_opens_the_list_of_phones(live: LiveHouse, palm: Palm, who: str) -> None:
    # Given the app open
    has_seen(palm, 1)
    phone = Woken(palm)
    live.phone(who, "Burner")
    expect(told(palm)).to_have_count(1)
    phone.gets("paired")
    phone.shows(ADDED)
    # When
    phone.presses("paired")
    # Then
    expect(palm.page.locator("#phones [data-phone]")).to_have_count(2)
    expect(palm.page.locator("#group-phones-title")).to_be_focused()
