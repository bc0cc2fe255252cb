"""Two people at two machines, in one real Chromium: the browser that signs in, and the phone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from tests.support.house import PASSWORD
from tests.support.overheard import Overheard

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SCREENSHOTS = Path(__file__).parent.parent.parent / "docs" / "screenshots"
DESK = {"width": 1280, "height": 800}
PALM = {"width": 390, "height": 780}
PATIENCE_MS = 30_000
COMING_BACK_MS = 60_000
"""Between two tries to reach a server that was away, a browser lets up to twelve seconds pass, and the app up to 23."""

Motion = Literal["no-preference", "reduce"]
MOVING: Motion = "no-preference"
STILL: Motion = "reduce"
"""What moves is drawn sixty times a second for as long as somebody waits: a third of what a journey costs."""

# What the browser itself writes to the console when a server is away or a page answers with an error on purpose.
EXPECTED = (
    "An unknown error occurred when fetching the script",
    "Failed to load resource",
    "WebSocket connection to",
    "net::ERR_",
    "Chrome currently does not support the Push API in incognito mode",
)

expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, timeout=COMING_BACK_MS)
        yield browser
        browser.close()


class Person:
    """A profile of its own with one page, and what its console complained about."""

    def __init__(
        self, browser: Browser, url: str, size: dict[str, int], motion: Motion = STILL, **options: object
    ) -> None:
        self.url = url
        self._motion: Motion = motion
        self.context: BrowserContext = browser.new_context(
            viewport=size,  # type: ignore[arg-type]
            locale="en-GB",
            reduced_motion=motion,
            **options,  # type: ignore[arg-type]
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.overheard = Overheard()
        self.overheard.listen(self.context)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED):
            self.complaints.append(message.text)

    def see(self, selector: str) -> Locator:
        """Something visible; fails when it does not appear."""
        found = self.page.locator(selector)
        expect(found).to_be_visible()
        self.overheard.cookies(self.context)
        return found

    def waits_until(self, holds: Callable[[], bool]) -> None:
        """Fails unless it comes to hold; what the browser says meanwhile is heard."""
        left = PATIENCE_MS
        while not holds():
            assert left > 0, "it never came to hold"
            self.page.wait_for_timeout(50)
            left -= 50

    def shoot(self, name: str) -> None:
        """Screenshots for the README, light and dark; only when asked for: they differ from run to run."""
        if not os.environ.get("SCREENSHOTS"):
            return
        width = (self.page.viewport_size or DESK)["width"]
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self.page.screenshot(path=SCREENSHOTS / f"{name}-{width}-{scheme}.png")
        self.page.emulate_media(color_scheme="light", reduced_motion=self._motion)

    def leaves(self) -> None:
        """Closes the profile; a page of ours that wrote an error to the console fails the journey."""
        self.overheard.cookies(self.context)
        self.context.close()
        assert self.complaints == [], self.complaints


class Desk(Person):
    """The person at the browser."""

    def __init__(self, browser: Browser, url: str, size: dict[str, int] = DESK, **options: object) -> None:
        super().__init__(browser, url, size, **options)

    def signs_in(self, username: str, password: str = PASSWORD) -> None:
        self.page.goto(f"{self.url}/login")
        self.fills_in(username, password)

    def fills_in(self, username: str, password: str = PASSWORD) -> None:
        """The form that is already there."""
        self.page.fill("#username", username)
        self.page.fill("#password", password)
        self.page.click("#sign-in button[type=submit]")

    def waits(self) -> str:
        """Fails unless the waiting screen is there; returns the number it shows, if any."""
        self.see("#waiting[data-state=pending]")
        number = self.page.locator("#number")
        return "".join(c for c in number.inner_text() if c.isdigit())[:6] if number.is_visible() else ""

    def listens(self) -> str:
        """Waits, and its page's own scripts have taken over: from then on it goes on by itself."""
        number = self.waits()
        expect(self.page.locator("#collect")).to_be_hidden()
        return number

    def is_in(self, patience: int = PATIENCE_MS) -> None:
        expect(self.page.locator("#logout")).to_be_visible(timeout=patience)

    def is_told(self, state: str) -> None:
        self.see(f"#waiting[data-state={state}]")


class Palm(Person):
    """The person at the phone."""

    def __init__(self, browser: Browser, url: str, size: dict[str, int] = PALM, **options: object) -> None:
        super().__init__(browser, url, size, has_touch=True, is_mobile=True, **options)

    def pairs(self, link: str) -> None:
        self.overheard.add("code", link.partition("=")[2].partition("&")[0])
        self.page.goto(link)
        self.see("#screen-pair")
        self.page.click("#pair-go")
        self.is_ready()

    def is_ready(self) -> None:
        """Paired, connected, and nothing asked."""
        screen = self.page.locator("#screen-idle, #screen-outcome")
        expect(screen.locator("visible=true").first).to_be_visible()
        if self.page.locator("#screen-outcome").is_visible():
            self.page.click("#outcome-first")
        self.see("#screen-idle")

    def is_asked(self) -> None:
        self.see("#screen-request")

    def says_ok(self, number: str = "") -> None:
        self.is_asked()
        if number:
            self.page.fill("#number", number)
        self.page.click("#ok")

    def cancels(self) -> None:
        self.is_asked()
        self.page.click("#cancel")

    def is_told(self) -> str:
        """The heading of the outcome."""
        return self.see("#screen-outcome h1").inner_text()
