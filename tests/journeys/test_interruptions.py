"""Reloads, other tabs, lost servers: nothing is lost, and nobody gets in twice or by mistake."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.support.chromium import COMING_BACK_MS, Desk, Palm
from tests.support.live import LiveHouse

FETCHED = r"""() => performance.getEntriesByType("resource")
  .filter((each) => /\/(js\/login\/\w+|socket\.io\.esm\.min)\.js$/.test(each.name) && each.responseEnd > 0)
  .map((each) => each.transferSize)"""
"""How many bytes came over the network for each script of the waiting screen that the page has."""


def test_a_reload_while_waiting_goes_on_waiting_with_the_same_number(desk: Desk, palm: Palm) -> None:
    # Given
    desk.signs_in("anna")
    number = desk.waits()
    # When
    desk.page.reload()
    # Then
    assert desk.waits() == number
    palm.says_ok(number)
    desk.is_in()


def test_back_after_the_refusal_shows_the_refusal(desk: Desk, palm: Palm) -> None:
    # Given
    desk.signs_in("anna")
    desk.waits()
    palm.cancels()
    desk.is_told("denied")
    # When
    desk.page.click("#waiting[data-state=denied] a:visible")
    desk.see("#sign-in")
    desk.page.go_back()
    # Then
    desk.is_told("denied")


def test_cancel_in_the_browser_takes_the_question_from_the_phone(desk: Desk, palm: Palm) -> None:
    # Given
    desk.signs_in("anna")
    desk.waits()
    palm.is_asked()
    # When
    desk.page.click("#cancel button")
    # Then
    desk.see("#sign-in")
    expect(palm.page.locator("#screen-request")).to_be_hidden()


def test_a_second_tab_is_sent_on_when_the_first_one_got_in(desk: Desk, palm: Palm) -> None:
    # Given two tabs on the waiting screen
    desk.signs_in("anna")
    number = desk.waits()
    second = desk.context.new_page()
    second.goto(f"{desk.url}/login/waiting")
    expect(second.locator("#waiting[data-state=pending]")).to_be_visible()
    # When
    palm.says_ok(number)
    # Then one collects, and the other is in as well or says so
    desk.is_in()
    expect(second.locator("#logout, #waiting[data-state=collected]").first).to_be_visible()


def test_a_server_killed_while_waiting_and_started_again_resumes(
    desk: Desk, palm: Palm, live: LiveHouse
) -> None:
    # Given
    desk.signs_in("anna")
    number = desk.listens()
    palm.is_asked()
    # When the server dies without a goodbye, and comes back
    live.server.kill()
    live.server.start()
    # Then both find it by themselves, and the answer arrives
    palm.says_ok(number)
    desk.is_in(COMING_BACK_MS)


def test_the_waiting_screen_has_its_scripts_before_it_is_there(desk: Desk) -> None:
    # Given a form that somebody is typing a password into
    desk.page.goto(f"{desk.url}/login")
    desk.page.wait_for_function(f"() => ({FETCHED})().length === 5")
    # When the waiting screen follows
    desk.fills_in("anna")
    desk.listens()
    # Then it asked the server for none of them, so that one going away at that moment is nothing to it
    assert desk.page.evaluate(FETCHED) == [0] * 5


def test_with_two_phones_the_first_answer_decides(people, link, desk: Desk, palm: Palm) -> None:  # type: ignore[no-untyped-def]
    # Given
    other = people(Palm)
    other.pairs(link("anna"))
    desk.signs_in("anna")
    number = desk.waits()
    palm.is_asked()
    other.is_asked()
    # When
    other.says_ok(number)
    # Then
    desk.is_in()
    expect(palm.page.locator("#screen-request")).to_be_hidden()


def test_two_sign_ins_at_once_are_a_list_and_each_needs_its_number(people, desk: Desk, palm: Palm) -> None:  # type: ignore[no-untyped-def]
    # Given
    desk.signs_in("anna")
    number = desk.waits()
    palm.is_asked()
    stranger = people(Desk)
    stranger.signs_in("anna")
    other_number = stranger.waits()
    assert number != other_number
    # When
    palm.see("#to-list").click()
    palm.see("#screen-list")
    expect(palm.page.locator("#cards .card")).to_have_count(2)
    palm.shoot("phone-list")
    palm.page.locator("#cards .card-link").first.click()
    palm.is_asked()
