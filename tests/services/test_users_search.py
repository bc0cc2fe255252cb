"""The list of users: found, filtered, sorted, in pages; and never more than two queries."""

from __future__ import annotations

import pytest

from astrow2fa.core.accounts import Account
from astrow2fa.core.directory import PAGE, OfKind, OfPhones, Order, Search, Standing
from astrow2fa.services import directory, users
from astrow2fa.services.users import Created
from tests.support.house import House
from tests.support.people import wanted
from tests.support.queries import plan, queries


def names(house: House, **search: object) -> list[str]:
    listed = directory.listed(house.parts, Search(**search))  # type: ignore[arg-type]
    assert listed.total == len(directory.found(house.parts, Search(**search)))  # type: ignore[arg-type]
    return [entry.name for entry in listed.entries]


def moves_in(house: House, name: str, **fields: object) -> int:
    made = users.create(house.parts, house.id_of("anna"), wanted(name, **fields))
    assert isinstance(made, Created)
    return made.user_id


def test_by_default_those_who_may_sign_in_by_name(house: House) -> None:
    users.suspend(house.parts, house.id_of("anna"), house.id_of("bob"))

    assert names(house) == ["anna", "charlie", "dora"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ANSEN", ["anna"]),
        ("example.ORG", ["anna", "zoe"]),
        ("\uff42ob", ["bob"]),
        ("øst zo", ["zoe"]),
        ("zo ØST", ["zoe"]),
        ("%", []),
        ("_", ["under_score"]),
        ("\\", []),
        ("' OR 1=1 --", []),
        ("", ["anna", "bob", "charlie", "dora", "under_score", "zoe"]),
    ],
)
def test_every_word_is_looked_for_in_names_and_addresses_in_any_spelling(
    house: House, text: str, found: list[str]
) -> None:
    moves_in(house, "zoe", display_name="Zoë Østergård", email="z.o@example.org")
    moves_in(house, "under_score", display_name="U")

    assert names(house, text=text) == found


def test_filters_by_state(house: House) -> None:
    # Given
    users.suspend(house.parts, house.id_of("anna"), house.id_of("bob"))
    with house.parts.store.write() as work:
        work.accounts.set_locked(house.id_of("charlie"), 1)
        work.directory.add_all([newcomer("eve")])
    # Then
    assert names(house, standing=Standing.INACTIVE) == ["bob"]
    assert names(house, standing=Standing.LOCKED) == ["charlie"]
    assert names(house, standing=Standing.PASSWORDLESS) == ["eve"]
    assert names(house, standing=Standing.ALL) == ["anna", "bob", "charlie", "dora", "eve"]


def newcomer(name: str) -> Account:
    """One who was imported."""
    return Account(0, name, name, "", "x", 0, True, 0, None, False, (), ())


def test_filters_by_kind_and_by_phones(house: House) -> None:
    # Given
    moves_in(house, "eve", kinds=("ess", "vt"), mobile=("vt",))
    phone = house.phone("bob")
    house.phone("bob", "Second")
    # Then
    assert names(house, kind=OfKind.ESS) == ["anna", "bob", "charlie", "eve"]
    assert names(house, kind=OfKind.ESS_MOBILE) == ["anna", "bob", "charlie"]
    assert names(house, kind=OfKind.VT) == names(house, kind=OfKind.VT_MOBILE) == ["eve"]
    assert names(house, kind=OfKind.MSS) == []
    assert names(house, kind=OfKind.MOBILE) == ["anna", "bob", "charlie", "eve"]
    assert names(house, kind=OfKind.NOT_MOBILE) == ["dora"]
    assert names(house, phones=OfPhones.SOME) == ["bob"]
    assert names(house, phones=OfPhones.NONE) == ["anna", "charlie", "dora", "eve"]
    assert names(house, phones=OfPhones.MISSING) == ["anna", "charlie", "eve"]
    [bob] = directory.listed(house.parts, Search(text="bob")).entries
    assert (bob.phones, bob.mobile) == (2, ("ess",))
    # And a revoked phone is none
    with house.parts.store.write() as work:
        work.phones.revoke(phone.id, 1, "revoked")
    assert directory.listed(house.parts, Search(text="bob")).entries[0].phones == 1


def test_sorted_up_and_down(house: House) -> None:
    moves_in(house, "zoe", display_name="aaron", email="zoe@example.org")

    assert names(house, backwards=True) == ["zoe", "dora", "charlie", "bob", "anna"]
    assert names(house, order=Order.DISPLAY_NAME) == ["zoe", "anna", "bob", "charlie", "dora"]
    assert names(house, order=Order.EMAIL) == ["bob", "charlie", "dora", "anna", "zoe"]
    assert names(house, order=Order.NEWEST) == ["zoe", "dora", "charlie", "bob", "anna"]
    assert names(house, order=Order.NEWEST, backwards=True) == ["anna", "bob", "charlie", "dora", "zoe"]


def fill(house: House, count: int) -> None:
    with house.parts.store.write() as work:
        work.directory.add_all([_employee(n) for n in range(count)])


def _employee(n: int) -> Account:
    return Account(
        0,
        f"user{n:05}",
        f"User {n}",
        "",
        "x",
        1,
        True,
        0,
        None,
        False,
        ("Manager",),
        ("ess",),
        kinds=("ess",),
    )


def test_pages_of_fifty_come_one_after_another(house: House) -> None:
    fill(house, 120)

    listed = directory.listed(house.parts, Search(page=2))
    assert listed.total == 124
    assert [entry.name for entry in listed.entries] == [f"user{n:05}" for n in range(46, 96)]
    assert len(directory.listed(house.parts, Search(page=3)).entries) == 24
    assert directory.listed(house.parts, Search(page=4)).entries == []


def test_one_query_for_the_page_and_one_for_the_count_however_many_there_are(house: House) -> None:
    search = Search(text="user", phones=OfPhones.MISSING, order=Order.DISPLAY_NAME)
    for more in (10, 10_000):
        house.delete("user_roles")
        house.delete("user_mobile")
        house.delete("user_kinds")
        house.delete("passwords")
        house.delete("users")
        fill(house, more)
        with queries(house) as said:
            listed = directory.listed(house.parts, search)
        assert (listed.total, len(listed.entries)) == (more, min(more, PAGE))
        assert len(said) == 2
        assert {entry.roles for entry in listed.entries} == {("Manager",)}


def test_the_page_is_taken_from_an_index_and_not_sorted(house: House) -> None:
    with queries(house) as said:
        directory.listed(house.parts, Search())
    steps = plan(house, said[:1])
    assert any(step.startswith("SCAN users USING INDEX") for step in steps), steps
    assert "SCAN users" not in steps
