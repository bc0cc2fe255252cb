"""What is only ever the answer to a form, and every error, held against axe in light and dark and against 320 px.

Each is reached as somebody at a browser reaches it, on a real server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from astrow2fa.core.policy import Mode
from tests.support.access import complaints
from tests.support.chromium import Desk
from tests.support.live import LiveHouse
from tests.support.site import Site

USERS = "/system/users"


def _sends(desk: Desk, path: str, form: str = "main form[method=post]") -> None:
    """Presses the first button of a form of that page, whatever the browser thinks of what is in it."""
    desk.page.goto(f"{desk.url}{path}")
    desk.page.evaluate("for (const form of document.forms) form.noValidate = true")
    desk.page.locator(f"{form} button[type=submit]").first.click()


def _ticks(desk: Desk, *names: str) -> None:
    desk.page.goto(f"{desk.url}{USERS}")
    for name in names:
        desk.page.check(f"tr[data-user={name}] input")


def _mobile_for_many(desk: Desk) -> None:
    _ticks(desk, "bob", "dora")
    desk.page.click("button[value=assign]")
    expect(desk.see("#notice")).to_contain_text("print invitations")


def _sheets_for_many(desk: Desk) -> None:
    _ticks(desk, "anna", "bob", "charlie")
    desk.page.click("button[formaction$=sheets]")
    expect(desk.page.locator(".invitation")).to_have_count(2)
    desk.see("#left-out")


def _nobody_to_be_invited(desk: Desk) -> None:
    _ticks(desk, "anna")
    desk.page.click("button[formaction$=sheets]")
    expect(desk.see("main")).to_contain_text("There is nobody here to be invited.")


def _sheets_of_the_preview(desk: Desk) -> None:
    _sends(desk, "/system/settings/security/preview", "form[action$=invitations]")
    expect(desk.page.locator(".invitation[data-user=charlie]")).to_be_visible()


def _imported(desk: Desk) -> None:
    desk.page.goto(f"{desk.url}{USERS}/import")
    lines = "user_name,display_name,email,kinds\neve,Eve Evers,eve@example.org,ess+mobile\n"
    file = {"name": "users.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    desk.page.set_input_files("input[type=file]", file)  # type: ignore[arg-type]
    desk.page.click("#import-form button[type=submit]")
    desk.page.click("#run button")
    expect(desk.see("#notice")).to_contain_text("1 user was created.")


def _a_pairing_code(desk: Desk) -> None:
    desk.page.goto(f"{desk.url}{USERS}")
    desk.page.click("tr[data-user=bob] a")
    desk.page.click("form[action$=pairing-code] button")
    desk.see("#pairing-code")


def _a_new_password(desk: Desk) -> None:
    desk.page.goto(f"{desk.url}{USERS}/new")
    desk.page.fill("#name", "grace")
    desk.page.locator("main form[method=post] button[type=submit]").first.click()
    desk.see("#generated-password")


ANSWERS = [
    _mobile_for_many,
    _sheets_for_many,
    _nobody_to_be_invited,
    _sheets_of_the_preview,
    _imported,
    _a_pairing_code,
    _a_new_password,
]


@pytest.mark.parametrize("reach", ANSWERS, ids=lambda reach: reach.__name__.strip("_"))
def test_an_answer_is_open_to_everybody(anna: Desk, reach: Callable[[Desk], None]) -> None:
    reach(anna)

    assert complaints(anna.page) == {}


def test_pairing_is_open_to_everybody(site: Site, machine: Browser) -> None:
    # Given somebody without a phone, who has just typed the password
    desk = Desk(machine, site.live.url)
    try:
        desk.signs_in("charlie")
        desk.is_in()
        desk.page.goto(f"{desk.url}/my-info/phones/pair")
        desk.see("#pairing-link")

        assert complaints(desk.page) == {}
    finally:
        desk.leaves()


def test_invitations_are_printed_dark_on_white_without_what_is_to_be_pressed(anna: Desk) -> None:
    # Given a browser in the dark
    _sheets_for_many(anna)
    anna.page.emulate_media(color_scheme="dark", media="print")
    try:
        # Then
        for gone in ("header", "footer", "nav.areas", "#print", "#left-out"):
            expect(anna.page.locator(gone)).to_be_hidden()
        paper, ink = anna.page.evaluate(
            """() => [
              getComputedStyle(document.querySelector(".invitation")).backgroundColor,
              getComputedStyle(document.querySelector(".invitation h2")).color,
            ]"""
        )
        assert (paper, ink) == ("rgb(255, 255, 255)", "rgb(20, 32, 46)")
    finally:
        anna.page.emulate_media(color_scheme="light", media="screen")


@pytest.fixture(scope="module")
def dora(site: Site, machine: Browser) -> Iterator[Desk]:
    """Signed in, with no permission at all."""
    desk = Desk(machine, site.live.url)
    desk.signs_in("dora")
    desk.is_in()
    yield desk
    desk.leaves()


def _sends_as_token(desk: Desk, token: str) -> None:
    desk.page.goto(f"{desk.url}/my-info/security")
    desk.page.evaluate("token => document.querySelector('#logout [name=csrf_token]').value = token", token)
    desk.page.click("#logout button")


def _a_stale_form(_site: Site, desk: Desk) -> None:
    _sends_as_token(desk, "stale")


def _no_permission(_site: Site, desk: Desk) -> None:
    desk.page.goto(f"{desk.url}{USERS}")


def _no_such_page(_site: Site, desk: Desk) -> None:
    desk.page.goto(f"{desk.url}/no/such/page")


def _forms_only(_site: Site, desk: Desk) -> None:
    desk.page.goto(f"{desk.url}/logout")


def _too_large(_site: Site, desk: Desk) -> None:
    _sends_as_token(desk, "x" * 300_000)


def _full_disk(site: Site, desk: Desk) -> None:
    desk.page.goto(f"{desk.url}/my-info/security")
    with site.live.server.full_disk():
        desk.page.click("#logout button")
        desk.see("#error")


ERRORS = [
    (_a_stale_form, "400", "/my-info/security"),
    (_no_permission, "403", "/"),
    (_no_such_page, "404", "/"),
    (_forms_only, "405", "/"),
    (_too_large, "413", "/my-info/security"),
    (_full_disk, "503", "/my-info/security"),
]


@pytest.mark.parametrize(("reach", "status", "out"), ERRORS, ids=[status for _reach, status, _out in ERRORS])
def test_an_error_is_open_to_everybody_and_the_keyboard_leads_out(
    site: Site, dora: Desk, reach: Callable[[Site, Desk], None], status: str, out: str
) -> None:
    reach(site, dora)
    _is_good(dora, status)
    # When she goes on with the keyboard: past the skip link and the name of the product
    dora.page.keyboard.press("Tab")
    dora.page.keyboard.press("Enter")
    dora.page.keyboard.press("Tab")
    dora.page.keyboard.press("Enter")
    # Then
    expect(dora.page).to_have_url(f"{dora.url}{out}")
    dora.is_in()


def _is_good(desk: Desk, status: str) -> None:
    expect(desk.see("#error")).to_have_attribute("data-status", status)
    expect(desk.page.locator("h1")).to_have_count(1)
    assert desk.page.title().startswith(desk.page.locator("h1").inner_text())
    assert complaints(desk.page) == {}


def test_too_many_tries_are_open_to_everybody(
    machine: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # Given a server that lets an address be wrong once an hour
    live = LiveHouse(tmp_path_factory.mktemp("strict"), Mode.OFF, ASTROW2FA_LIMITS="login.address=1/hour")
    desk = Desk(machine, live.url)
    try:
        desk.signs_in("anna", "wrong")
        desk.see("#error-summary")
        # Then the second time is told on the form, and whoever goes on is told at the door
        desk.signs_in("anna", "wrong")
        expect(desk.see("#error-summary")).to_contain_text("Too many tries.")
        assert complaints(desk.page) == {}
        desk.signs_in("anna", "wrong")
        _is_good(desk, "429")
        desk.page.get_by_role("link", name="Go to the sign-in").click()
        desk.see("#sign-in")
    finally:
        desk.leaves()
        live.close()
