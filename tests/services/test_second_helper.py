"""Who sets a user's password does not also hand out a way past the phone, within 24 hours."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from astrow2fa.core.policy import Mode
from astrow2fa.core.user_csv import read
from astrow2fa.services import accounts, help_desk, user_import, users
from astrow2fa.services.help_desk import Handed, Sheet
from astrow2fa.services.helping import Refused, Why
from astrow2fa.services.user_import import Imported
from astrow2fa.services.users import Created, Reset
from tests.services.acting import Desk
from tests.support.house import House, pair_phone
from tests.support.people import is_refused, moves_in, wanted

DAY = 86_400


@pytest.fixture
def hanna(house: House) -> int:
    return moves_in(house, "hanna", "HR")


@pytest.fixture
def henry(house: House) -> int:
    return moves_in(house, "henry", "HR")


def resets(house: House, helper: int, name: str = "bob") -> object:
    return users.reset_password(house.parts, helper, house.id_of(name))


def hands_a_code(house: House, helper: int, name: str = "bob") -> object:
    return help_desk.issue_code(house.parts, helper, house.id_of(name))


def hands_an_invitation(house: House, helper: int, name: str = "bob") -> object:
    return help_desk.invite(house.parts, helper, house.id_of(name))


@pytest.mark.parametrize("way", [hands_a_code, hands_an_invitation])
def test_after_a_reset_a_code_takes_a_second_helper(
    house: House, hanna: int, henry: int, way: Callable[[House, int], object]
) -> None:
    assert isinstance(resets(house, hanna), Reset)

    with is_refused(house, Why.SECOND_HELPER) as results:
        results.append(way(house, hanna))
    assert isinstance(way(house, henry), Handed)


@pytest.mark.parametrize("way", [hands_a_code, hands_an_invitation])
def test_after_a_code_a_reset_takes_a_second_helper(
    house: House, hanna: int, henry: int, way: Callable[[House, int], object]
) -> None:
    assert isinstance(way(house, hanna), Handed)

    with is_refused(house, Why.SECOND_HELPER) as results:
        results.append(resets(house, hanna))
    assert isinstance(resets(house, henry), Reset)


def test_the_operator_is_a_second_one(house: House, hanna: int) -> None:
    hands_a_code(house, hanna)

    accounts.reset_password(house.parts, "bob", "sparrow Kettle-9 moon", actor="operator")


def test_after_a_day_one_helper_may_do_both(house: House, hanna: int) -> None:
    resets(house, hanna)
    house.clock.advance(DAY - 1)
    with is_refused(house, Why.SECOND_HELPER) as results:
        results.append(hands_a_code(house, hanna))

    house.clock.advance(1)
    assert isinstance(hands_a_code(house, hanna), Handed)


def test_an_administrator_is_one_helper_too(house: House) -> None:
    resets(house, house.id_of("anna"))

    with is_refused(house, Why.SECOND_HELPER) as results:
        results.append(hands_a_code(house, house.id_of("anna")))


def test_helping_two_different_users_is_no_matter(house: House, hanna: int) -> None:
    resets(house, hanna, "bob")

    assert isinstance(hands_a_code(house, hanna, "charlie"), Handed)


def test_a_second_helper_is_not_made_for_the_purpose(house: House, hanna: int) -> None:
    # Given Hanna resets Bob's password, and makes herself a colleague
    resets(house, hanna)
    puppet = users.create(house.parts, hanna, wanted("puppet", roles=("HR",)))
    assert isinstance(puppet, Created)
    # When the colleague hands out the code, Then
    with is_refused(house, Why.SECOND_HELPER) as results:
        results.append(hands_a_code(house, puppet.user_id))


def test_nor_taken_over_for_the_purpose(house: House, hanna: int, henry: int) -> None:
    # Given Hanna resets Bob's password, and then Henry's
    resets(house, hanna)
    resets(house, hanna, "henry")
    # When "Henry" hands out the code, Then
    with is_refused(house, Why.SECOND_HELPER) as results:
        results.append(hands_a_code(house, henry))


def test_creating_a_user_with_password_and_invitation_is_one_act_before_the_first_sign_in(
    house: House, hanna: int, desk: Desk
) -> None:
    # Given
    made = users.create(house.parts, hanna, wanted(mobile=("ess",)))
    assert isinstance(made, Created)
    assert isinstance(help_desk.invite(house.parts, hanna, made.user_id), Handed)
    assert isinstance(help_desk.issue_code(house.parts, hanna, made.user_id), Handed)
    # When the user has signed in
    desk.types("eve", made.password)
    assert desk.signed_in
    # Then it is a second thing
    with is_refused(house, Why.SECOND_HELPER) as results:
        results.append(help_desk.issue_code(house.parts, hanna, made.user_id))


def test_nor_after_the_first_phone(house: House, hanna: int) -> None:
    made = users.create(house.parts, hanna, wanted(mobile=("ess",)))
    assert isinstance(made, Created)
    pair_phone(house.parts, made.user_id, "Pixel 9")

    with is_refused(house, Why.SECOND_HELPER) as results:
        results.append(help_desk.issue_code(house.parts, hanna, made.user_id))


def test_a_sheet_has_the_first_password_and_the_invitation_of_one_who_was_imported(
    house: House, hanna: int, desk: Desk
) -> None:
    # Given
    rows = read(b"user_name,kinds\neve,ess+mobile\nfay,vt\n")
    begun = user_import.begin(house.parts, hanna, rows)
    assert isinstance(begun, str)
    user_import.look(house.parts, hanna, begun)
    assert Imported(2, 0, 0) in list(user_import.run(house.parts, hanna, begun))
    # When
    eve, fay, bob, anna = _sheets(house, hanna, "eve", "fay", "bob", "anna")
    # Then
    assert eve.password
    assert eve.invitation
    assert fay.password
    assert fay.invitation is None
    assert (bob.password, bool(bob.invitation)) == (None, True)
    assert anna.refused == Refused(Why.HOLDS_MORE)
    desk.types("eve", eve.password)
    assert desk.signed_in


def _sheets(house: House, helper: int, *names: str) -> list[Sheet]:
    found = {
        s.account.name: s for s in help_desk.sheets(house.parts, helper, [house.id_of(n) for n in names])
    }
    return [found[name] for name in names]


def test_a_code_of_a_helper_pairs_a_phone_whose_source_names_the_helper(house: House, hanna: int) -> None:
    hands_a_code(house, hanna)

    assert [row["source"] for row in house.rows("pairing_codes")] == ["helper hanna"]


@pytest.mark.parametrize(
    ("name", "why"), [("dora", Why.NO_MOBILE), ("anna", Why.HOLDS_MORE), ("hanna", Why.YOURSELF)]
)
def test_there_are_no_codes_for_these(house: House, hanna: int, name: str, why: Why) -> None:
    with is_refused(house, why) as results:
        results += [hands_a_code(house, hanna, name), hands_an_invitation(house, hanna, name)]


def test_nor_for_a_suspended_user_nor_without_a_licence(house: House, hanna: int) -> None:
    users.suspend(house.parts, hanna, house.id_of("bob"))
    with is_refused(house, Why.SUSPENDED) as results:
        results.append(hands_a_code(house, hanna))

    house.clock.advance(366 * DAY)
    with is_refused(house, Why.NOT_LICENSED) as results:
        results.append(hands_a_code(house, hanna, "charlie"))


def test_what_is_ended_for_a_user_is_recorded_with_the_helpers_name(strict_house: House, desk: Desk) -> None:
    # Given
    hanna = moves_in(strict_house, "hanna", "HR")
    phone = strict_house.phone("bob")
    desk.comes_in("bob", phone)
    bob = strict_house.id_of("bob")
    # When
    help_desk.end_sessions(strict_house.parts, hanna, bob)
    help_desk.revoke_phone(strict_house.parts, hanna, bob, phone.id)
    # Then
    assert not desk.signed_in
    actors = {row["tag"]: row["actor"] for row in strict_house.rows("log")[-2:]}
    assert actors == {"server:session:ended": "hanna", "server:phone:revoked": "hanna"}


def test_what_is_somebody_elses_is_unknown(house: House, hanna: int, desk: Desk) -> None:
    phone = house.phone("charlie")
    desk.types("charlie")
    session = str(house.rows("sessions")[-1]["id"])
    bob = house.id_of("bob")
    house.policy(Mode.OFF)

    with is_refused(house, Why.UNKNOWN) as results:
        results += [
            help_desk.revoke_phone(house.parts, hanna, bob, phone.id),
            help_desk.end_session(house.parts, hanna, bob, session),
        ]
