"""A file of users: the dry run changes nothing, and then all of it is imported or nothing."""

from __future__ import annotations

import json

import pytest

from astrow2fa.core.user_csv import read
from astrow2fa.services import directory, user_import, users
from astrow2fa.services.helping import Refused, Why
from astrow2fa.services.user_import import Imported, Standing
from tests.services.acting import Desk
from tests.support.databases import BOTH
from tests.support.house import House, install_licence
from tests.support.people import is_refused, moves_in, wanted
from tests.support.unchanged import nothing_changes

pytestmark = BOTH

UNDER_WAY = ("imports", "import_rows")


def begins(house: House, text: str, by: str = "anna") -> str:
    begun = user_import.begin(house.parts, house.id_of(by), read(text.encode()))
    assert isinstance(begun, str)
    return begun


def looks(house: House, import_id: str, by: str = "anna") -> Standing:
    """The whole dry run."""
    while True:
        made = user_import.look(house.parts, house.id_of(by), import_id)
        assert not isinstance(made, Refused)
        if made.checked >= made.total:
            standing = user_import.standing(house.parts, house.id_of(by), import_id)
            assert standing is not None
            return standing


def faults(standing: Standing) -> dict[int, dict[str, str]]:
    return {row.line: dict(row.faults) for row in standing.faulty}


def runs(house: House, import_id: str, by: str = "anna") -> object:
    return list(user_import.run(house.parts, house.id_of(by), import_id))[-1]


def test_new_users_are_created_and_those_that_are_there_changed(house: House) -> None:
    # Given
    import_id = begins(
        house, "user_name,kinds,roles,enabled\neve,ess+mobile;vt,HR;Manager,\nBOB,,,no\ndora,,,\n"
    )
    # When looked at
    with nothing_changes(house, *UNDER_WAY):
        standing = looks(house, import_id)
    assert standing.outcomes == {"create": 1, "change": 1, "same": 1, "faulty": 0}
    # When run
    assert runs(house, import_id) == Imported(1, 1, 1)
    # Then
    eve = directory.profile(house.parts, house.id_of("anna"), house.id_of("eve"))
    bob = directory.profile(house.parts, house.id_of("anna"), house.id_of("bob"))
    assert eve is not None
    assert bob is not None
    assert (eve.account.kinds, eve.account.mobile, eve.account.roles) == (
        ("ess", "vt"),
        ("ess",),
        ("HR", "Manager"),
    )
    assert (bob.account.enabled, bob.account.kinds, bob.account.display_name) == (False, (), "Bob Boer")
    # And it is recorded, one row for each change
    assert house.log()[-4:] == [
        "operator:account:created",
        "browser:account:changed",
        "operator:account:disabled",
        "browser:users:imported",
    ]
    assert json.loads(str(house.rows("log")[-1]["details"])) == {"created": 1, "changed": 1, "same": 1}
    # And there is nothing left of the file
    assert house.rows("import_rows") == []


def test_a_new_user_has_no_password_until_one_is_set(house: House, desk: Desk) -> None:
    # Given two of them
    import_id = begins(house, "user_name\neve\nfay\n")
    looks(house, import_id)
    runs(house, import_id)
    # Then no password is theirs, the same one for both
    hashes = {row["password_hash"] for row in house.rows("users") if row["name"] in ("eve", "fay")}
    assert len(hashes) == 1
    for password in ("", "eve", str(next(iter(hashes)))):
        desk.types("eve", password)
        assert not desk.signed_in
    # When a first one is set, which is not the second half of anything
    reset = users.reset_password(house.parts, house.id_of("anna"), house.id_of("eve"))
    assert isinstance(reset, users.Reset)
    assert reset.first
    desk.types("eve", reset.password)
    assert desk.signed_in


def test_every_fault_is_told_by_line_and_column(house: House) -> None:
    standing = looks(
        house,
        begins(
            house,
            "user_name,email,kinds,roles,permissions,enabled\n"
            "eve,no,boss,Boss,anything,perhaps\n"
            ",,,,,\n"
            "   ,x@y,,,,\n"
            f"{'n' * 129},,,,,\n"
            "bob,,,,\n"
            "fay,,,,,\n"
            "FAY,,,,,\n"
            "anna,,,Administrator,,no\n",
        ),
    )

    assert faults(standing) == {
        2: {
            "email": "no_address",
            "kinds": "unknown",
            "roles": "unknown_role",
            "permissions": "unknown_permission",
            "enabled": "yes_or_no",
        },
        4: {"user_name": "empty"},
        5: {"user_name": "too_long"},
        6: {"user_name": "cells"},
        8: {"user_name": "twice"},
        9: {"enabled": "yourself"},
    }


def test_one_faulty_line_and_nothing_is_imported(house: House) -> None:
    import_id = begins(house, "user_name,roles\neve,\nfay,Boss\n")
    looks(house, import_id)

    with is_refused(house, Why.STALE) as results:
        results.append(runs(house, import_id))


def test_what_was_not_looked_at_is_not_imported(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(user_import, "BATCH", 1)
    import_id = begins(house, "user_name\neve\nfay\n")
    user_import.look(house.parts, house.id_of("anna"), import_id)

    with is_refused(house, Why.NOT_CHECKED) as results:
        results.append(runs(house, import_id))


@pytest.mark.parametrize("change", ["name", "role", "helper", "between"])
def test_what_was_changed_meanwhile_stops_all_of_it(
    house: House, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a file that was right when it was looked at
    hanna = moves_in(house, "hanna", "HR")
    import_id = begins(house, "user_name,roles\neve,HR\nbob,\n", "hanna")
    assert faults(looks(house, import_id, "hanna")) == {}
    # When
    anna = house.id_of("anna")
    if change == "name":
        users.create(house.parts, anna, wanted("eve", roles=("Administrator",)))
    elif change == "role":
        users.edit(house.parts, anna, house.id_of("bob"), wanted("bob", roles=("Administrator",)))
    elif change == "helper":
        users.edit(house.parts, anna, hanna, wanted("hanna", permissions=("edit_users",)))
    steps = user_import.run(house.parts, hanna, import_id)
    if change == "between":
        next(steps)
        users.edit(house.parts, anna, house.id_of("dora"), wanted("dora"))
    # Then
    with is_refused(house, Why.STALE) as results:
        results.append(list(steps)[-1])


def test_seats_are_counted_for_the_file_as_a_whole(house: House) -> None:
    # Given three seats, all taken
    house.delete("licences")
    install_licence(house.parts, seats=3)
    too_many = begins(house, "user_name,kinds\neve,ess+mobile\nbob,ess\nfay,ess+mobile\n")
    looks(house, too_many)
    # When, Then
    with is_refused(house, Why.NO_SEAT) as results:
        results.append(runs(house, too_many))
    # But one for one goes
    exchange = begins(house, "user_name,kinds\neve,ess+mobile\nbob,ess\n")
    looks(house, exchange)
    assert runs(house, exchange) == Imported(1, 1, 0)


def test_the_last_administrator_stays_one(house: House) -> None:
    # Given Dora, who holds every permission but not the role
    every = ("edit_system_settings", "edit_licences", "edit_users", "edit_roles", "view_log")
    users.edit(house.parts, house.id_of("anna"), house.id_of("dora"), wanted("dora", permissions=every))
    for text in ("user_name,roles\nanna,\n", "user_name,enabled\nanna,no\n"):
        import_id = begins(house, text, "dora")
        looks(house, import_id, "dora")
        with is_refused(house, Why.LAST_ADMINISTRATOR) as results:
            results.append(runs(house, import_id, "dora"))


def test_an_import_is_its_helpers_own(house: House) -> None:
    hanna = moves_in(house, "hanna", "HR")
    import_id = begins(house, "user_name\neve\n")

    assert user_import.standing(house.parts, hanna, import_id) is None
    user_import.drop(house.parts, hanna, import_id)
    user_import.look_anew(house.parts, hanna, import_id)
    with is_refused(house, Why.UNKNOWN) as results:
        results += [user_import.look(house.parts, hanna, import_id), runs(house, import_id, "hanna")]
    looks(house, import_id)
    assert runs(house, import_id) == Imported(1, 0, 0)
    # And done, it is not done again
    with is_refused(house, Why.UNKNOWN) as results:
        results.append(runs(house, import_id))


def test_who_may_not_edit_users_imports_none(house: House) -> None:
    with is_refused(house, Why.NOT_ALLOWED) as results:
        results.append(user_import.begin(house.parts, house.id_of("bob"), read(b"user_name\neve\n")))


def test_the_next_file_takes_the_place_of_the_one_before(house: House) -> None:
    older = begins(house, "user_name\neve\n")
    newer = begins(house, "user_name\nfay\n")

    assert user_import.standing(house.parts, house.id_of("anna"), older) is None
    assert [row["import_id"] for row in house.rows("import_rows")] == [newer]
    user_import.drop(house.parts, house.id_of("anna"), newer)
    assert house.rows("imports") == house.rows("import_rows") == []


def test_what_is_exported_is_the_same_when_it_is_imported(house: House) -> None:
    # Given more users than go into one piece
    text = "user_name,display_name,kinds,roles\n" + "".join(
        f"user{n},=User {n},ess+mobile;vt,Manager\n" for n in range(directory.BATCH + 10)
    )
    import_id = begins(house, text)
    looks(house, import_id)
    runs(house, import_id)
    # When
    out = "".join(directory.export(house.parts, "anna"))
    # Then
    assert house.log()[-1] == "browser:users:exported"
    standing = looks(house, begins(house, out))
    assert standing.outcomes == {"same": directory.BATCH + 14, "faulty": 0}
    assert "password" not in out
