"""/system/roles."""

from __future__ import annotations

import re

import pytest

from astrow2fa.core.permissions import SYSTEM_ROLES
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.people import form_of, moves_in, posts, signed_in
from tests.support.unchanged import nothing_changes

DESK = "/system/roles/role/Help%20desk%20%26%20%28more%29"
NAME = "Help desk & (more)"


@pytest.fixture
def anna(house: House) -> RobotBrowser:
    anna = signed_in(house, "anna")
    anna.get("/system/roles/new")
    return anna


def makes(browser: RobotBrowser, name: str = NAME, permission: tuple[str, ...] = ("edit_users",)) -> str:
    answer = posts(browser, "/system/roles/new", name=name, permission=list(permission))
    assert answer.status_code == 303, answer.text
    return answer.location


def test_system_roles_are_listed_and_read_only(house: House, anna: RobotBrowser) -> None:
    page = anna.get("/system/roles").text
    assert re.findall(r'<tr data-role="([^"]+)"', page) == list(SYSTEM_ROLES)

    for role in SYSTEM_ROLES:
        page = anna.get(f"/system/roles/role/{role}").text
        assert ">Save<" not in page
        assert 'name="permission"' in page
        assert len(re.findall(r'type="checkbox"', page)) == page.count("disabled")
    assert re.search(r'data-user="anna"', anna.get("/system/roles/role/Administrator").text)


def test_an_own_role_is_made_changed_given_and_deleted(house: House, anna: RobotBrowser) -> None:
    # Made
    assert makes(anna) == f"{DESK}?done=saved"
    page = anna.get(DESK).text
    assert re.findall(r'name="permission"\s+value="(\w+)"\s+checked', page) == ["view_users", "edit_users"]
    # Changed, its name too
    answer = posts(anna, DESK, name="Desk", permission=["view_users"])
    assert answer.location == "/system/roles/role/Desk?done=saved"
    assert anna.get(DESK).status_code == 404
    # Given
    bob = f"/system/users/{house.id_of('bob')}"
    anna.get(bob)
    posts(anna, bob, **form_of(house, "bob", role=["Desk"]))
    assert signed_in(house, "bob").get("/system/users").status_code == 200
    assert 'data-user="bob"' in anna.get("/system/roles/role/Desk").text
    # In use it is not deleted
    with nothing_changes(house):
        assert anna.post("/system/roles/role/Desk/delete").status_code == 409
    # Taken, and deleted
    anna.get(bob)
    posts(anna, bob, **form_of(house, "bob", role=[]))
    anna.get("/system/roles/role/Desk")
    assert anna.post("/system/roles/role/Desk/delete").location == "/system/roles?done=deleted"
    assert "Desk" not in anna.get("/system/roles").text


@pytest.mark.parametrize("name", ["", "a,b", "Administrator", "x" * 65])
def test_a_name_that_is_not_right_is_422_and_the_ticks_are_kept(
    house: House, anna: RobotBrowser, name: str
) -> None:
    with nothing_changes(house):
        answer = posts(anna, "/system/roles/new", name=name, permission=["view_log"])
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text
    assert re.search(r'value="view_log"\s+checked', answer.text)


def test_who_may_only_look_changes_nothing(house: House, anna: RobotBrowser) -> None:
    makes(anna)
    moves_in(house, "hanna", "HR")
    hanna = signed_in(house, "hanna")
    assert hanna.get("/system/roles").status_code == 200
    assert "/system/roles/new" not in hanna.get("/system/roles").text
    assert ">Save<" not in hanna.get(DESK).text
    assert hanna.get("/system/roles/new").status_code == 403
    hanna.get("/")
    token = hanna.csrf()
    with nothing_changes(house):
        for path in ("/system/roles/new", DESK, f"{DESK}/delete"):
            answer = hanna.sends(path, csrf_token=token, name="Mine", permission="chat")
            assert answer.status_code == 403, path


def test_roles_take_a_fresh_confirmation_and_the_input_is_kept(house: House, anna: RobotBrowser) -> None:
    makes(anna)
    anna.get(DESK)
    house.clock.advance(900)
    with nothing_changes(house, "draft"):
        for path, fields in (
            ("/system/roles/new", {"name": "Other", "permission": ["chat"]}),
            (f"{DESK}/delete", {}),
            (DESK, {"name": "Desk", "permission": ["chat"]}),
        ):
            answer = posts(anna, path, **fields)  # type: ignore[arg-type]
            assert answer.location.startswith("/my-info/confirm?next="), path
    page = anna.get(DESK).text
    assert 'value="Desk"' in page
    assert re.search(r'value="chat"\s+checked', page)


def test_what_is_not_there_is_404(house: House, anna: RobotBrowser) -> None:
    token = anna.csrf()
    nothing = "/system/roles/role/Nothing"
    assert anna.get(nothing).status_code == 404
    assert anna.sends(nothing, csrf_token=token, name="x").status_code == 404
    assert anna.sends(f"{nothing}/delete", csrf_token=token).status_code == 404
