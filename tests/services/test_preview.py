"""Who would be locked out or is at risk, every live phone, what would have been asked; revoking and inviting."""

from __future__ import annotations

import pytest

from astrow2fa.core.accounts import Account
from astrow2fa.core.errors import NotPermitted
from astrow2fa.core.permissions import Permission
from astrow2fa.core.policy import Mode
from astrow2fa.services import accounts, help_desk, preview
from astrow2fa.services.accounts import NewUser
from astrow2fa.services.helping import Why
from astrow2fa.services.preview import look
from tests.services.acting import Desk, nothing_changes
from tests.support.house import PASSWORD, House

DAY = 86_400


def account(house: House, name: str = "anna") -> Account:
    return accounts.named(house.parts, name)


def ran_through(house: House, phone: str, **columns: object) -> None:
    """Writes these columns of a phone's row."""
    assignments = ", ".join(f"{name} = ?" for name in columns)
    with house.parts.store.write() as work:
        work._connection.exec_driver_sql(  # type: ignore[attr-defined]
            f"UPDATE phones SET {assignments} WHERE id = ?",  # noqa: S608
            (*columns.values(), phone),
        )


def test_locked_out_are_the_enabled_without_permission_or_phone_oneself_first(house: House) -> None:
    # Given bob with a phone, dora without permission, anna and charlie without phone, eva disabled
    house.phone("bob")
    accounts.create(house.parts, NewUser("aaron", PASSWORD, "Aaron", mobile=("ess",)))
    accounts.create(house.parts, NewUser("eva", PASSWORD, "Eva"))
    accounts.disable(house.parts, "eva")
    # When
    seen = look(house.parts, account(house), lambda: None)
    # Then
    assert [(one.name, one.mobile, one.administrator) for one in seen.locked_out] == [
        ("anna", True, True),
        ("aaron", True, False),
        ("charlie", True, False),
        ("dora", False, False),
    ]
    counts = seen.counts
    assert (counts.users, counts.without_permission, counts.without_phone, counts.phones) == (5, 1, 3, 1)
    assert counts.locked_out == 4


def test_a_revoked_phone_is_none(house: House) -> None:
    phone = house.phone("bob")
    assert "bob" not in [one.name for one in look(house.parts, account(house), lambda: None).locked_out]

    preview.revoke(house.parts, account(house), [phone.id])

    assert "bob" in [one.name for one in look(house.parts, account(house), lambda: None).locked_out]


def test_at_risk_is_who_has_no_phone_without_a_risk(house: House, desk: Desk) -> None:
    # Given bob whose phone has answered, charlie's has not, anna's has not been seen for 30 days
    anna, bob, _charlie = house.phone("anna"), house.phone("bob"), house.phone("charlie")
    house.policy(Mode.ALWAYS)
    desk.comes_in("bob", bob)
    house.policy(Mode.OFF)
    ran_through(house, anna.id, seen_at=int(house.clock.now()) - 30 * DAY, answered_at=5)

    def at_risk() -> dict[str, list[tuple[bool, bool, bool]]]:
        seen = look(house.parts, account(house), lambda: None)
        assert seen.counts.at_risk == len(seen.at_risk)
        return {
            one.name: [(p.unseen, p.unanswered, p.best_effort) for p in one.phones] for one in seen.at_risk
        }

    assert at_risk() == {"anna": [(True, False, False)], "charlie": [(False, True, False)]}
    assert list(at_risk()) == ["anna", "charlie"]
    # When bob's phone is kept in storage that may be erased
    ran_through(house, bob.id, storage="best-effort")
    assert at_risk()["bob"] == [(False, False, True)]
    # When he has a second one that is fine
    second = house.phone("bob", "Second")
    ran_through(house, second.id, answered_at=5)
    assert "bob" not in at_risk()
    # When it was last seen a second less than 30 days ago
    ran_through(house, anna.id, seen_at=int(house.clock.now()) - 30 * DAY + 1)
    assert "anna" not in at_risk()


def test_every_live_phone_is_listed_with_its_source_ones_own_first_then_the_newest(house: House) -> None:
    old = house.phone("bob", "Old")
    house.clock.advance(60)
    house.phone("anna", "Mine")
    house.clock.advance(60)
    new = house.phone("charlie", "New")
    ran_through(house, new.id, source="web pwd")
    gone = house.phone("charlie", "Gone")
    preview.revoke(house.parts, account(house), [gone.id])

    seen = look(house.parts, account(house), lambda: None)

    assert [(one.user_name, one.name, one.source) for one in seen.phones] == [
        ("anna", "Mine", "operator"),
        ("charlie", "New", "web pwd"),
        ("bob", "Old", "operator"),
    ]
    assert seen.phones[2].id == old.id
    assert (seen.page, seen.pages) == (1, 1)


def test_long_lists_end_at_the_hundredth_and_phones_go_on_on_the_next_page(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "SHOWN", 2)
    for name in ("anna", "bob", "charlie"):
        house.phone(name)
    for name in ("x", "y", "z"):
        accounts.create(house.parts, NewUser(name, PASSWORD))

    first, second = (
        look(house.parts, account(house), lambda: None),
        look(house.parts, account(house), lambda: None, page=2),
    )

    assert len(first.locked_out) == len(first.at_risk) == len(first.phones) == 2
    assert (first.counts.locked_out, first.counts.at_risk, first.counts.phones) == (4, 3, 3)
    assert (second.page, second.pages, len(second.phones)) == (2, 2, 1)
    assert look(house.parts, account(house), lambda: None, page=99).page == 2


def test_the_dry_run_counts_the_sign_ins_of_thirty_days(house: House) -> None:
    # Given a sign-in too long ago, three by bob from one browser, one by anna, one not finished
    Desk(house).types("bob")
    house.clock.advance(30 * DAY + 1)
    desk = Desk(house)
    for _ in range(3):
        desk.types("bob")
        house.clock.advance(60)
    Desk(house).types("anna")
    phone = house.phone("anna")
    house.policy(Mode.ALWAYS)
    Desk(house).comes_in("anna", phone)
    Desk(house).types("charlie")
    # When
    run = look(house.parts, account(house), lambda: None, random_percent=50).dry_run
    # Then Random would have asked the first of every browser and half of the others
    assert (run.sign_ins, run.confirmed, run.random_percent, run.random) == (5, 1, 50, 4)
    assert look(house.parts, account(house), lambda: None, random_percent=10).dry_run.random == 3
    assert look(house.parts, account(house), lambda: None, random_percent=90).dry_run.random == 5


def test_of_very_many_sign_ins_some_users_stand_for_the_rest(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "MOST_SIGN_INS", 4)
    for name in ("anna", "bob", "charlie", "dora"):
        desk = Desk(house)
        for _ in range(2):
            desk.types(name)

    run = look(house.parts, account(house), lambda: None, random_percent=50).dry_run

    assert (run.sign_ins, run.random) == (8, 6)


def test_an_empty_month_is_an_empty_dry_run(house: House) -> None:
    run = look(house.parts, account(house), lambda: None).dry_run

    assert (run.sign_ins, run.confirmed, run.random) == (0, 0, 0)


def test_revoking_is_recorded_with_who_did_it_and_counts_what_lived(house: House) -> None:
    bob, mine = house.phone("bob"), house.phone("anna")

    assert preview.revoke(house.parts, account(house), [bob.id, mine.id, "no-such-phone"]) == 2
    assert preview.revoke(house.parts, account(house), [bob.id]) == 0

    rows = [row for row in house.rows("log") if row["tag"] == "server:phone:revoked"]
    assert [(row["device_id"], row["actor"]) for row in rows] == [(bob.id, "anna"), (mine.id, "anna")]


def test_nobody_revokes_the_phone_of_a_user_who_holds_more_and_then_none_is_revoked(house: House) -> None:
    house.may("bob", Permission.EDIT_USERS, Permission.EDIT_SYSTEM_SETTINGS)
    theirs, annas = house.phone("charlie"), house.phone("anna")

    with nothing_changes(house), pytest.raises(NotPermitted):
        preview.revoke(house.parts, account(house, "bob"), [theirs.id, annas.id])

    assert preview.revoke(house.parts, account(house, "bob"), [theirs.id]) == 1


def test_invitations_go_to_those_who_lack_nothing_but_a_phone(house: House) -> None:
    house.phone("bob")

    invited = preview.invite(house.parts, account(house))

    found = {sheet.account.name: sheet for sheet in invited.sheets}
    assert list(found) == ["anna", "charlie"]
    assert found["anna"].refused is not None
    assert found["anna"].refused.why is Why.YOURSELF
    issued = found["charlie"].invitation
    assert issued is not None
    assert issued.expires_at == int(house.clock.now()) + 7 * DAY
    [code] = house.rows("pairing_codes")[-1:]
    assert (code["user_id"], code["invitation"], code["source"]) == (
        house.id_of("charlie"),
        1,
        "helper anna",
    )


def test_a_long_sheet_goes_on_on_the_next(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(help_desk, "MOST_SHEETS", 2)

    first = preview.invite(house.parts, account(house))
    second = preview.invite(house.parts, account(house), first.next_after or "")

    assert [sheet.account.name for sheet in first.sheets] == ["anna", "bob"]
    assert first.next_after == "bob"
    assert [sheet.account.name for sheet in second.sheets] == ["charlie"]
    assert second.next_after is None
