"""The form of tab Security as a browser would send it."""

from __future__ import annotations

from html.parser import HTMLParser

from werkzeug.test import TestResponse

from tests.support.browser import RobotBrowser
from tests.support.house import House

SECURITY = "/system/settings/security"
OTHERS = {
    "use_password_policy": "yes",
    "password_expires_days": "90",
    "password_history": "3",
    "password_strength": "strong",
    "random_percent": "60",
    "number_matching": "always",
    "confirmation_seconds": "60",
    "disable_after_failed": "3",
    "log_days": "60",
}
"""Another value for every field but the policy, none of them weaker than the default."""


class Form(HTMLParser):
    """The fields of the form `#security-form`: what would be sent, what is closed, what is wrong with which."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.closed: set[tuple[str, str]] = set()
        self.offered: dict[str, list[str]] = {}
        self.buttons: list[str] = []
        self.wrong: set[str] = set()
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("id") == "security-form"
        if given.get("id", "").endswith("-error"):
            self.wrong.add(given["id"].removesuffix("-error"))
        if self._inside and tag == "button":
            self.buttons.append(given.get("name", ""))
        if self._inside and tag == "input":
            self._input(given)

    def _input(self, given: dict[str, str]) -> None:
        name, value = given["name"], given.get("value", "")
        if given.get("type") == "radio":
            self.offered.setdefault(name, []).append(value)
        if "disabled" in given:
            self.closed.add((name, value))
        elif given.get("type") != "radio" or "checked" in given:
            self.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


def opens(browser: RobotBrowser) -> Form:
    """The tab, as this browser's user sees it."""
    page = browser.get(SECURITY)
    assert page.status_code == 200
    return Form(page.text)


def saves(browser: RobotBrowser, form: Form | None = None, **changes: str) -> TestResponse:
    """Opens the tab (or takes a form that was opened before), changes these fields and sends all of them."""
    form = form or opens(browser)
    fields = {name: value for name, value in form.fields.items() if name != "csrf_token"}
    return browser.post(SECURITY, **{**fields, **changes})


def saved(response: TestResponse) -> None:
    """Asserts that it was."""
    assert (response.status_code, response.location) == (303, SECURITY), response.text


def everybody_has_a_phone(house: House) -> None:
    """Dora, who cannot have one, is disabled."""
    for name in ("anna", "bob", "charlie"):
        house.phone(name)
    with house.parts.store.write() as work:
        work.accounts.set_enabled(house.id_of("dora"), False)
