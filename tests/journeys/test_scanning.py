"""The camera of the app, and a real QR code held before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.camera import film
from tests.support.chromium import ARGUMENTS, CHROMIUM, COMING_BACK_MS, Desk, Palm
from tests.support.live import LiveHouse

Seeing = Callable[[str], Palm]
OTHER = "ufBa1zb7eRYDIGO6cy5eow"


@pytest.fixture
def seeing(machine: Browser, live: LiveHouse, tmp_path: Path) -> Iterator[Seeing]:
    """Makes the owner of a phone that sees a QR code, changed between two looks by `show`."""
    path = film("nothing yet", tmp_path / "camera.y4m")
    eyes = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={path}",
    )
    browser = machine.browser_type.launch(
        executable_path=CHROMIUM, args=[*ARGUMENTS, *eyes], timeout=COMING_BACK_MS
    )
    palm = Palm(browser, live.url)

    def show(text: str) -> Palm:
        film(text, path)
        return palm

    yield show
    palm.leaves()
    browser.close()


def pending(live: LiveHouse) -> str:
    return str(next(row["id"] for row in live.operator.rows("confirmations") if row["state"] == "pending"))


def test_a_phone_is_paired_by_scanning_the_code(seeing: Seeing, link: Callable[[str], str]) -> None:
    # Given the code of the pairing page before the camera
    palm = seeing(link("anna"))
    palm.page.goto(f"{palm.url}/mobile/")
    # When
    palm.page.click("#to-scan")
    # Then
    palm.see("#screen-pair")
    palm.page.click("#pair-go")
    palm.is_ready()


def test_the_scanned_number_is_filled_in_and_ok_is_still_to_be_said(
    seeing: Seeing, live: LiveHouse, link: Callable[[str], str], desk: Desk
) -> None:
    # Given
    palm = seeing("nothing yet")
    palm.pairs(link("anna"))
    desk.signs_in("anna")
    number = desk.waits()
    palm.is_asked()
    # When the code beside the number is scanned
    seeing(f"{live.url}/mobile/#number={pending(live)}.{number}")
    palm.page.click("#number-scan")
    # Then the number is there, and nothing is approved
    expect(palm.page.locator("#number")).to_have_value(number)
    assert desk.waits() == number
    palm.shoot("phone-scanned")
    # And OK does the rest
    palm.says_ok()
    desk.is_in()


def test_scanned_number_of_another_request_fills_nothing(
    seeing: Seeing, live: LiveHouse, link: Callable[[str], str], desk: Desk
) -> None:
    """A code shown by an attacker names a request of theirs, which this phone was not asked about."""
    # Given
    palm = seeing("nothing yet")
    palm.pairs(link("anna"))
    desk.signs_in("anna")
    desk.waits()
    palm.is_asked()
    # When
    seeing(f"{live.url}/mobile/#number={OTHER}.123456")
    palm.page.click("#number-scan")
    # Then
    expect(palm.see("#scan-error")).to_contain_text("not waiting on this phone")
    palm.shoot("phone-scan")
    palm.page.click("#scan-type")
    palm.is_asked()
    expect(palm.page.locator("#number")).to_have_value("")


def test_a_code_that_is_not_ours_is_named(seeing: Seeing) -> None:
    palm = seeing("https://login.example.org/mobile/#pair=abc&key=def")
    palm.page.goto(f"{palm.url}/mobile/")
    palm.page.click("#to-scan")
    expect(palm.see("#scan-error")).to_contain_text("login.example.org")
    # When it is something else altogether
    palm.page.click("#scan-type")
    palm.see("#screen-typed")
    seeing("WIFI:S:guest;;")
    palm.page.click("#typed-scan")
    expect(palm.see("#scan-error")).to_contain_text("not one of Astrow")


def test_without_a_camera_there_are_words_and_a_way(people) -> None:  # type: ignore[no-untyped-def]
    # Given a machine that has none
    palm = people(Palm)
    palm.page.goto(f"{palm.url}/mobile/")
    # When
    palm.page.click("#to-scan")
    # Then
    expect(palm.see("#scan-error")).to_contain_text("ype instead")
    palm.see("#scan-again")
    palm.page.click("#scan-type")
    palm.see("#screen-typed")


def test_a_number_link_opened_outside_the_app_fills_only_what_is_listed(
    live: LiveHouse, desk: Desk, palm: Palm
) -> None:
    # Given a request
    desk.signs_in("anna")
    number = desk.waits()
    palm.is_asked()
    # When the phone's own camera opens the link of another one
    palm.page.goto(f"{palm.url}/mobile/#number={OTHER}.123456")
    # Then
    expect(palm.see("#request-error")).to_contain_text("not waiting on this phone")
    expect(palm.page.locator("#number")).to_have_value("")
    # When it is the right one
    palm.page.goto(f"{palm.url}/mobile/#number={pending(live)}.{number}")
    # Then
    expect(palm.page.locator("#number")).to_have_value(number)
    assert palm.page.url == f"{palm.url}/mobile/"
