"""The customer's own roles."""

from __future__ import annotations

import json

import pytest

from astrow2fa.core.permissions import SYSTEM_ROLES, Permission
from astrow2fa.services import roles, users
from astrow2fa.services.helping import Refused, Why
from astrow2fa.services.roles import Saved
from tests.services.acting import last
from tests.support.house import House
from tests.support.people import is_refused, moves_in, wanted


def makes(house: House, name: str, *permissions: str, by: str = "anna") -> object:
    return roles.create(house.parts, house.id_of(by), name, permissions)


def gives(house: House, name: str, *of: str, **fields: object) -> object:
    return users.edit(house.parts, house.id_of("anna"), house.id_of(name), wanted(name, roles=of, **fields))


def permissions_of(house: House, name: str) -> frozenset[Permission]:
    with house.parts.store.read() as work:
        account = work.accounts.named(name)
    assert account is not None
    return account.permissions


def test_system_roles_come_first_then_own_ones_with_how_many_hold_them(house: House) -> None:
    makes(house, "Help desk", "edit_users")
    gives(house, "dora", "Help desk", "Manager")

    listed = roles.all_roles(house.parts)

    assert [role.name for role in listed] == [*SYSTEM_ROLES, "Help desk"]
    assert [role.own for role in listed] == [False] * len(SYSTEM_ROLES) + [True]
    assert {role.name: role.users for role in listed if role.users} == {
        "Administrator": 1,
        "Manager": 1,
        "Help desk": 1,
    }
    assert listed[-1].permissions == {Permission.EDIT_USERS, Permission.VIEW_USERS}


def test_a_role_gives_its_permissions_to_those_who_hold_it_and_takes_them_again(house: House) -> None:
    makes(house, "Help desk", "edit_users")
    gives(house, "dora", "Help desk")
    assert permissions_of(house, "dora") == {Permission.EDIT_USERS, Permission.VIEW_USERS}

    roles.edit(house.parts, house.id_of("anna"), "Help desk", "Help  desk 2 ", ("chat",))

    assert permissions_of(house, "dora") == {Permission.CHAT}
    row = last(house)
    assert (row["tag"], row["actor"]) == ("browser:role:changed", "anna")
    assert json.loads(str(row["details"])) == {
        "before": {"name": "Help desk", "permissions": ["edit_users"]},
        "after": {"name": "Help desk 2", "permissions": ["chat"]},
        "users": 1,
    }
    found = roles.holders(house.parts, house.id_of("anna"), "Help desk 2")
    assert found is not None
    assert [account.name for account in found.users] == ["dora"]
    assert found.editable


def test_saved_as_it_was_nothing_is_recorded(house: House) -> None:
    makes(house, "Help desk", "edit_users")
    recorded = house.log()

    saved = roles.edit(house.parts, house.id_of("anna"), "Help desk", "Help desk", ("edit_users",))

    assert saved == Saved("Help desk", changed=False)
    assert house.log() == recorded


def test_a_role_that_somebody_holds_is_not_deleted(house: House) -> None:
    makes(house, "Help desk", "edit_users")
    gives(house, "dora", "Help desk")

    with is_refused(house, Why.IN_USE) as results:
        results.append(roles.delete(house.parts, house.id_of("anna"), "Help desk"))
    assert isinstance(results[0], Refused)
    assert results[0].facts == {"users": 1}

    gives(house, "dora")
    assert roles.delete(house.parts, house.id_of("anna"), "Help desk") == Saved("Help desk")
    assert [row["name"] for row in house.rows("roles")] == []
    assert last(house)["tag"] == "browser:role:deleted"


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("x" * 65, "too_long"),
        ("a,Administrator", "signs"),
        ("a\x00b", "signs"),
        ("a/b", "signs"),
        ("..", "signs"),
        ("a;b", "signs"),
    ],
)
def test_a_name_is_short_and_of_plain_signs(house: House, name: str, fault: str) -> None:
    with is_refused(house, Why.INVALID) as results:
        results.append(makes(house, name))
    assert isinstance(results[0], Refused)
    assert results[0].faults == {"name": fault}


@pytest.mark.parametrize("name", ["Administrator", "administrator", " HR ", "help DESK"])
def test_a_name_is_there_once_in_any_spelling(house: House, name: str) -> None:
    makes(house, "Help desk")
    makes(house, "Other")

    with is_refused(house, Why.NAME_TAKEN) as results:
        results.append(makes(house, name))
        results.append(roles.edit(house.parts, house.id_of("anna"), "Other", name, ()))
    # But its own name may be spelled otherwise
    assert roles.edit(house.parts, house.id_of("anna"), "Help desk", "HELP desk", ()) == Saved("HELP desk")


def test_system_roles_are_not_changed(house: House) -> None:
    with is_refused(house, Why.UNKNOWN) as results:
        results += [
            roles.edit(house.parts, house.id_of("anna"), "HR", "HR", ("edit_roles",)),
            roles.delete(house.parts, house.id_of("anna"), "VTUser"),
        ]


def test_there_are_no_other_permissions(house: House) -> None:
    with is_refused(house, Why.UNKNOWN_PERMISSION) as results:
        results.append(makes(house, "Help desk", "everything"))


@pytest.mark.parametrize("by", ["bob", "hanna"])
def test_who_may_not_edit_roles_makes_none(house: House, by: str) -> None:
    moves_in(house, "hanna", "HR")
    makes(house, "Other")

    with is_refused(house, Why.NOT_ALLOWED) as results:
        results += [
            makes(house, "Help desk", by=by),
            roles.edit(house.parts, house.id_of(by), "Other", "Other", ("chat",)),
            roles.delete(house.parts, house.id_of(by), "Other"),
        ]
