"""A helper becomes an administrator: by acting on one, by giving rights, by a role, by a file, by many at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from astrow2fa.core.user_csv import read
from astrow2fa.services import help_desk, mobile_rights, roles, user_import, users
from astrow2fa.services.helping import Refused, Why
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.people import form_of, is_refused, moves_in, posts, signed_in, wanted
from tests.support.unchanged import nothing_changes

MORE = [
    "edit_system_settings",
    "edit_licences",
    "edit_roles",
    "view_log",
    "view_system_settings",
    "view_licences",
]
"""What HR does not hold, of the groups System and Security."""


@pytest.fixture
def hanna(house: House) -> RobotBrowser:
    """Of HR: she may edit users and look at roles."""
    moves_in(house, "hanna", "HR")
    return signed_in(house, "hanna")


@pytest.fixture
def roland(house: House) -> RobotBrowser:
    """He may edit users and roles, and nothing of the system."""
    roles.create(house.parts, house.id_of("anna"), "Role keeper", ["edit_users", "edit_roles", "chat"])
    moves_in(house, "roland", "Role keeper")
    return signed_in(house, "roland")


def is_403(house: House, browser: RobotBrowser, path: str, **fields: str | list[str]) -> TestResponse:
    """Posted with the right CSRF token from a fresh session, it is refused, and nothing changes or is recorded."""
    recorded = house.log()
    with nothing_changes(house):
        response = posts(browser, path, **fields)
    assert response.status_code == 403, path
    assert house.log() == recorded
    return response


def of(house: House, name: str, what: str = "") -> str:
    return f"/system/users/{house.id_of(name)}{what}"


@pytest.mark.parametrize(
    "what",
    [
        "/suspend",
        "/reactivate",
        "/unlock",
        "/reset-password",
        "/pairing-code",
        "/invitation",
        "/sessions/end",
    ],
)
def test_no_button_works_on_an_administrator(house: House, hanna: RobotBrowser, what: str) -> None:
    hanna.get("/system/users")

    is_403(house, hanna, of(house, "anna", what))


def test_nor_on_phones_and_sessions_of_one(house: House, hanna: RobotBrowser) -> None:
    phone = house.phone("anna")
    anna = signed_in(house, "anna")
    session = house.rows("sessions")[-1]["id"]

    is_403(house, hanna, of(house, "anna", f"/phones/{phone.id}/revoke"))
    is_403(house, hanna, of(house, "anna", f"/sessions/{session}/end"))
    assert anna.signed_in


def test_nor_on_somebody_who_holds_a_single_one_of_those_permissions(
    house: House, hanna: RobotBrowser
) -> None:
    for permission in MORE:
        users.edit(
            house.parts, house.id_of("anna"), house.id_of("dora"), wanted("dora", permissions=(permission,))
        )
        is_403(house, hanna, of(house, "dora", "/reset-password"))
        is_403(house, hanna, of(house, "dora"), **form_of(house, "dora", email="mine@example.org"))


def test_nor_on_one_who_holds_it_by_an_own_role(house: House, hanna: RobotBrowser) -> None:
    roles.create(house.parts, house.id_of("anna"), "Auditor", ["view_log"])
    users.edit(house.parts, house.id_of("anna"), house.id_of("dora"), wanted("dora", roles=("Auditor",)))

    is_403(house, hanna, of(house, "dora", "/reset-password"))


def test_an_administrators_address_is_not_changed(house: House, hanna: RobotBrowser) -> None:
    is_403(house, hanna, of(house, "anna"), **form_of(house, "anna", email="hanna@example.org"))


@pytest.mark.parametrize("whom", ["hanna", "bob"])
@pytest.mark.parametrize("what", [{"role": ["Administrator"]}, *({"permission": [one]} for one in MORE)])
def test_nobody_is_given_what_the_helper_does_not_hold(
    house: House, hanna: RobotBrowser, whom: str, what: dict[str, list[str]]
) -> None:
    is_403(house, hanna, of(house, whom), **form_of(house, whom, **what))


@pytest.mark.parametrize("what", [{"role": ["Administrator"]}, {"permission": ["edit_roles"]}])
def test_nor_created_with_it(house: House, hanna: RobotBrowser, what: dict[str, list[str]]) -> None:
    is_403(house, hanna, "/system/users/new", name="puppet", **what)


def test_nor_as_a_duplicate_of_an_administrator(house: House, hanna: RobotBrowser) -> None:
    page = hanna.get(f"/system/users/new?from={house.id_of('anna')}")
    assert page.status_code == 200

    is_403(house, hanna, "/system/users/new", name="puppet", role=["Administrator"], kind=["ess"])


def test_it_is_403_also_before_a_fresh_confirmation(house: House, hanna: RobotBrowser) -> None:
    house.clock.advance(900)

    is_403(house, hanna, of(house, "anna", "/reset-password"))
    is_403(house, hanna, of(house, "bob"), **form_of(house, "bob", role=["Administrator"]))


def test_a_role_is_given_no_permission_that_its_maker_lacks(house: House, roland: RobotBrowser) -> None:
    for permission in ("edit_system_settings", "edit_licences", "view_log"):
        is_403(house, roland, "/system/roles/new", name="Mine", permission=[permission])
        is_403(house, roland, "/system/roles/role/Role%20keeper", name="Role keeper", permission=[permission])


def test_a_role_that_holds_more_is_neither_changed_nor_taken_as_a_way_to_it(
    house: House, roland: RobotBrowser
) -> None:
    roles.create(house.parts, house.id_of("anna"), "Auditor", ["view_log"])

    is_403(house, roland, "/system/roles/role/Auditor", name="Auditor", permission=["chat"])
    is_403(house, roland, "/system/roles/role/Auditor/delete")
    is_403(house, roland, of(house, "roland"), **form_of(house, "roland", role=["Role keeper", "Auditor"]))


def test_a_role_is_not_changed_while_somebody_who_holds_more_has_it(
    house: House, roland: RobotBrowser
) -> None:
    roles.create(house.parts, house.id_of("anna"), "Plain", ["chat"])
    users.edit(
        house.parts,
        house.id_of("anna"),
        house.id_of("anna"),
        wanted("anna", roles=("Administrator", "Plain")),
    )

    is_403(house, roland, "/system/roles/role/Plain", name="Plain", permission=["edit_users"])
    # But once she has it no more
    users.edit(
        house.parts, house.id_of("anna"), house.id_of("anna"), wanted("anna", roles=("Administrator",))
    )
    response = posts(roland, "/system/roles/role/Plain", name="Plain", permission=["edit_users"])
    assert response.status_code == 303


def test_system_roles_are_nobodys_to_change(house: House, roland: RobotBrowser) -> None:
    with nothing_changes(house):
        response = posts(roland, "/system/roles/role/HR", name="HR", permission=["edit_users", "edit_roles"])
    assert response.status_code == 404


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("user_name,email\nanna,hanna@example.org\n", "user_name"),
        ("user_name,enabled\nanna,no\n", "user_name"),
        ("user_name,roles\nhanna,HR;Administrator\n", "roles"),
        ("user_name,permissions\nhanna,edit_roles\n", "permissions"),
        ("user_name,roles\npuppet,Administrator\n", "roles"),
        ("user_name,roles\n\uff41NNA,\n", "user_name"),
    ],
)
def test_not_by_a_file_either(house: House, hanna: RobotBrowser, text: str, column: str) -> None:
    # Given it is read and looked at
    helper = house.id_of("hanna")
    begun = user_import.begin(house.parts, helper, read(text.encode()))
    assert isinstance(begun, str)
    user_import.look(house.parts, helper, begun)
    standing = user_import.standing(house.parts, helper, begun)
    assert standing is not None
    assert set(standing.faulty[0].faults) == {column}
    # When she presses the button that is not there
    hanna.get("/system/users")
    with nothing_changes(house, "imports"):
        response = posts(hanna, f"/system/users/import/{begun}/run")
    assert response.status_code == 409


def test_not_by_a_file_that_was_looked_at_with_more_rights(house: House) -> None:
    # Given an administrator's file, right when it was looked at
    ada = moves_in(house, "ada", "Administrator")
    begun = user_import.begin(
        house.parts, ada, read(b"user_name,roles\nada,Administrator\nputa,Administrator\n")
    )
    assert isinstance(begun, str)
    user_import.look(house.parts, ada, begun)
    # When she is one no more, but may still edit users
    users.edit(house.parts, house.id_of("anna"), ada, wanted("ada", roles=("HR",)))
    # Then
    with is_refused(house, Why.STALE) as results:
        results.append(list(user_import.run(house.parts, ada, begun))[-1])


def test_not_by_many_at_once(house: House, hanna: RobotBrowser) -> None:
    hanna.get("/system/users")
    anna = [row for row in house.rows("user_mobile") if row["user_id"] == house.id_of("anna")]

    response = posts(hanna, "/system/users/mobile", scope="found", what="remove")

    assert response.status_code == 303
    assert "untouched=1" in response.location
    assert house.rows("user_mobile") == anna


def test_no_sheet_is_printed_for_an_administrator(house: House, hanna: RobotBrowser) -> None:
    hanna.get("/system/users")
    with nothing_changes(house):
        response = posts(hanna, "/system/users/sheets", user=[str(house.id_of("anna"))])

    assert response.status_code == 200
    assert "data-invitation" not in response.text
    assert "left-out" in response.text


VERBS: list[Callable[[House, int, int], object]] = [
    lambda house, helper, user: users.suspend(house.parts, helper, user),
    lambda house, helper, user: users.reactivate(house.parts, helper, user),
    lambda house, helper, user: users.unlock(house.parts, helper, user),
    lambda house, helper, user: users.reset_password(house.parts, helper, user),
    lambda house, helper, user: users.edit(
        house.parts, helper, user, wanted("anna", roles=("Administrator",))
    ),
    lambda house, helper, user: help_desk.issue_code(house.parts, helper, user),
    lambda house, helper, user: help_desk.invite(house.parts, helper, user),
    lambda house, helper, user: help_desk.end_sessions(house.parts, helper, user),
    lambda house, helper, user: help_desk.end_session(house.parts, helper, user, "x"),
    lambda house, helper, user: help_desk.revoke_phone(house.parts, helper, user, "x"),
]


@pytest.mark.parametrize("verb", VERBS)
def test_the_services_ask_themselves_too(house: House, verb: Callable[[House, int, int], object]) -> None:
    hanna = moves_in(house, "hanna", "HR")

    with is_refused(house, Why.HOLDS_MORE) as results:
        results.append(verb(house, hanna, house.id_of("anna")))


def test_a_role_named_like_two_is_one(house: House) -> None:
    """Roles are read as one text: whoever puts the sign between them into a name would hold another one as well."""
    with house.parts.store.write() as work:
        work.roles.add("Plain,Administrator", [], 1)
        work.directory.change_all(
            [(house.id_of("dora"), wanted("dora", roles=("Plain,Administrator",)), ["roles"])]
        )
        account = work.accounts.named("dora")

    assert account is not None
    assert account.roles == ("Plain,Administrator",)
    assert account.permissions == frozenset()
    assert isinstance(roles.create(house.parts, house.id_of("anna"), "a,b", []), Refused)


def test_mobile_takes_no_rights_over_anybody(house: House, hanna: RobotBrowser) -> None:
    """User kinds and Mobile do not count: HR helps a manager with Mobile."""
    users.edit(
        house.parts,
        house.id_of("anna"),
        house.id_of("dora"),
        wanted("dora", roles=("Manager",), mobile=("mss",)),
    )
    steps = list(mobile_rights.remove(house.parts, house.id_of("hanna"), [house.id_of("dora")]))

    assert [step.changed for step in steps if not isinstance(step, Refused)] == [1]
