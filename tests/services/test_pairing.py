"""Pairing a phone: by link or typed code, once, within ten minutes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from astrow2fa.core.errors import BadCode, NotLicensed, NotPermitted
from astrow2fa.core.facts import Tag
from astrow2fa.services import accounts
from astrow2fa.services.pairing import CODE_SECONDS, Issued, NewPhone, Paired, invite, issue_code, pair
from tests.services.acting import refused
from tests.support.house import PASSWORD, House

NOTED = ("log", "pairing_codes")
"""What a wrong code may change: its tries, and the log."""


def issued_for(house: House, name: str = "anna") -> Issued:
    return issue_code(house.parts, house.id_of(name), "operator")


def new_phone(house: House, code: str, username: str | None = None, password: str | None = None) -> NewPhone:
    key = house.parts.signatures.new_key()
    return NewPhone(code, key.public, "Pixel 9", "Android", "persisted", username, password)


def by_link(house: House, code: str) -> Paired:
    return pair(house.parts, new_phone(house, code), "192.0.2.50")


def by_typing(house: House, code: str, username: str = "anna", password: str = PASSWORD) -> Paired:
    return pair(house.parts, new_phone(house, code, username, password), "192.0.2.50")


def test_by_link(house: House) -> None:
    # When
    paired = by_link(house, issued_for(house).link)
    # Then
    assert paired.account.name == "anna"
    [row] = house.rows("phones")
    assert row["id"] == paired.device_id
    assert (row["name"], row["platform"], row["storage"], row["source"]) == (
        "Pixel 9",
        "Android",
        "persisted",
        "operator",
    )
    assert row["server_kid"] == house.parts.server_key.kid
    assert house.log()[-1] == Tag.PHONE_PAIRED


@pytest.mark.parametrize("spelling", ["{}", " {} ", "lower", "plain", "spaced", "alike"])
def test_by_typed_code_in_every_spelling_a_person_may_choose(house: House, spelling: str) -> None:
    # Given
    typed = issued_for(house).typed
    said = {
        "lower": typed.lower(),
        "plain": typed.replace("-", ""),
        "spaced": " ".join(typed),
        "alike": typed.replace("0", "O").replace("1", "l"),
    }.get(spelling, spelling.format(typed))
    # When, Then
    assert by_typing(house, said, username=" ANNA ").account.name == "anna"


def test_the_codes_are_long_enough_and_only_their_hashes_are_kept(house: House) -> None:
    issued = issued_for(house)

    assert len(issued.link) * 6 >= 128
    assert len(issued.typed.replace("-", "")) * 5 >= 40
    assert issued.expires_at == house.clock.now() + 600
    text = str(house.rows("pairing_codes")) + str(house.rows("log"))
    assert issued.link not in text
    assert issued.typed not in text
    assert issued.typed.replace("-", "") not in text


@pytest.mark.parametrize("first", ["link", "typed"])
def test_using_one_voids_both(house: House, first: str) -> None:
    # Given two codes, to be sure
    other, issued = issued_for(house), issued_for(house)
    # When
    if first == "link":
        by_link(house, issued.link)
    else:
        by_typing(house, issued.typed)
    # Then
    for code in (issued, other):
        with refused(house, BadCode, but=NOTED):
            by_link(house, code.link)
        with refused(house, BadCode, but=NOTED):
            by_typing(house, code.typed)
    assert len(house.rows("phones")) == 1


def test_it_ends_after_ten_minutes_exactly(house: House) -> None:
    # Given
    issued, later = issued_for(house), None
    house.clock.advance(CODE_SECONDS - 1)
    later = issued_for(house)
    # When
    house.clock.advance(1)
    # Then
    with refused(house, BadCode, but=NOTED):
        by_link(house, issued.link)
    with refused(house, BadCode, but=NOTED):
        by_typing(house, issued.typed)
    house.clock.advance(CODE_SECONDS - 1.001)
    assert by_link(house, later.link)


def test_after_five_wrong_tries_the_typed_code_is_void(house: House) -> None:
    # Given
    issued = issued_for(house)
    for _ in range(4):
        with refused(house, BadCode, but=NOTED):
            by_typing(house, "AAAA-AAAA")
    # When the fifth is wrong as well
    with refused(house, BadCode, but=NOTED):
        by_typing(house, "AAAA-AAAA")
    # Then
    with refused(house, BadCode, but=NOTED):
        by_typing(house, issued.typed)


def test_the_fifth_try_may_be_right(house: House) -> None:
    issued = issued_for(house)
    for _ in range(4):
        with refused(house, BadCode, but=NOTED):
            by_typing(house, "AAAA-AAAA")

    assert by_typing(house, issued.typed)


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("anna", "wrong"),
        ("nobody", PASSWORD),
        ("bob", PASSWORD),
        ("charlie", PASSWORD),
        ("", ""),
        ("dora", PASSWORD),
    ],
)
def test_a_right_code_with_a_wrong_name_or_password_pairs_nothing(
    house: House, name: str, password: str
) -> None:
    # Given
    issued = issued_for(house)
    # When, Then
    with refused(house, BadCode, but=NOTED):
        by_typing(house, issued.typed, name, password)
    assert house.log()[-1] == Tag.CODE_REFUSED


@pytest.mark.parametrize("code", ["", "-", " ", "A", "A" * 64, "é", "\0", "0000-0000"])
def test_anything_else_is_no_code(house: House, code: str) -> None:
    issued_for(house)

    with refused(house, BadCode, but=NOTED):
        by_link(house, code)
    with refused(house, BadCode, but=NOTED):
        by_typing(house, code)


def test_each_kind_of_code_fits_its_own_lock_only(house: House) -> None:
    # Given
    issued, invitation = issued_for(house), invite(house.parts, house.id_of("anna"), "operator")
    # When, Then
    for code in (issued.typed, issued.typed.replace("-", ""), invitation.link):
        with refused(house, BadCode, but=NOTED):
            by_link(house, code)
    for code in (issued.link, invitation.link):
        with refused(house, BadCode, but=NOTED):
            by_typing(house, code)
    with refused(house, BadCode, but=NOTED):
        pair(house.parts, replace(new_phone(house, issued.link), username="anna"), "192.0.2.50")


def test_when_permission_was_taken_away_the_code_stays_usable(house: House) -> None:
    # Given
    issued = issued_for(house)
    with house.parts.store.write() as work:
        work._connection.exec_driver_sql("DELETE FROM user_mobile")  # type: ignore[attr-defined]
    # When, Then
    with refused(house, NotPermitted):
        by_link(house, issued.link)
    with refused(house, NotPermitted):
        by_typing(house, issued.typed)
    # And with the permission it pairs
    with house.parts.store.write() as work:
        work._connection.exec_driver_sql(  # type: ignore[attr-defined]
            "INSERT INTO user_mobile SELECT id, 'ess' FROM users"
        )
    assert by_typing(house, issued.typed)


def test_a_wrong_code_does_not_tell_about_permission(house: House) -> None:
    with refused(house, BadCode, but=NOTED):
        by_typing(house, "AAAA-AAAA", "dora")


@pytest.mark.parametrize("name", ["dora", "disabled"])
def test_without_permission_no_code_is_issued(house: House, name: str) -> None:
    # Given
    if name == "disabled":
        accounts.disable(house.parts, "bob")
        name = "bob"
    # When, Then
    for issue in (issue_code, invite):
        with refused(house, NotPermitted):
            issue(house.parts, house.id_of(name), "operator")


def test_a_code_is_of_no_use_while_its_user_is_disabled_and_good_again_after(house: House) -> None:
    # Given
    issued = issued_for(house)
    accounts.disable(house.parts, "anna")
    # When, Then
    with refused(house, NotPermitted):
        by_link(house, issued.link)
    with refused(house, BadCode, but=NOTED):
        by_link(house, issued.link + "x")
    # And
    accounts.enable(house.parts, "anna")
    assert by_link(house, issued.link)


def test_after_the_licence_only_a_user_who_had_a_phone_pairs_one(house: House) -> None:
    # Given Anna has had a phone, Bob has a code and never had one
    by_link(house, issued_for(house).link)
    issued = issued_for(house, "bob")
    # When the licence ends
    with house.parts.store.write() as work:
        work._connection.exec_driver_sql("UPDATE licences SET expires = 1")  # type: ignore[attr-defined]
    # Then
    assert by_link(house, issued_for(house).link)
    with refused(house, NotLicensed):
        by_link(house, issued.link)
    with refused(house, NotLicensed):
        issued_for(house, "bob")
    # And Bob's code was not used up
    with house.parts.store.write() as work:
        work._connection.exec_driver_sql("UPDATE licences SET expires = 2000000000")  # type: ignore[attr-defined]
    assert by_link(house, issued.link)


def test_three_codes_live_beside_each_other(house: House) -> None:
    # Given four, as after reloading the page three times
    first, *others = [issued_for(house) for _ in range(4)]
    # Then one of them was voided, and the phone that is being held at a newer one goes on
    living = [row for row in house.rows("pairing_codes") if row["used_at"] is None]
    assert len(living) == 3
    assert by_link(house, others[-1].link)
    assert first.link != others[0].link
