"""Every page of Astrow Web and every state of it, held against axe in light and dark and against a screen of 320 px.

One server and one browser for the file. A page that is added has to be added here: the last test looks. What is only
the answer to a form, and errors: test_access_answers.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import pytest
from playwright.sync_api import Browser

from astrow2fa.core.policy import Mode
from astrow2fa.services import accounts
from astrow2fa.services.phones import pending
from tests.support.access import complaints
from tests.support.acts import asked, says_no, says_ok
from tests.support.chromium import Desk
from tests.support.phone import RobotPhone
from tests.support.site import Site

SECURITY = "/system/settings/security"


PAGES: dict[str, Callable[[Site], str]] = {
    "account.home": lambda _: "/",
    "account.security": lambda _: "/my-info/security",
    "account.confirm": lambda _: "/my-info/confirm?next=/my-info/phones/pair",
    "dev.components": lambda _: "/dev/components",
    "admin.overview": lambda _: "/system/overview",
    "admin.security_settings": lambda _: SECURITY,
    "admin.security_preview": lambda _: f"{SECURITY}/preview",
    "admin.push": lambda _: "/system/settings/push",
    "admin.users": lambda _: "/system/users",
    "admin.user": lambda site: f"/system/users/{site.user('bob')}",
    "admin.new_user": lambda _: "/system/users/new",
    "admin.choose_file": lambda _: "/system/users/import",
    "admin.exempt_form": lambda site: f"/system/users/{site.user('bob')}/exempt",
    "admin.roles": lambda _: "/system/roles",
    "admin.role": lambda _: "/system/roles/role/Administrator",
    "admin.new_role": lambda _: "/system/roles/new",
    "admin.licences": lambda _: "/system/licences",
    "admin.log": lambda _: "/system/log",
    "admin.evidence": lambda site: f"/system/log/evidence/{site.sign_in}",
    "admin.sign_ins": lambda _: "/system/sign-ins",
    "admin.sign_in": lambda site: f"/system/sign-ins/{site.sign_in}",
}
"""By endpoint, as Anna sees them."""

ELSEWHERE = {
    "login.sign_in", "login.waiting", "login.expired_password",  # below
    "mobile.app",  # test_app_screens.py
    "admin.show_import",  # below, after a file
    "account.pair_phone",  # test_access_answers.py, after the confirmation it takes
}  # fmt: skip
NO_PAGES = {
    "static", "health.alive", "health.ready", "metrics.show", "login.waiting_qr", "mobile.worker", "mobile.manifest",
    "admin.export_users", "admin.export_log", "admin.export_sign_ins", "admin.look_at_import",
    "mobile_api.me", "mobile_api.server_keys", "mobile_api.confirmations", "account.paired_since",
}  # fmt: skip


@pytest.mark.parametrize("endpoint", PAGES)
def test_a_page_is_open_to_everybody(site: Site, anna: Desk, endpoint: str) -> None:
    address = site.live.url + PAGES[endpoint](site)

    answer = anna.page.goto(address)

    assert answer is not None
    assert (answer.status, answer.url) == (200, address)
    assert complaints(anna.page) == {}


def _wrong_settings(desk: Desk) -> None:
    desk.page.goto(f"{desk.url}{SECURITY}")
    desk.page.evaluate("document.getElementById('security-form').noValidate = true")
    desk.page.fill("[name=confirmation_seconds]", "1")
    desk.page.locator("#security-form button[type=submit]").first.click()
    desk.see("#confirmation_seconds-error")


def _locked_out(desk: Desk) -> None:
    desk.page.goto(f"{desk.url}{SECURITY}")
    desk.page.check("input[name=two_factor][value=always]")
    desk.page.locator("#security-form button[type=submit]").first.click()
    desk.see("#locked-out")


def _weak_password(desk: Desk) -> None:
    desk.page.goto(f"{desk.url}/my-info/security")
    desk.page.evaluate("for (const form of document.forms) form.noValidate = true")
    desk.page.fill("#current_password", "wrong")
    desk.page.fill("#new_password", "abc")
    desk.page.locator("form[action='/my-info/security/password'] button[type=submit]").click()
    desk.see("[role=alert]")


def _new_user_refused(desk: Desk) -> None:
    desk.page.goto(f"{desk.url}/system/users/new")
    desk.page.evaluate("for (const form of document.forms) form.noValidate = true")
    desk.page.locator("main form[method=post] button[type=submit]").first.click()
    desk.see("[role=alert]")


def _bad_licence(desk: Desk) -> None:
    desk.page.goto(f"{desk.url}/system/licences")
    desk.page.fill("[name=text]", "no licence")
    desk.page.locator("main form[method=post] button[type=submit]").first.click()
    desk.see("[role=alert]")


def _nothing_found(desk: Desk) -> None:
    desk.page.goto(f"{desk.url}/system/sign-ins?q=nobody-at-all")
    desk.see("h1")


def _the_table_of_days(desk: Desk) -> None:
    desk.page.goto(f"{desk.url}/system/overview")
    desk.page.click("#days-table summary")
    desk.see("#days-table table")


def _an_exemption(desk: Desk) -> None:
    desk.page.goto(f"{desk.url}/system/users")
    desk.page.click("tr[data-user=dora] a")
    desk.page.wait_for_url("**/system/users/*")
    desk.page.goto(f"{desk.page.url}/exempt")
    desk.page.fill("[name=reason]", "her phone comes tomorrow")
    desk.page.locator("main form[method=post] button[type=submit]").first.click()
    desk.see("#exemption-code")


def _a_file_looked_at(desk: Desk) -> None:
    desk.page.goto(f"{desk.url}/system/users/import")
    file = {"name": "users.csv", "mimeType": "text/csv", "buffer": b"user_name\nfrida\nbob\n,\n"}
    desk.page.set_input_files("input[type=file]", file)  # type: ignore[arg-type]
    desk.page.locator("main form[method=post] button[type=submit]").first.click()
    desk.see("#ready")  # once it is checked, the page loads itself again


STATES = [
    _wrong_settings,
    _locked_out,
    _weak_password,
    _new_user_refused,
    _bad_licence,
    _nothing_found,
    _the_table_of_days,
    _an_exemption,
    _a_file_looked_at,
]


@pytest.mark.parametrize("reach", STATES, ids=lambda reach: reach.__name__.strip("_"))
def test_a_state_of_a_page_is_open_to_everybody(anna: Desk, reach: Callable[[Desk], None]) -> None:
    reach(anna)

    assert complaints(anna.page) == {}


class Gate:
    """Before the sign-in: who comes, and what happens until the screen is there."""

    def __init__(self, site: Site, desk: Desk) -> None:
        self.site, self.desk = site, desk
        self.house = site.live.operator

    def waits(self, name: str) -> RobotPhone:
        """Returns Anna's phone, whoever waits."""
        self.desk.signs_in(name)
        self.desk.see("#waiting")
        return self.site.phones["anna"]

    def form(self) -> None:
        self.desk.page.goto(f"{self.desk.url}/login")

    def refused(self) -> None:
        self.desk.signs_in("anna", "wrong")
        self.desk.see("#error-summary")

    def number(self) -> None:
        self.waits("anna")
        self.desk.see("#number")

    def no_phone(self) -> None:
        self.waits("charlie")
        self.desk.page.click("#exemption summary")

    def wrong_code(self) -> None:
        self.no_phone()
        self.desk.page.fill("#code", "1111-1111-1111")
        self.desk.page.click("#exemption button")
        self.desk.see("#code-error")

    def denied(self) -> None:
        phone = self.waits("anna")
        for confirmation in pending(self.house.parts, self.house.id_of("anna")):
            says_no(self.house, phone, confirmation, "not_me")
        self.desk.is_told("denied")

    def approved(self) -> None:
        # The screen between the OK and the next page, for as long as it is looked at.
        self.desk.page.add_init_script("HTMLFormElement.prototype.submit = () => {}")
        phone = self.waits("anna")
        says_ok(self.house, phone, asked(self.house, "anna"))
        self.desk.is_told("approved")

    def cancelled(self) -> None:
        self.waits("bob")
        accounts.disable(self.house.parts, "bob")
        self.desk.is_told("cancelled")
        accounts.enable(self.house.parts, "bob")

    def expired(self) -> None:
        self.waits("anna")
        self.site.live.server.advance(121)
        self.desk.is_told("expired")

    def expired_password(self) -> None:
        self.house.policy(Mode.OFF)
        with self.house.parts.store.write() as work:
            run = work._connection.exec_driver_sql  # type: ignore[attr-defined]
            run("UPDATE settings SET use_password_policy = 1, password_expires_days = 1")
            run("UPDATE users SET password_changed_at = password_changed_at - 864000 WHERE name = 'charlie'")
        self.desk.signs_in("charlie")
        self.desk.see("#new_password")

    ALL: ClassVar = [
        form,
        refused,
        number,
        no_phone,
        wrong_code,
        denied,
        approved,
        cancelled,
        expired,
        expired_password,
    ]


@pytest.mark.parametrize("reach", Gate.ALL, ids=lambda reach: reach.__name__)
def test_the_way_in_is_open_to_everybody(
    site: Site, anna: Desk, machine: Browser, reach: Callable[[Gate], None]
) -> None:
    # Given Always, and a browser that nobody knows
    site.live.operator.policy(Mode.ALWAYS)
    desk = Desk(machine, site.live.url)
    try:
        reach(Gate(site, desk))
        assert complaints(desk.page) == {}
    finally:
        desk.leaves()
        site.live.operator.policy(Mode.OFF)


def test_no_page_is_forgotten(site: Site) -> None:
    rules = site.live.operator.app.url_map.iter_rules()
    pages = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())}

    assert pages - NO_PAGES - ELSEWHERE == set(PAGES)
