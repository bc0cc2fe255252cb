"""Tab Security: what a save does, and two at once (statements 6–8)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from astrow2fa.core.policy import Mode
from astrow2fa.core.settings import NAMES, Settings, text_of
from astrow2fa.services.settings import current
from tests.support.acts import asked, says_ok, signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.tab import OTHERS, SECURITY, Form, everybody_has_a_phone, opens, saved, saves
from tests.support.unchanged import nothing_changes


@pytest.fixture
def admin(house: House, browser: RobotBrowser) -> RobotBrowser:
    browser.signs_in("anna")
    return browser


def test_6_the_page_says_that_it_counts_from_now_on_and_the_session_goes_on(
    house: House, admin: RobotBrowser
) -> None:
    everybody_has_a_phone(house)
    token = admin.cookie()

    saved(saves(admin, two_factor="always"))

    page = admin.get(SECURITY)
    notice = re.search(r'id="notice"[^>]*>\s*<p>([^<]*)<', page.text)
    assert notice
    assert "from now on" in notice[1]
    assert "Log out for it to apply to you" in notice[1]
    assert admin.signed_in
    assert admin.cookie() == token
    assert 'id="notice"' not in admin.get(SECURITY).text


def test_6_save_and_log_out_ends_this_session_and_no_other(house: House, admin: RobotBrowser) -> None:
    everybody_has_a_phone(house)
    other = admin.another()
    other.signs_in("anna")
    token = admin.cookie()
    assert token

    response = saves(admin, two_factor="always", save_and_log_out="yes")

    assert (response.status_code, response.location) == (303, "/login")
    assert not admin.signed_in
    assert not admin.another().takes(token).signed_in
    assert other.signed_in
    assert admin.signs_in("anna").location == "/login/waiting"


def test_6_a_save_that_fails_logs_nobody_out(admin: RobotBrowser) -> None:
    assert saves(admin, log_days="0", save_and_log_out="yes").status_code == 422
    assert admin.signed_in


def test_7_sign_ins_started_later_follow_it_open_sessions_stay_and_pending_ones_finish(
    house: House, browser: RobotBrowser
) -> None:
    # Given bob in, charlie waiting under Always, and anna
    everybody_has_a_phone(house)
    bob = browser.another()
    bob.signs_in("bob")
    house.policy(Mode.ALWAYS)
    waiting, phone = browser.another(), house.phone("charlie")
    waiting.signs_in("charlie")
    signs_in_with(house, browser, house.phone("anna"), "anna")
    # When it is switched off
    saved(saves(browser, two_factor="off"))
    # Then
    assert bob.signed_in
    assert browser.another().signs_in("bob").location == "/"
    assert waiting.get("/").status_code == 303
    says_ok(house, phone, asked(house, "charlie"))
    assert waiting.collects().status_code == 303
    assert waiting.signed_in


def test_8_saving_without_a_change_changes_nothing(house: House, admin: RobotBrowser) -> None:
    recorded = house.log()

    with nothing_changes(house, "draft"):
        saved(saves(admin))

    assert house.log() == recorded
    assert 'id="notice"' in admin.get(SECURITY).text


def test_8_every_field_is_saved_and_each_is_one_row_of_the_log(house: House, admin: RobotBrowser) -> None:
    saved(saves(admin, **OTHERS))

    stored = current(house.parts)
    assert {name: text_of(getattr(stored, name)) for name in OTHERS} == OTHERS
    assert stored.two_factor is Mode.OFF
    rows = [row for row in house.rows("log") if row["tag"] == "operator:setting:changed"]
    assert {row["actor"] for row in rows} == {"anna"}
    assert len(rows) == len(OTHERS)
    assert opens(admin).fields["version"] == "2"


@pytest.mark.parametrize("name", OTHERS)
def test_8_a_missing_field_keeps_its_value(house: House, admin: RobotBrowser, name: str) -> None:
    opens(admin)

    saved(admin.post(SECURITY, version="1", **{name: OTHERS[name]}))

    stored = {n: text_of(getattr(current(house.parts), n)) for n in NAMES}
    assert stored == {**{n: text_of(getattr(Settings(), n)) for n in NAMES}, name: OTHERS[name]}


def test_8_a_stale_save_is_409_and_shows_what_changed_and_keeps_what_was_typed(
    house: House, admin: RobotBrowser
) -> None:
    # Given two administrators with the tab open, and the second saves
    mine = opens(admin)
    other = admin.another()
    other.signs_in("anna")
    saved(saves(other, log_days="60", disable_after_failed="3"))
    # When the first saves
    admin.get(SECURITY)
    with nothing_changes(house):
        response = saves(admin, mine, password_history="5", disable_after_failed="2")
    # Then
    assert response.status_code == 409
    assert set(re.findall(r'data-changed="(\w+)"', response.text)) == {"log_days", "disable_after_failed"}
    assert response.text.count("you typed something else") == 1
    form = Form(response.text)
    assert (form.fields["password_history"], form.fields["disable_after_failed"]) == ("5", "2")
    assert (form.fields["log_days"], form.fields["version"]) == ("60", "2")
    # When it is saved again
    saved(saves(admin, form))
    # Then nothing of either is lost
    stored = current(house.parts)
    assert (stored.log_days, stored.password_history, stored.disable_after_failed) == (60, 5, 2)


@pytest.mark.parametrize("version", ["", "0", "2", "-1", "one", "٣", "9" * 400])
def test_8_a_version_that_is_not_the_stored_one_is_409(
    house: House, admin: RobotBrowser, version: str
) -> None:
    with nothing_changes(house):
        response = saves(admin, version=version, log_days="60")

    assert response.status_code == 409
    assert Form(response.text).fields["log_days"] == "60"


def test_8_no_version_is_409(house: House, admin: RobotBrowser) -> None:
    opens(admin)
    with nothing_changes(house):
        assert admin.post(SECURITY, log_days="60").status_code == 409


def test_the_operator_and_the_form_share_one_version(house: House, admin: RobotBrowser) -> None:
    form = opens(admin)
    house.set("log_days", "90")

    response = saves(admin, form, confirmation_seconds="60")

    assert response.status_code == 409
    assert "operator" in response.text
    saved(saves(admin, Form(response.text)))
    assert current(house.parts).log_days == 90


def test_the_tab_is_never_kept_by_a_cache_and_its_language_is_named(build: Callable[..., House]) -> None:
    house = build()
    browser = RobotBrowser(house.app)
    browser.signs_in("anna")

    page = browser.get(SECURITY)

    assert page.headers["Cache-Control"] == "no-store"
    assert '<html lang="en">' in page.text
