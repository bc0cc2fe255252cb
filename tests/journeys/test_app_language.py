"""The language of a phone: chosen in the app, at once in everything it says, also while it is closed or offline."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.access import found
from tests.support.chromium import Desk, Palm

CONTROLLED = """() => new Promise((resolve) => {
  const { serviceWorker } = navigator;
  if (serviceWorker.controller) resolve(true);
  serviceWorker.addEventListener("controllerchange", () => resolve(true));
})"""
SPOKEN = """async () => {
  const name = (await caches.keys()).sort().at(-1);
  const kept = await (await (await caches.open(name)).match("/mobile/")).text();
  return kept.match(/<html lang="(\\w+)"/)[1];
}"""


def speaks(page: Page, code: str) -> None:
    expect(page.locator(f"html[lang={code}]")).to_be_attached()


def test_it_is_chosen_before_the_phone_is_paired(
    people: Callable[..., Palm], link: Callable[[str], str]
) -> None:
    palm = people(Palm)
    palm.page.goto(f"{palm.url}/mobile/")
    palm.see("#screen-welcome")

    palm.page.select_option("#welcome-language", "nl")

    speaks(palm.page, "nl")
    expect(palm.page.locator("#screen-welcome h1")).to_have_text("Maak hiervan uw telefoon voor Astrow")
    palm.pairs(link("anna"))
    speaks(palm.page, "nl")


def test_it_is_changed_at_once_and_kept_by_the_worker(palm: Palm, desk: Desk) -> None:
    # Given a paired phone, whose worker is at work
    assert palm.page.evaluate(CONTROLLED)
    palm.page.click("#to-security")
    palm.see("#security-groups")
    # When its user chooses French
    palm.page.select_option("#security-language", "fr")
    # Then the app speaks it, and what it opens with offline does too
    speaks(palm.page, "fr")
    palm.is_ready()
    assert palm.page.evaluate(SPOKEN) == "fr"
    # And so does the next question
    desk.signs_in("anna")
    palm.is_asked()
    expect(palm.page.locator("#screen-request h1")).to_have_text("Est-ce vous qui vous connectez\u202f?")
    palm.page.reload()
    speaks(palm.page, "fr")


def test_without_a_network_nothing_changes(palm: Palm) -> None:
    assert palm.page.evaluate(CONTROLLED)
    palm.page.click("#to-security")
    palm.see("#security-groups")
    palm.context.set_offline(True)

    palm.page.select_option("#security-language", "de")

    expect(palm.page.locator(".language .problem:visible")).to_have_text(
        "No connection. Check the network and try again."
    )
    expect(palm.page.locator("#security-language")).to_have_value("en")
    palm.context.set_offline(False)
    palm.page.reload()
    speaks(palm.page, "en")


def test_a_browser_is_set_at_the_sign_in_and_a_user_at_my_info(desk: Desk, palm: Palm) -> None:
    desk.page.goto(f"{desk.url}/login")
    desk.page.get_by_role("button", name="Norsk bokmål").click()
    speaks(desk.page, "nb")
    expect(desk.page.locator("#languages [aria-current]")).to_have_text("Norsk bokmål")
    clean(desk.page)
    desk.signs_in("anna")
    desk.waits()
    palm.says_ok(desk.waits())
    desk.is_in()
    desk.page.goto(f"{desk.url}/my-info/security")
    desk.page.select_option("#language", "de")
    desk.page.click("#choose-language button")
    speaks(desk.page, "de")
    expect(desk.page.locator("#notice")).to_have_text("Die Sprache ist gespeichert.")
    clean(desk.page)


def clean(page: Page) -> None:
    """Fails when axe finds anything."""
    assert found(page, {}) == []
