"""A helper changes, suspends, brings back and unlocks a user, and resets the password."""

from __future__ import annotations

import json

import pytest

from astrow2fa.core.confirmation import Reason, State
from astrow2fa.core.policy import Mode
from astrow2fa.services import users
from astrow2fa.services.helping import Why
from astrow2fa.services.users import Changed, Reset
from tests.services.acting import Desk, again, last
from tests.support.house import House, install_licence
from tests.support.people import is_refused, moves_in, wanted
from tests.support.phone import RobotPhone


class Told:
    """A notifier that writes down what it is told."""

    def __init__(self) -> None:
        self.revoked: list[str] = []
        self.moved_to: list[State] = []

    def asked(self, *_: object) -> None: ...

    def moved(self, confirmation: object) -> None:
        self.moved_to.append(confirmation.state)  # type: ignore[attr-defined]

    def phone_revoked(self, device_id: str) -> None:
        self.revoked.append(device_id)


@pytest.fixture
def told(house: House, monkeypatch: pytest.MonkeyPatch) -> Told:
    told = Told()
    notifier = house.parts.notifier
    for name in ("asked", "moved", "phone_revoked"):
        monkeypatch.setattr(notifier, name, getattr(told, name))
    return told


def edits(house: House, name: str, by: str = "anna", mark: str | None = None, **fields: object) -> object:
    return users.edit(house.parts, house.id_of(by), house.id_of(name), wanted(name, **fields), mark)


def test_only_what_differs_is_recorded_before_and_after(house: House) -> None:
    result = edits(house, "dora", display_name="Dora Dee", roles=("HR",), kinds=("vt",))

    assert result == Changed(("display_name", "kinds", "roles"))
    row = last(house)
    assert (row["tag"], row["actor"], row["user_id"]) == (
        "browser:account:changed",
        "anna",
        house.id_of("dora"),
    )
    assert json.loads(str(row["details"])) == {
        "before": {"display_name": "Dora Dahl", "kinds": [], "roles": []},
        "after": {"display_name": "Dora Dee", "kinds": ["vt"], "roles": ["HR"]},
    }


def test_nothing_changed_is_nothing_recorded(house: House) -> None:
    recorded = house.log()

    assert edits(house, "dora", display_name="Dora Dahl") == Changed(())
    assert house.log() == recorded


def test_a_renamed_user_signs_in_by_the_new_name_and_is_found_by_it(house: House, desk: Desk) -> None:
    users.edit(house.parts, house.id_of("anna"), house.id_of("dora"), wanted("Dörte"))

    desk.types("DÖRTE")
    assert desk.signed_in


def test_a_name_of_somebody_else_is_taken(house: House) -> None:
    with is_refused(house, Why.NAME_TAKEN) as results:
        results.append(users.edit(house.parts, house.id_of("anna"), house.id_of("dora"), wanted("ANNA")))


def test_a_form_filled_before_somebody_elses_change_changes_nothing(house: House) -> None:
    # Given
    with house.parts.store.read() as work:
        account = work.accounts.named("dora")
    assert account is not None
    mark = users.seen(account)
    edits(house, "dora", email="dora@example.org")
    # When, Then
    with is_refused(house, Why.STALE) as results:
        results.append(edits(house, "dora", mark=mark, display_name="Dora Dee"))


def test_without_mobile_what_is_pending_ends_and_the_phone_is_cut_off(
    strict_house: House, desk: Desk, told: Told
) -> None:
    # Given
    phone = strict_house.phone("bob")
    asked = desk.waits("bob")
    # When
    assert edits(strict_house, "bob", display_name="Bob Boer", kinds=("ess",)) == Changed(("mobile",))
    # Then
    ended = again(strict_house, asked)
    assert (ended.state, ended.reason) == (State.CANCELLED, Reason.POLICY)
    assert told.revoked == [phone.id]
    assert told.moved_to == [State.CANCELLED]
    assert [row["revoked_at"] for row in strict_house.rows("phones")] == [None]


def test_seats_that_are_taken_stay_taken(house: House) -> None:
    # Given one seat for three users with Mobile
    house.delete("licences")
    install_licence(house.parts, seats=1)
    # Then they may be edited, and keep it
    assert edits(house, "bob", kinds=("ess", "vt"), mobile=("ess", "vt")) == Changed(
        ("display_name", "kinds", "mobile")
    )
    # But nobody else gets one
    with is_refused(house, Why.NO_SEAT) as results:
        results.append(edits(house, "dora", mobile=("ess",)))


def test_suspending_ends_everything_at_once(
    strict_house: House, desk: Desk, other_desk: Desk, told: Told
) -> None:
    # Given
    phone: RobotPhone = strict_house.phone("bob")
    desk.comes_in("bob", phone)
    asked = other_desk.waits("bob")
    bob = strict_house.id_of("bob")
    # When
    assert users.suspend(strict_house.parts, strict_house.id_of("anna"), bob) == Changed(("enabled",))
    # Then
    assert not desk.signed_in
    assert again(strict_house, asked).reason is Reason.ACCOUNT_DISABLED
    assert told.revoked == [phone.id]
    row = last(strict_house)
    assert (row["tag"], row["actor"]) == ("operator:account:disabled", "anna")
    assert json.loads(str(row["details"]))["after"] == {"enabled": False}
    # And again is nothing
    recorded = strict_house.log()
    assert users.suspend(strict_house.parts, strict_house.id_of("anna"), bob) == Changed(())
    assert strict_house.log() == recorded


def test_reactivated_the_user_comes_in_again(house: House, desk: Desk) -> None:
    anna, bob = house.id_of("anna"), house.id_of("bob")
    users.suspend(house.parts, anna, bob)
    assert users.reactivate(house.parts, anna, bob) == Changed(("enabled",))

    desk.types("bob")
    assert desk.signed_in
    assert users.reactivate(house.parts, anna, bob) == Changed(())


def test_a_locked_user_is_unlocked(house: House, desk: Desk, other_desk: Desk) -> None:
    # Given
    for _ in range(4):
        other_desk.types("bob", "wrong")
    desk.types("bob")
    assert not desk.signed_in
    # When
    users.unlock(house.parts, house.id_of("anna"), house.id_of("bob"))
    # Then
    assert last(house)["tag"] == "browser:account:unlocked"
    desk.types("bob")
    assert desk.signed_in


def test_a_reset_password_is_the_only_one_that_counts(house: House, desk: Desk, other_desk: Desk) -> None:
    # Given
    desk.types("bob")
    # When
    reset = users.reset_password(house.parts, house.id_of("anna"), house.id_of("bob"))
    # Then
    assert isinstance(reset, Reset)
    assert not reset.first
    assert not desk.signed_in
    desk.types("bob")
    assert not desk.signed_in
    other_desk.types("bob", reset.password)
    assert other_desk.signed_in
    assert reset.password not in str(house.rows("log"))


def test_the_last_administrator_is_neither_suspended_nor_made_anything_else(house: House) -> None:
    # Given somebody who holds every permission, but not the role
    everything = tuple(
        str(p) for p in ("edit_system_settings", "edit_licences", "edit_users", "edit_roles", "view_log")
    )
    edits(house, "dora", permissions=everything)
    # When, Then
    with is_refused(house, Why.LAST_ADMINISTRATOR) as results:
        results.append(users.suspend(house.parts, house.id_of("dora"), house.id_of("anna")))
        results.append(edits(house, "anna", by="dora", mobile=("ess",)))
        results.append(edits(house, "anna", mobile=("ess",)))


def test_one_who_is_locked_or_suspended_is_no_administrator_who_is_left(house: House, desk: Desk) -> None:
    # Given two, one of them locked
    ada = moves_in(house, "ada", "Administrator")
    with house.parts.store.write() as work:
        work.accounts.set_locked(ada, 1)
    # When, Then
    with is_refused(house, Why.LAST_ADMINISTRATOR) as results:
        results.append(edits(house, "anna", mobile=("ess",)))
    # But with another one
    users.unlock(house.parts, house.id_of("anna"), ada)
    assert isinstance(users.suspend(house.parts, ada, house.id_of("anna")), Changed)
    with is_refused(house, Why.LAST_ADMINISTRATOR) as results:
        results.append(edits(house, "ada", by="ada"))


def test_nobody_does_to_oneself_what_my_info_is_for(house: House) -> None:
    anna = house.id_of("anna")

    with is_refused(house, Why.YOURSELF) as results:
        results += [
            users.suspend(house.parts, anna, anna),
            users.reactivate(house.parts, anna, anna),
            users.unlock(house.parts, anna, anna),
            users.reset_password(house.parts, anna, anna),
        ]


def test_somebody_who_is_not_there_is_unknown(house: House) -> None:
    anna = house.id_of("anna")

    with is_refused(house, Why.UNKNOWN) as results:
        results += [users.suspend(house.parts, anna, 999), users.edit(house.parts, anna, 999, wanted())]


@pytest.mark.parametrize("mode", [Mode.OFF, Mode.ALWAYS])
def test_a_permission_taken_away_is_gone_at_the_next_request(house: House, desk: Desk, mode: Mode) -> None:
    # Given
    hanna = moves_in(house, "hanna", "HR")
    desk.types("hanna")
    house.policy(mode)
    # When
    edits(house, "hanna")
    # Then
    held = desk.held()
    assert held is not None
    assert held.account.permissions == frozenset()
    with is_refused(house, Why.NOT_ALLOWED) as results:
        results.append(users.suspend(house.parts, hanna, house.id_of("bob")))
