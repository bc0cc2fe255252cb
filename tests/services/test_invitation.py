"""An invitation: a printable link that becomes a typed code with name and password, once, within seven days."""

from __future__ import annotations

import pytest

from astrow2fa.core.errors import BadCode
from astrow2fa.core.facts import Tag
from astrow2fa.services import accounts
from astrow2fa.services.pairing import INVITATION_SECONDS, Issued, NewPhone, accept_invitation, invite, pair
from tests.services.acting import nothing_changes, refused
from tests.support.house import PASSWORD, House


def invited(house: House) -> str:
    return invite(house.parts, house.id_of("anna"), "helper").link


def accepts(house: House, code: str, username: str = "anna", password: str = PASSWORD) -> Issued:
    return accept_invitation(house.parts, code, username, password, "192.0.2.50")


def test_it_becomes_a_typed_code_that_pairs(house: House) -> None:
    # Given
    code = invited(house)
    assert len(code) * 6 >= 112
    # When
    issued = accepts(house, code)
    # Then
    assert issued.expires_at == house.clock.now() + 600
    assert Tag.INVITATION_USED in house.log()
    key = house.parts.signatures.new_key()
    new = NewPhone(issued.typed, key.public, "Pixel 9", "Android", "persisted", "anna", PASSWORD)
    assert pair(house.parts, new, "192.0.2.50").account.name == "anna"
    assert house.rows("phones")[0]["source"] == "helper"


def test_it_is_used_once(house: House) -> None:
    code = invited(house)
    accepts(house, code)

    with refused(house, BadCode, but=("log",)):
        accepts(house, code)


@pytest.mark.parametrize(
    ("name", "password"), [("anna", "wrong"), ("bob", PASSWORD), ("nobody", PASSWORD), ("", "")]
)
def test_a_wrong_name_or_password_does_not_use_it_up(house: House, name: str, password: str) -> None:
    # Given
    code = invited(house)
    # When, Then
    with refused(house, BadCode, but=("log",)):
        accepts(house, code, name, password)
    assert house.log()[-1] == Tag.CODE_REFUSED
    assert accepts(house, code)


@pytest.mark.parametrize("code", ["", "A" * 22, "\0"])
def test_a_wrong_code_is_refused_in_the_same_words(house: House, code: str) -> None:
    invited(house)

    with refused(house, BadCode, but=("log",)):
        accepts(house, code)


def test_it_ends_after_seven_days_exactly(house: House) -> None:
    # Given
    early, late = invited(house), invited(house)
    # When, Then
    house.clock.advance(INVITATION_SECONDS - 1)
    assert accepts(house, early)
    house.clock.advance(1)
    with refused(house, BadCode, but=("log",)):
        accepts(house, late)


def test_it_is_void_when_its_user_was_disabled(house: House) -> None:
    code = invited(house)
    accounts.disable(house.parts, "anna")
    accounts.enable(house.parts, "anna")

    with refused(house, BadCode, but=("log",)):
        accepts(house, code)


def test_a_phone_that_was_paired_voids_it(house: House) -> None:
    code = invited(house)
    house.phone("anna")

    with refused(house, BadCode, but=("log",)):
        accepts(house, code)


def test_wrong_typed_codes_do_not_void_it(house: House) -> None:
    # Given
    code = invited(house)
    key = house.parts.signatures.new_key()
    new = NewPhone("AAAA-AAAA", key.public, "Pixel 9", "Android", "persisted", "anna", PASSWORD)
    with nothing_changes(house, but=("log",)):
        for _ in range(6):
            with pytest.raises(BadCode):
                pair(house.parts, new, "192.0.2.50")
    # When, Then
    assert accepts(house, code)
