"""`user create --role` gives the customer's own roles too."""

from __future__ import annotations

from astrow2fa.services import roles
from tests.commands.operator import Operator


def test_a_user_is_created_with_an_own_role(operator: Operator) -> None:
    house = operator.house
    roles.create(house.parts, house.id_of("anna"), "Help desk", ["edit_users"])

    operator.does("user create eve --role 'Help desk' --role HR")

    eve = next(row for row in operator.reads("user list") if row["name"] == "eve")
    assert eve["roles"] == ["HR", "Help desk"]


def test_one_that_is_not_there_is_refused_with_those_that_are(operator: Operator) -> None:
    house = operator.house
    roles.create(house.parts, house.id_of("anna"), "Help desk", [])

    reason = operator.is_refused("user create eve --role Boss")

    assert "Help desk" in reason
    assert "Administrator" in reason
