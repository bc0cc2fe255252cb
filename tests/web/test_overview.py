"""/system/overview: what it says, to whom, and that its pictures are said in words too."""

from __future__ import annotations

import re

import pytest

from astrow2fa.core.permissions import Permission
from astrow2fa.core.policy import Mode
from tests.support.acts import asked, says_no, signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.people import signed_in

OVERVIEW = "/system/overview"


def test_whoever_may_view_the_log_sees_it_first_under_system(house: House) -> None:
    house.may("bob", Permission.VIEW_LOG)
    bob = signed_in(house, "bob")

    assert f'href="{OVERVIEW}"' in bob.get("/").text
    page = bob.get(OVERVIEW)

    assert page.status_code == 200
    assert "data-alert" not in page.text
    assert "/system/settings" not in page.text


@pytest.mark.parametrize("permissions", [(), (Permission.EDIT_USERS, Permission.EDIT_SYSTEM_SETTINGS)])
def test_nobody_else_does(house: House, permissions: tuple[Permission, ...]) -> None:
    house.may("bob", *permissions)

    assert signed_in(house, "bob").get(OVERVIEW).status_code == 403


def test_todays_sign_ins_are_drawn_and_told(house: House) -> None:
    # Given Anna, who came in, and refused one
    house.policy(Mode.ALWAYS)
    phone = house.phone("anna")
    anna = signs_in_with(house, RobotBrowser(house.app), phone, "anna")
    RobotBrowser(house.app).signs_in("anna")
    says_no(house, phone, asked(house, "anna"))
    # When
    page = anna.get(OVERVIEW).text
    # Then each picture has its number, and one bar with its day in words
    for name, total in (("asked", "2"), ("approved", "1"), ("refused", "1"), ("expired", "0")):
        [figure] = re.findall(rf'data-picture="{name}">(.*?)</figure>', page, re.DOTALL)
        assert re.search(rf"<strong[^>]*>{total}</strong>", figure)
        assert len(re.findall("<title>", figure)) == int(total != "0")
        assert 'aria-hidden="true"' in figure
    # And the table has the day
    [row] = re.findall(r'<tr data-day="[^"]+">(.*?)</tr>', page, re.DOTALL)
    assert re.findall(r"<td[^>]*>(.*?)</td>", row) == ["2", "1", "1", "0", "0 s", "0 s"]


def test_what_needs_attention_is_said_with_the_way_to_it(house: House) -> None:
    # Given somebody who guesses
    house.set("disable_after_failed", "0")
    for _ in range(10):
        RobotBrowser(house.app, "203.0.113.9").signs_in("dora", "wrong")
    anna = signed_in(house, "anna")
    # When
    page = anna.get(OVERVIEW).text
    # Then
    assert re.findall(r'data-alert="([^"]+)"', page) == ["passwords-of-user", "passwords-from-address"]
    links = re.findall(r'class="button" href="(/system/sign-ins[^"]+)"', page)
    for link in links:
        found = anna.get(link.replace("&amp;", "&")).text
        assert len(re.findall(r'data-outcome="password"', found)) == 10


def test_a_log_that_does_not_hold_is_said_first(house: House) -> None:
    anna = signed_in(house, "anna")
    with house.parts.store.write() as work:
        work._connection.exec_driver_sql("UPDATE log SET actor = 'x' WHERE seq = 2")  # type: ignore[attr-defined]
    anna.get("/system/log")
    anna.post("/system/log/verify")

    assert 'data-alert="log"' in anna.get(OVERVIEW).text
