"""`user pairing-code|phones|revoke-phone|end-sessions`."""

from __future__ import annotations

import re

import pytest

from astrow2fa.core.errors import BadCode
from astrow2fa.core.policy import Mode
from astrow2fa.services import pairing
from tests.commands.operator import Operator
from tests.support.acts import asked, says_ok
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House

LINK = re.compile(r"http://localhost:5000/mobile/#(pair|invite)=([\w-]+)&key=([\w-]+)")


def pair(house: House, code: str, *typed: str) -> str:
    name, password = typed or (None, None)
    key = house.parts.signatures.new_key().public
    new = pairing.NewPhone(code, key, "Pixel 9", "robot", "persisted", name, password)
    return pairing.pair(house.parts, new, "192.0.2.1").device_id


def link_of(line: str) -> tuple[str, str, str]:
    found = LINK.fullmatch(line)
    assert found, line
    return found[1], found[2], found[3]


def test_the_first_line_is_the_typed_code_and_the_second_the_link(operator: Operator) -> None:
    typed, link = operator.does("user pairing-code bob")

    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", typed)
    kind, code, key = link_of(link)
    assert kind == "pair"
    assert len(code) >= 22
    assert key == operator.house.parts.server_key.kid


def test_either_of_them_pairs_a_phone_and_voids_the_other(house: House, operator: Operator) -> None:
    typed, link = operator.does("user pairing-code bob")
    pair(house, link_of(link)[1])
    with pytest.raises(BadCode):
        pair(house, typed, "bob", PASSWORD)

    typed, link = operator.does("user pairing-code charlie")
    pair(house, typed, "charlie", PASSWORD)
    with pytest.raises(BadCode):
        pair(house, link_of(link)[1])


def test_a_code_dies_after_ten_minutes(house: House, operator: Operator) -> None:
    _, link = operator.does("user pairing-code bob")
    house.clock.advance(600)

    with pytest.raises(BadCode):
        pair(house, link_of(link)[1])


def test_an_invitation_is_one_line_and_becomes_a_typed_code(house: House, operator: Operator) -> None:
    [line] = operator.does("user pairing-code bob --invitation")
    kind, code, _ = link_of(line)
    house.clock.advance(6 * 86_400)

    issued = pairing.accept_invitation(house.parts, code, "bob", PASSWORD, "192.0.2.1")

    assert kind == "invite"
    assert pair(house, issued.typed, "bob", PASSWORD)


def test_an_issued_code_is_recorded_without_the_code(house: House, operator: Operator) -> None:
    typed, link = operator.does("user pairing-code bob")

    row = house.rows("log")[-1]
    assert (row["tag"], row["actor"]) == ("server:pairing_code:issued", "operator")
    assert typed not in str(row)
    assert link_of(link)[1] not in str(row)


def test_no_code_without_permission(operator: Operator) -> None:
    assert operator.is_refused("user pairing-code dora") == "'dora' has no Mobile permission."
    operator.does("user disable bob")
    assert "'bob' is disabled" in operator.is_refused("user pairing-code bob")


@pytest.mark.parametrize("more", ["", " --invitation"])
def test_no_code_without_a_licence(newcomer: Operator, more: str) -> None:
    newcomer.does("user create bob --mobile ess")

    assert "licence for Astrow Mobile" in newcomer.is_refused(f"user pairing-code bob{more}")


def test_phones_are_listed_with_their_ids_revoked_ones_too(house: House, operator: Operator) -> None:
    old, new = house.phone("bob", "Old one"), house.phone("bob", "New one")
    operator.does(f"user revoke-phone bob {old.id}")

    listed = {phone["id"]: phone for phone in operator.reads("user phones bob")}

    assert listed[old.id]["revoked_at"] == int(house.clock.now())
    assert listed[new.id]["revoked_at"] is None
    assert (listed[new.id]["name"], listed[new.id]["storage"]) == ("New one", "persisted")
    assert all(phone.id in "".join(operator.does("user phones bob")) for phone in (old, new))
    assert operator.reads("user phones charlie") == []


def test_a_revoked_phone_can_no_longer_approve(house: House, operator: Operator) -> None:
    phone = house.policy(Mode.ALWAYS).phone("bob")
    browser = RobotBrowser(house.app)
    browser.signs_in("bob")
    says_ok(house, phone, asked(house, "bob"))

    operator.does(f"user revoke-phone bob {phone.id}")

    [withdrawn] = house.rows("confirmations")
    assert (withdrawn["state"], withdrawn["reason"]) == ("cancelled", "phone_revoked")


def test_all_phones_can_be_revoked_at_once(house: House, operator: Operator) -> None:
    house.phone("bob"), house.phone("bob")
    house.phone("charlie")

    assert operator.does("user revoke-phone bob --all") == ["Revoked 2 phones of bob."]
    assert operator.does("user revoke-phone bob --all") == ["Revoked 0 phones of bob."]
    assert [p["revoked_at"] is None for p in house.rows("phones")] == [False, False, True]


def test_only_a_living_phone_of_that_user_is_revoked(house: House, operator: Operator) -> None:
    mine, others = house.phone("bob"), house.phone("charlie")
    assert "no live phone" in operator.is_refused(f"user revoke-phone bob {others.id}")
    operator.does(f"user revoke-phone bob {mine.id}")
    assert "no live phone" in operator.is_refused(f"user revoke-phone bob {mine.id}")


@pytest.mark.parametrize("line", ["bob", "bob some-id --all"])
def test_which_phone_has_to_be_said(operator: Operator, line: str) -> None:
    assert "either the ID" in operator.is_wrong(f"user revoke-phone {line}")


def test_every_session_ends_waiting_ones_too(house: House, operator: Operator) -> None:
    house.phone("bob")
    signed_in, waiting, other = (RobotBrowser(house.app) for _ in range(3))
    signed_in.signs_in("bob")
    other.signs_in("charlie")
    house.policy(Mode.ALWAYS)
    waiting.signs_in("bob")

    assert operator.does("user end-sessions bob") == ["Ended 2 sessions of bob."]

    assert not signed_in.signed_in
    assert other.signed_in
    assert [c["state"] for c in house.rows("confirmations")] == ["cancelled"]
    assert house.log()[-2:] == ["server:session:ended"] * 2
