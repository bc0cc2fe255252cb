"""/system/users: the list."""

from __future__ import annotations

import re

import pytest

from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.people import moves_in, signed_in


def shown(browser: RobotBrowser, query: str = "") -> list[str]:
    page = browser.get(f"/system/users{query}")
    assert page.status_code == 200
    return re.findall(r'<tr data-user="([^"]+)"', page.text)


def test_an_administrator_sees_everybody_who_may_sign_in(house: House) -> None:
    anna = signed_in(house, "anna")

    assert shown(anna) == ["anna", "bob", "charlie", "dora"]
    assert 'data-total="4"' in anna.get("/system/users").text
    assert 'href="/system/users"' in anna.get("/").text or 'href="/system' in anna.get("/").text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?q=BOER", ["bob"]),
        ("?kind=not-mobile", ["dora"]),
        ("?phones=missing&sort=name&down=1", ["charlie", "bob", "anna"]),
        ("?state=inactive", []),
        ("?page=2", []),
        (
            "?state=nonsense&kind=boss&phones=many&sort=luck&page=-1&down=x",
            ["anna", "bob", "charlie", "dora"],
        ),
        ("?page=999999999999", ["anna", "bob", "charlie", "dora"]),
        ("?q=%00%ff", []),
        ("?q=%3Cscript%3E", []),
    ],
)
def test_what_is_asked_for_is_shown_and_nonsense_is_ignored(
    house: House, query: str, names: list[str]
) -> None:
    assert shown(signed_in(house, "anna"), query) == names


def test_what_users_are_called_is_text_and_nothing_else(house: House) -> None:
    moves_in(house, "<script>alert(1)</script>")

    page = signed_in(house, "anna").get("/system/users")

    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text


def test_who_may_only_look_is_offered_nothing_else(house: House) -> None:
    # Given a role that only looks
    anna = signed_in(house, "anna")
    anna.get("/system/roles/new")
    anna.post("/system/roles/new", name="Looker", permission="view_users")
    moves_in(house, "lou", "Looker")
    lou = signed_in(house, "lou")
    # Then
    assert shown(lou) == ["anna", "bob", "charlie", "dora", "lou"]
    page = lou.page
    assert page is not None
    for offered in ("/system/users/new", "/system/users/import", "/system/users/mobile", "tick-all"):
        assert offered not in page.text
    assert "/system/users/export.csv" in page.text
    page = lou.get(f"/system/users/{house.id_of('bob')}")
    assert page.status_code == 200
    assert "/suspend" not in page.text
    assert ">Save<" not in page.text


def test_who_may_not_look_sees_no_link_and_gets_403(house: House) -> None:
    bob = signed_in(house, "bob")

    assert "/system" not in bob.get("/").text
    for path in (
        "/system/users",
        f"/system/users/{house.id_of('anna')}",
        "/system/users/export.csv",
        "/system/roles",
    ):
        assert bob.get(path).status_code == 403


def test_everybody_is_written_to_a_file(house: House) -> None:
    answer = signed_in(house, "anna").get("/system/users/export.csv")

    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="astrow-users.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[0] == "user_name,display_name,email,kinds,roles,permissions,enabled"
    assert lines[1] == "anna,Anna Ansen,anna@example.org,ess+mobile,Administrator,,yes"
    assert len(lines) == 5
