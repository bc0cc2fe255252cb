"""A query with more fields than any form has is a request that nobody meant, and not a fault of ours."""

from __future__ import annotations

import pytest

from tests.support.house import House
from tests.support.people import signed_in

LISTS = ("/system/log", "/system/log.csv", "/system/sign-ins", "/system/sign-ins.csv", "/system/users")


@pytest.mark.parametrize("path", LISTS)
def test_it_is_refused_as_one(house: House, path: str) -> None:
    anna = signed_in(house, "anna")

    assert anna.get(f"{path}?{'&'.join(f'f{n}=1' for n in range(30))}").status_code == 200
    before = house.log()
    assert anna.get(f"{path}?{'&'.join(f'f{n}=1' for n in range(31))}").status_code == 400
    assert house.log() == before
