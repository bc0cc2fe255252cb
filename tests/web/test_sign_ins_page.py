"""/system/sign-ins: the list, one sign-in's story, and the file."""

from __future__ import annotations

import re

import pytest

from astrow2fa.core.accounts import SESSION_IDLE_SECONDS
from astrow2fa.core.permissions import Permission
from astrow2fa.core.policy import Mode
from tests.support.acts import signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.people import moves_in, signed_in


def shown(browser: RobotBrowser, query: str = "") -> list[str]:
    page = browser.get(f"/system/sign-ins{query}")
    assert page.status_code == 200
    return re.findall(r'data-sign-in="[^"]+" data-outcome="([^"]+)"', page.text)


def test_who_may_view_the_log_sees_everybodys_sign_ins(house: House) -> None:
    house.may("bob", Permission.VIEW_LOG)
    RobotBrowser(house.app).signs_in("dora", "wrong")
    house.clock.advance(1)

    bob = signed_in(house, "bob")

    assert shown(bob) == ["unasked", "password"]
    assert 'href="/system/sign-ins"' in bob.get("/system/sign-ins").text


def test_who_may_only_view_users_does_not(house: House) -> None:
    house.may("bob", Permission.EDIT_USERS)
    bob = signed_in(house, "bob")

    for path in ("/system/sign-ins", "/system/sign-ins.csv", "/system/sign-ins/anything"):
        assert bob.get(path).status_code == 403
    assert "/system/sign-ins" not in bob.get("/system/users").text


@pytest.mark.parametrize(
    "query", ["?outcome=luck&from=yesterday&to=0001-01-01&after=x&user=%00", "?after=%ff", "?from=2026-13-01"]
)
def test_nonsense_is_ignored(house: House, query: str) -> None:
    assert shown(signed_in(house, "anna"), query) == ["unasked"]


def test_what_waits_is_on_top_with_its_story(house: House) -> None:
    anna = signed_in(house, "anna")
    house.policy(Mode.ALWAYS)
    bob = RobotBrowser(house.app, "203.0.113.9")
    bob.signs_in("bob")

    page = anna.get("/system/sign-ins").text
    [waiting] = re.findall(r'data-waiting="([^"]+)"', page)

    story = anna.get(f"/system/sign-ins/{waiting}")
    assert story.status_code == 200
    assert "203.0.113.9" in story.text
    assert 'data-step="browser:confirmation:asked"' in story.text
    # The number on Bob's screen is Bob's.
    number = re.search(r'"number": ?"([0-9]{6})"', bob.waits().text)
    assert number
    assert number[1] not in story.text + page


def test_the_story_names_policy_phone_and_steps(house: House) -> None:
    house.policy(Mode.ALWAYS)
    phone = house.phone("anna", "Anna's <Pixel>")
    anna = signs_in_with(house, RobotBrowser(house.app), phone, "anna")
    anna.get("/system/sign-ins")
    assert anna.page is not None
    [path] = re.findall(r'href="(/system/sign-ins/[^"]+)"', anna.page.text)

    page = anna.get(path).text

    assert re.search(r'id="policy-then">\s*Always', page)
    assert "Anna&#39;s &lt;Pixel&gt;" in page
    assert [*re.findall(r'data-step="([^"]+)"', page)] == [
        "browser:confirmation:asked",
        "phone:confirmation:approved",
        "browser:confirmation:collected",
        "browser:session:started",
    ]


def test_a_session_that_ran_out_by_itself_is_not_said_to_go_on(house: House) -> None:
    # Given a sign-in of Bob's
    house.policy(Mode.ALWAYS)
    signs_in_with(house, RobotBrowser(house.app), house.phone("bob"), "bob")
    [sign_in] = [row["id"] for row in house.rows("confirmations")]
    house.policy(Mode.OFF)
    path = f"/system/sign-ins/{sign_in}"
    assert "not ended" in signed_in(house, "anna").get(path).text
    # When he was not seen for an hour
    house.clock.advance(SESSION_IDLE_SECONDS)
    page = signed_in(house, "anna").get(path).text
    # Then
    assert "not ended" not in page
    assert "ran out by itself" in page


def test_an_unknown_one_is_not_found(house: House) -> None:
    assert signed_in(house, "anna").get("/system/sign-ins/nothing").status_code == 404


def test_a_page_leads_to_older_ones_and_back(house: House) -> None:
    for _ in range(55):
        RobotBrowser(house.app).signs_in("dora", "wrong")
    anna = signed_in(house, "anna")

    assert len(shown(anna)) == 50
    assert anna.page is not None
    [older] = re.findall(r'rel="next" href="([^"]+)"', anna.page.text)
    assert len(shown(anna, older.removeprefix("/system/sign-ins").replace("&amp;", "&"))) == 6
    assert anna.page is not None
    assert ">Newest<" in anna.page.text


def test_the_file_holds_what_the_list_finds_and_no_formula(house: House) -> None:
    # Given a user whose name a spreadsheet would calculate
    moves_in(house, "=HYPERLINK(1)")
    RobotBrowser(house.app).signs_in("=HYPERLINK(1)", "wrong")
    anna = signed_in(house, "anna")
    # When
    answer = anna.get("/system/sign-ins.csv?outcome=refused")
    # Then
    assert answer.mimetype == "text/csv"
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[0] == "at,user,outcome,reason,browser,system,address,place,known,phones_asked"
    assert len(lines) == 2
    assert ",'=HYPERLINK(1),password,wrong_password," in lines[1]
    assert "browser:sign_ins:exported" in house.log()
