"""Saving the fields of tab Security: all or none, one row each, on the version they rest on."""

from __future__ import annotations

import json

import pytest

from astrow2fa.core.licence import Module
from astrow2fa.core.policy import Mode
from astrow2fa.core.settings import Settings, Value
from astrow2fa.services.accounts import Impossible
from astrow2fa.services.settings import (
    Change,
    Saver,
    Stale,
    Unlicensed,
    WouldLockOut,
    change,
    current,
    merge,
    save,
    tab,
    unable,
    write,
)
from tests.services.acting import nothing_changes, refused
from tests.support.house import House

ANNA = Saver("anna", "a session", "192.0.2.10")
YEAR = 366 * 86_400


def recorded(house: House) -> list[dict[str, object]]:
    rows = [row for row in house.rows("log") if row["tag"] == "operator:setting:changed"]
    return [{"actor": row["actor"], **json.loads(str(row["details"]))} for row in rows]


def test_each_field_that_changes_is_one_row_with_before_and_after(house: House) -> None:
    values: dict[str, Value] = {"log_days": 60, "use_password_policy": True, "password_history": 0}

    after = save(house.parts, values, ANNA, version=1)

    assert after == Settings(version=2, log_days=60, use_password_policy=True) == current(house.parts)
    assert recorded(house) == [
        {"actor": "anna", "name": "use_password_policy", "before": "no", "after": "yes", "version": 2},
        {"actor": "anna", "name": "log_days", "before": "30", "after": "60", "version": 2},
    ]
    last = house.rows("log")[-1]
    assert (last["session_id"], last["address"]) == ("a session", "192.0.2.10")


def test_what_is_already_so_changes_and_records_nothing(house: House) -> None:
    with nothing_changes(house):
        assert save(house.parts, {"log_days": 30}, ANNA, version=1) == Settings()


@pytest.mark.parametrize("version", [0, 1, 3, 99])
def test_a_save_that_rests_on_another_version_is_refused_and_told_what_changed(
    house: House, version: int
) -> None:
    change(house.parts, "log_days", "60")

    with refused(house, Stale) as caught:
        save(house.parts, {"password_history": 3}, ANNA, version=version)

    stale = caught.value
    assert stale.stored == Settings(version=2, log_days=60)
    now = house.clock.now()
    seen = [Change("log_days", "30", "60", "operator", now)] if version < 2 else []
    assert stale.changes == seen


def test_two_save_at_once_and_the_second_loses_nothing(house: House) -> None:
    # Given two forms opened at the same version, and the first of them saved, twice
    save(house.parts, {"log_days": 60, "confirmation_seconds": 60}, ANNA, version=1)
    save(house.parts, {"log_days": 90}, ANNA, version=2)
    # When the second sends what it has, having changed two fields
    typed = {"log_days": "7", "confirmation_seconds": "120", "password_history": "3", "random_percent": "50"}
    with pytest.raises(Stale) as caught:
        save(house.parts, {"log_days": 7}, ANNA, version=1)
    merged = merge(typed, caught.value)
    # Then its changes are kept, all else is as it is now, and what both changed is named
    assert merged.disputed == ["log_days"]
    assert merged.texts["log_days"] == "7"
    assert merged.texts["password_history"] == "3"
    assert merged.texts["confirmation_seconds"] == "60"
    assert merged.texts["two_factor"] == "off"


def test_both_typing_the_same_is_no_dispute(house: House) -> None:
    change(house.parts, "log_days", "60")

    with pytest.raises(Stale) as caught:
        save(house.parts, {"log_days": 60}, ANNA, version=1)

    assert merge({"log_days": "60"}, caught.value).disputed == []


@pytest.mark.parametrize("mode", [Mode.ALWAYS, Mode.RANDOM])
def test_users_who_could_not_sign_in_stop_it_unless_it_is_forced(house: House, mode: Mode) -> None:
    values: dict[str, Value] = {"two_factor": mode, "log_days": 60}

    with refused(house, WouldLockOut) as caught:
        save(house.parts, values, ANNA)
    assert caught.value.many == 4 == len(unable(house.parts))

    assert save(house.parts, values, ANNA, force=True).two_factor is mode


@pytest.mark.parametrize("mode", [Mode.ALWAYS, Mode.RANDOM])
def test_with_phones_for_everybody_nothing_stops_it(house: House, mode: Mode) -> None:
    for name in ("anna", "bob", "charlie"):
        house.phone(name)
    with house.parts.store.write() as work:
        work.accounts.set_enabled(house.id_of("dora"), False)

    assert save(house.parts, {"two_factor": mode}, ANNA).two_factor is mode


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("mode", [Mode.ALWAYS, Mode.RANDOM])
def test_without_licence_neither_is_chosen_anew_and_what_is_missing_is_named(
    house: House, mode: Mode, force: bool
) -> None:
    house.clock.advance(YEAR)
    assert tab(house.parts).missing == [Module.ASTROW_MOBILE, Module.TWO_FACTOR]

    with refused(house, Unlicensed) as caught:
        save(house.parts, {"two_factor": mode, "log_days": 60}, ANNA, force=force)

    assert caught.value.missing == [Module.ASTROW_MOBILE, Module.TWO_FACTOR]


def test_a_lapsed_licence_leaves_what_is_enforced_and_all_other_fields_free(house: House) -> None:
    # Given
    house.policy(Mode.ALWAYS)
    house.clock.advance(YEAR)
    # When the whole form is saved, with another field changed
    after = save(house.parts, {"two_factor": Mode.ALWAYS, "log_days": 60}, ANNA)
    # Then
    assert (after.two_factor, after.log_days) == (Mode.ALWAYS, 60)
    with refused(house, Unlicensed):
        save(house.parts, {"two_factor": Mode.RANDOM}, ANNA)
    assert save(house.parts, {"two_factor": Mode.OFF}, ANNA).two_factor is Mode.OFF
    with refused(house, Unlicensed):
        save(house.parts, {"two_factor": Mode.ALWAYS}, ANNA)


def test_a_row_that_moved_meanwhile_is_not_overwritten(house: House) -> None:
    with refused(house, Impossible), house.parts.store.write() as work:
        write(work, Settings(version=7), {"log_days": 60}, ANNA)
