"""When every word is two fifths longer, no page is wider than its screen and no button loses a letter."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.support.acts import asked, says_no, says_ok
from tests.support.chromium import PALM, Desk, Palm, Person
from tests.support.live import LiveHouse
from tests.support.longer import STANDS_FOR, longer, write

WIDTHS = (390, 1280)
PAGES = (
    "/",
    "/my-info/security",
    "/my-info/phones/pair",
    "/my-info/confirm",
    "/system/overview",
    "/system/settings/security",
    "/system/settings/security/preview",
    "/system/settings/push",
    "/system/users",
    "/system/users/1",
    "/system/users/new",
    "/system/users/import",
    "/system/users/2/exempt",
    "/system/roles",
    "/system/roles/new",
    "/system/sign-ins",
    "/system/log",
    "/system/licences",
    "/nowhere",
)
CUT = """() => {
  const cut = [];
  const seen = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  if (document.documentElement.scrollWidth > innerWidth) cut.push(`page: ${document.documentElement.scrollWidth}`);
  const all = "button, .button, summary, select, th, dt, .tag, .badge, h1, h2, label";
  for (const each of document.querySelectorAll(all)) {
    const box = each.getBoundingClientRect();
    if (!seen(each) || each.closest(".visually-hidden") || each.classList.contains("skip") || box.width < 2) continue;
    if ((each.closest("thead")?.clientWidth ?? 9) < 2) continue; // there for who does not see it
    const why = [];
    if (each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== "inline") why.push("wide");
    if (each.scrollHeight > each.clientHeight + 2 && getComputedStyle(each).overflowY !== "visible") why.push("high");
    if (box.left < -1 || box.right > innerWidth + 1) why.push("outside");
    const what = `${each.tagName} ${each.id || each.className}: ${each.textContent.trim().slice(0, 60)}`;
    if (why.length) cut.push(`${why} ${what}`);
  }
  return cut;
}"""
"""What is wider than its place, or cut off in it."""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHouse]:
    words = write(tmp_path_factory.mktemp("words"))
    house = LiveHouse(tmp_path_factory.mktemp("journey"), WORDS=str(words))
    yield house
    house.close()


@pytest.fixture
def speaking(people: Callable[..., Person], live: LiveHouse) -> Callable[..., Person]:
    """Makes people whose browser was set to it."""

    def make(kind: type[Person], **options: object) -> Person:
        person = people(kind, **options)
        person.context.add_cookies([{"name": "astrow2fa-language", "value": STANDS_FOR, "url": live.url}])
        return person

    return make


def cut(page: Page, *widths: int) -> dict[int, list[str]]:
    found = {}
    page.wait_for_load_state()
    for width in widths or WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found[width] = page.evaluate(CUT)
    return {width: what for width, what in found.items() if what}


def is_longer(page: Page, words: str) -> None:
    assert longer(words) in page.locator("body").inner_text()


def test_the_pages(speaking: Callable[..., Desk], live: LiveHouse) -> None:
    phone = live.phone("anna")
    live.phone("bob")
    desk = speaking(Desk)
    desk.page.goto(f"{desk.url}/login")
    is_longer(desk.page, "Afterwards your phone may ask you to confirm that it is you.")
    told = {"/login": cut(desk.page)}
    desk.signs_in("anna", "wrong")
    desk.see("#error-summary")
    told["refused"] = cut(desk.page)
    desk.signs_in("anna")
    desk.waits()
    told["waiting"] = cut(desk.page)
    says_ok(live.operator, phone, asked(live.operator, "anna"))
    desk.is_in()
    for path in PAGES:
        desk.page.goto(f"{desk.url}{path}")
        told[path] = cut(desk.page)

    assert {name: what for name, what in told.items() if what} == {}


def test_the_faces_of_the_waiting_screen(speaking: Callable[..., Desk], live: LiveHouse) -> None:
    who = live.newcomer()
    desk = speaking(Desk)
    desk.signs_in(who)
    desk.see("[data-face=stranded]")
    told = {"stranded": cut(desk.page)}
    phone = live.phone(who)
    desk.signs_in(who)
    desk.waits()
    says_no(live.operator, phone, asked(live.operator, who))
    desk.is_told("denied")
    told["denied"] = cut(desk.page)

    assert {name: what for name, what in told.items() if what} == {}


def test_the_app(speaking: Callable[..., Palm], live: LiveHouse, link: Callable[[str], str]) -> None:
    who = live.newcomer()
    palm = speaking(Palm)
    palm.page.goto(f"{palm.url}/mobile/")
    palm.see("#screen-welcome")
    is_longer(palm.page, "Make this your phone for Astrow")
    told = {"welcome": cut(palm.page, PALM["width"])}
    palm.page.click("#to-typed")
    palm.see("#screen-typed")
    told["typed"] = cut(palm.page, PALM["width"])
    palm.page.goto(link(who))
    palm.see("#screen-pair")
    told["pair"] = cut(palm.page, PALM["width"])
    palm.page.click("#pair-go")
    palm.see("#screen-outcome")
    told["paired"] = cut(palm.page, PALM["width"])
    palm.is_ready()
    told["idle"] = cut(palm.page, PALM["width"])
    palm.page.click("#notify-open")
    palm.see("#screen-notify")
    told["notify"] = cut(palm.page, PALM["width"])
    palm.page.click("#notify-later")
    live.browser().signs_in(who)
    palm.is_asked()
    told["request"] = cut(palm.page, PALM["width"])
    palm.cancels()
    palm.is_told()
    told["refused"] = cut(palm.page, PALM["width"])
    palm.page.click("#outcome-first")
    palm.see("#screen-password")
    told["password"] = cut(palm.page, PALM["width"])
    palm.page.click("#back")
    palm.see("#screen-security")
    palm.see("#phones [data-this]")
    told["security"] = cut(palm.page, PALM["width"])

    assert {name: what for name, what in told.items() if what} == {}


def test_it_is_two_fifths_longer_and_keeps_what_is_filled_in() -> None:
    assert longer("Hello %(name)s, {minutes} min") == "Hëllöëë %(name)s, {minutes} mîñëë"
