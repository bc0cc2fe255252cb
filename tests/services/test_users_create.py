"""A helper creates a user."""

from __future__ import annotations

import json

import pytest

from astrow2fa.core.password import Strength, missing
from astrow2fa.services import users
from astrow2fa.services.helping import Refused, Why
from astrow2fa.services.users import Created
from tests.services.acting import Desk, last
from tests.support.house import House, install_licence
from tests.support.people import is_refused, moves_in, wanted


def creates(house: House, by: str = "anna", **fields: object) -> Created:
    made = users.create(house.parts, house.id_of(by), wanted(**fields))  # type: ignore[arg-type]
    assert isinstance(made, Created)
    return made


def test_a_created_user_signs_in_with_the_password_that_was_shown(house: House, desk: Desk) -> None:
    made = creates(house, display_name="Eve Evers")

    assert missing(made.password, Strength.STRONG) == []
    desk.types("eve", made.password)
    assert desk.signed_in


def test_it_is_recorded_with_all_that_was_given_and_without_the_password(house: House) -> None:
    made = creates(
        house, email="eve@example.org", kinds=("vt",), mobile=("ess",), roles=("HR",), permissions=("chat",)
    )

    row = last(house)
    assert (row["tag"], row["user_id"], row["actor"]) == ("operator:account:created", made.user_id, "anna")
    assert json.loads(str(row["details"])) == {
        "after": {
            "name": "eve",
            "display_name": "eve",
            "email": "eve@example.org",
            "kinds": ["ess", "vt"],
            "mobile": ["ess"],
            "roles": ["HR"],
            "permissions": ["chat"],
            "enabled": True,
        }
    }
    assert made.password not in str(house.rows("log"))


def test_one_who_may_not_log_in_yet_does_not(house: House, desk: Desk) -> None:
    made = users.create(house.parts, house.id_of("anna"), wanted(), enabled=False)
    assert isinstance(made, Created)

    desk.types("eve", made.password)
    assert not desk.signed_in


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({"name": "  "}, {"name": "empty"}),
        ({"name": "x" * 129}, {"name": "too_long"}),
        ({"name": "e\u202eve"}, {"name": "unprintable"}),
        ({"display_name": "x" * 257}, {"display_name": "too_long"}),
        ({"display_name": "a\nb"}, {"display_name": "unprintable"}),
        ({"email": "eve"}, {"email": "no_address"}),
        ({"email": "@example.org"}, {"email": "no_address"}),
        ({"email": "e ve@example.org"}, {"email": "no_address"}),
        ({"email": "x" * 320 + "@y"}, {"email": "too_long"}),
        ({"kinds": ("boss",)}, {"kinds": "unknown"}),
        ({"mobile": ("boss",)}, {"kinds": "unknown"}),
    ],
)
def test_what_is_not_right_is_named_and_nothing_is_made(
    house: House, fields: dict[str, object], faults: dict[str, str]
) -> None:
    with is_refused(house, Why.INVALID) as results:
        results.append(users.create(house.parts, house.id_of("anna"), wanted(**fields)))  # type: ignore[arg-type]
    assert isinstance(results[0], Refused)
    assert results[0].faults == faults


@pytest.mark.parametrize("name", ["bob", "BOB", " bob ", "\uff42ob"])
def test_a_name_is_taken_in_every_spelling(house: House, name: str) -> None:
    with is_refused(house, Why.NAME_TAKEN) as results:
        results.append(users.create(house.parts, house.id_of("anna"), wanted(name)))


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("roles", "Boss", Why.UNKNOWN_ROLE),
        ("roles", "administrator", Why.UNKNOWN_ROLE),
        ("permissions", "everything", Why.UNKNOWN_PERMISSION),
    ],
)
def test_there_are_no_other_roles_and_permissions(house: House, field: str, value: str, why: Why) -> None:
    with is_refused(house, why) as results:
        results.append(users.create(house.parts, house.id_of("anna"), wanted(**{field: (value,)})))


def test_mobile_takes_a_seat_and_there_are_no_more_than_the_licences_have(house: House) -> None:
    # Given three users with Mobile, and licences whose seats add up to four
    moves_in(house, "hanna", "HR")
    house.delete("licences")
    install_licence(house.parts, seats=3)
    install_licence(house.parts, seats=1)
    # When
    creates(house, "hanna", mobile=("vt",))
    # Then
    with is_refused(house, Why.NO_SEAT) as results:
        results.append(users.create(house.parts, house.id_of("hanna"), wanted("fay", mobile=("vt",))))
    assert isinstance(results[0], Refused)
    assert results[0].facts == {"needed": 1, "free": 0, "allowed": 4}
    # But without Mobile there is room for everybody
    creates(house, "hanna", name="fay")


def test_without_a_valid_licence_nobody_is_given_mobile(house: House) -> None:
    house.clock.advance(366 * 86_400)

    with is_refused(house, Why.NO_SEAT) as results:
        results.append(users.create(house.parts, house.id_of("anna"), wanted(mobile=("ess",))))


@pytest.mark.parametrize("by", ["bob", "dora"])
def test_who_may_not_edit_users_creates_none(house: House, by: str) -> None:
    with is_refused(house, Why.NOT_ALLOWED) as results:
        results.append(users.create(house.parts, house.id_of(by), wanted()))


def test_a_helper_who_is_suspended_meanwhile_creates_none(house: House) -> None:
    hanna = moves_in(house, "hanna", "HR")
    users.suspend(house.parts, house.id_of("anna"), hanna)

    with is_refused(house, Why.NOT_ALLOWED) as results:
        results.append(users.create(house.parts, hanna, wanted()))
