"""Making an exemption: who may, for whom, and what is kept of it."""

from __future__ import annotations

import json
import re

import pytest

from astrow2fa.core.errors import NotPermitted
from astrow2fa.ports.directory import Help
from astrow2fa.services import accounts, exemptions, users
from astrow2fa.services.accounts import Impossible, NewUser
from astrow2fa.services.exemptions import Issued, NoReason, hand_out, issue
from astrow2fa.services.helping import Refused, Why
from tests.services.acting import last, nothing_changes, refused
from tests.support.house import PASSWORD, House

HOUR = 3600
WHY = "left the phone at home"


@pytest.fixture
def helper(house: House) -> int:
    """Hanna of HR, who may edit users and nothing of the system."""
    return accounts.create(house.parts, NewUser("hanna", PASSWORD, "Hanna Holm", roles=("HR",)))


def test_the_code_has_sixty_bits_and_is_kept_as_a_hash(house: House) -> None:
    issued = issue(house.parts, "bob", WHY)

    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", issued.code)
    [row] = house.rows("exemptions")
    assert row["expires_at"] == issued.expires_at == int(house.clock.now()) + HOUR
    assert (row["user_id"], row["reason"], row["issued_by"]) == (house.id_of("bob"), WHY, "operator")
    assert row["used_at"] is None
    kept = json.dumps(house.rows("exemptions") + house.rows("log"))
    assert issued.code not in kept
    assert issued.code.replace("-", "") not in kept


def test_the_log_has_who_and_why(house: House, helper: int) -> None:
    hand_out(house.parts, helper, house.id_of("bob"), WHY)

    row = last(house)
    assert (row["tag"], row["actor"], row["user_id"]) == (
        "server:exemption:issued",
        "hanna",
        house.id_of("bob"),
    )
    details = json.loads(str(row["details"]))
    assert (details["issued_by"], details["reason"]) == ("hanna", WHY)
    assert house.rows("exemptions")[0]["issued_by"] == "hanna"


def test_a_second_one_takes_the_place_of_the_first(house: House) -> None:
    issue(house.parts, "bob", WHY)
    house.clock.advance(10)
    issue(house.parts, "bob", WHY)

    first, second = sorted(house.rows("exemptions"), key=lambda row: str(row["created_at"]))
    assert first["expires_at"] == int(house.clock.now())
    assert second["expires_at"] == int(house.clock.now()) + HOUR


def test_other_peoples_stay(house: House) -> None:
    issue(house.parts, "bob", WHY)
    issue(house.parts, "charlie", WHY)

    assert len({row["expires_at"] for row in house.rows("exemptions")}) == 1


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 501, "a\0b", "a\u202eb"])
def test_without_a_readable_reason_there_is_none(house: House, reason: str) -> None:
    with refused(house, NoReason):
        issue(house.parts, "bob", reason)
    with refused(house, NoReason):
        hand_out(house.parts, house.id_of("anna"), house.id_of("bob"), reason)


def test_the_reason_is_kept_as_one_line(house: House) -> None:
    issue(house.parts, "bob", "  lost\nher   phone ")

    assert house.rows("exemptions")[0]["reason"] == "lost her phone"


def is_refused(house: House, helper: int, name: str, why: Why) -> None:
    """Nothing is changed, and there is no code."""
    with nothing_changes(house):
        assert hand_out(house.parts, helper, house.id_of(name), WHY) == Refused(why)


def test_nobody_exempts_himself(house: House, helper: int) -> None:
    for name in ("anna", "hanna"):
        is_refused(house, house.id_of(name), name, Why.YOURSELF)


def test_nobody_exempts_somebody_who_guards_more(house: House, helper: int) -> None:
    is_refused(house, helper, "anna", Why.HOLDS_MORE)
    with nothing_changes(house), pytest.raises(NotPermitted):
        exemptions.target_of(house.parts, accounts.named(house.parts, "hanna"), house.id_of("anna"))


def test_nobody_without_the_permission_exempts_anybody(house: House) -> None:
    is_refused(house, house.id_of("bob"), "charlie", Why.NOT_ALLOWED)


def test_a_helper_who_was_disabled_meanwhile_exempts_nobody(house: House, helper: int) -> None:
    accounts.disable(house.parts, "hanna")

    is_refused(house, helper, "bob", Why.NOT_ALLOWED)


def test_who_set_the_password_does_not_give_the_way_past_the_phone_as_well(house: House, helper: int) -> None:
    # Given
    with house.parts.store.write() as work:
        work.helps.add(house.id_of("bob"), helper, Help.RESET, int(work.now))
    # Then
    is_refused(house, helper, "bob", Why.SECOND_HELPER)
    # But somebody else does, the operator does, and a day later so does the helper
    assert isinstance(hand_out(house.parts, house.id_of("anna"), house.id_of("bob"), WHY), Issued)
    assert issue(house.parts, "bob", WHY)
    house.clock.advance(86_400)
    assert isinstance(hand_out(house.parts, helper, house.id_of("bob"), WHY), Issued)


def test_who_exempted_a_user_does_not_set_the_password_as_well(house: House, helper: int) -> None:
    hand_out(house.parts, helper, house.id_of("bob"), WHY)

    with nothing_changes(house):
        assert users.reset_password(house.parts, helper, house.id_of("bob")) == Refused(Why.SECOND_HELPER)


def test_an_administrator_exempts_another_one(house: House) -> None:
    accounts.create(house.parts, NewUser("ada", PASSWORD, roles=("Administrator",)))

    assert isinstance(hand_out(house.parts, house.id_of("anna"), house.id_of("ada"), WHY), Issued)


def test_there_is_none_for_a_disabled_user_or_nobody(house: House) -> None:
    accounts.disable(house.parts, "bob")
    for name in ("bob", "nobody"):
        with refused(house, Impossible):
            issue(house.parts, name, WHY)
    is_refused(house, house.id_of("anna"), "bob", Why.SUSPENDED)
    with nothing_changes(house):
        assert hand_out(house.parts, house.id_of("anna"), 9999, WHY) == Refused(Why.UNKNOWN)
