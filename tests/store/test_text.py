"""Text as clients send it, on either database."""

from __future__ import annotations

import pytest

from astrow2fa.core.facts import Fact, Tag
from astrow2fa.services.login import Refused
from tests.services.acting import Desk, last
from tests.store.test_log_chain import unbroken
from tests.support.databases import BOTH
from tests.support.house import House

pytestmark = BOTH


@pytest.mark.parametrize("name", ["anna\0", "\0", "an\0na"])
def test_a_name_with_a_nul_in_it_is_nobodys(house: House, desk: Desk, name: str) -> None:
    assert isinstance(desk.types(name), Refused)
    assert last(house)["tag"] == Tag.PASSWORD_REFUSED


def test_a_fact_with_a_nul_in_it_is_recorded_as_it_is_hashed(house: House) -> None:
    with house.parts.store.write() as work:
        work.log.record(Fact(Tag.SIGNED_OUT, actor="a\0b", details={"said": "c\0d"}))

    unbroken(house)
