"""Every screen of the app, held against the WCAG rules that axe can check, in light and dark, at 360 px."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.support.access import RULES, found
from tests.support.chromium import Desk, Palm
from tests.support.house import PASSWORD
from tests.support.live import LiveHouse

SMALL = {"width": 360, "height": 640}
PICTURES = ("notify", "request", "security")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHouse]:
    """One server for this file: every test has a user of its own."""
    house = LiveHouse(tmp_path_factory.mktemp("journey"))
    yield house
    house.close()


@pytest.fixture
def who(live: LiveHouse) -> str:
    return live.newcomer()


def clean(palm: Palm, name: str) -> None:
    """Fails when axe finds anything on this screen, or when it is wider than the phone."""
    if name in PICTURES:
        palm.shoot(f"phone-{name}")
    for scheme in ("light", "dark"):
        palm.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        told = found(palm.page, {"runOnly": RULES})
        assert told == [], (name, scheme, told)
    width = palm.page.evaluate("document.documentElement.scrollWidth")
    assert width <= SMALL["width"], (name, width)


def test_pairing(people: Callable[..., Palm], link: Callable[[str], str], who: str) -> None:
    palm = people(Palm, size=SMALL)
    palm.page.goto(f"{palm.url}/mobile/")
    palm.see("#screen-welcome")
    clean(palm, "welcome")
    palm.page.click("#to-scan")
    palm.see("#scan-again")
    clean(palm, "no-camera")
    palm.page.click("#scan-type")
    palm.see("#screen-typed")
    clean(palm, "typed")
    palm.page.goto(link(who))
    palm.see("#screen-pair")
    clean(palm, "pair")
    palm.page.click("#pair-go")
    palm.see("#screen-outcome")
    clean(palm, "paired")


def test_working(
    people: Callable[..., Palm], live: LiveHouse, link: Callable[[str], str], who: str, desk: Desk
) -> None:
    palm = people(Palm, size=SMALL)
    palm.pairs(link(who))
    clean(palm, "idle")
    palm.page.click("#notify-open")
    palm.see("#screen-notify")
    clean(palm, "notify")
    palm.page.click("#notify-later")
    palm.pairs(link(live.newcomer()))
    desk.signs_in(who)
    desk.waits()
    palm.is_asked()
    clean(palm, "request")
    other = people(Desk)
    other.signs_in(who)
    palm.page.click("#to-list")
    palm.see("#screen-list")
    clean(palm, "list")
    palm.page.locator("#cards .card-link").first.click()
    palm.cancels()
    palm.see("#screen-outcome")
    clean(palm, "refused")
    palm.page.click("#outcome-second")
    palm.page.goto(f"{palm.url}/mobile/#security")
    palm.see("#screen-security")
    palm.see("#security-groups")
    clean(palm, "security")
    palm.page.locator("#phones [data-slot=action]:visible").last.click()
    palm.see("#ask")
    clean(palm, "ask")
    palm.page.click("#ask-no")
    palm.page.click("#to-password")
    palm.see("#screen-password")
    palm.page.fill("#current-password", PASSWORD)
    palm.page.fill("#new-password", "abc")
    clean(palm, "password")
