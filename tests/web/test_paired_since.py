"""/my-info/phones/pair/since/TIME: the page that shows a code learns that it has done its work."""

from __future__ import annotations

from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.people import signed_in


def test_it_names_the_phone_that_was_paired_since(house: House) -> None:
    # Given somebody who looks at a code, with an older phone
    house.phone("anna", "Old one")
    house.clock.advance(60)
    anna, now = signed_in(house, "anna"), int(house.clock.now())
    path = f"/my-info/phones/pair/since/{now}"
    assert anna.get(path).json == {"name": None}
    # When another one is paired, and somebody else's
    house.phone("bob", "Not hers")
    assert anna.get(path).json == {"name": None}
    house.phone("anna", "New one")
    # Then
    assert anna.get(path).json == {"name": "New one"}


def test_it_is_for_who_is_signed_in(house: House) -> None:
    assert RobotBrowser(house.app).get("/my-info/phones/pair/since/0").status_code == 303


def test_a_time_that_is_none_is_no_page(house: House) -> None:
    anna = signed_in(house, "anna")
    for wrong in ("-1", "now", "1.5", ""):
        assert anna.get(f"/my-info/phones/pair/since/{wrong}").status_code == 404
