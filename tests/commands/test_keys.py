"""flask --app server keys …"""

from __future__ import annotations

import json

import pytest

from astrow2fa.services.keys import KEPT_SECONDS
from tests.commands.operator import Operator


def test_list(operator: Operator) -> None:
    found = operator.reads("keys list")

    assert {key["purpose"] for key in found} == {"request-signing", "vapid", "checkpoints", "demo_issuer"}
    assert all(key["retired_at"] is None and not key["dropped"] for key in found)
    assert '"d"' not in json.dumps(found)
    assert any("signs" in line for line in operator.does("keys list"))


@pytest.mark.parametrize("purpose", ["request-signing", "vapid", "checkpoints"])
def test_rotate(operator: Operator, purpose: str) -> None:
    # Given
    [before] = [key["kid"] for key in operator.reads("keys list") if key["purpose"] == purpose]
    # When
    [line] = operator.does(f"keys rotate {purpose}")
    # Then
    new, old = [key for key in operator.reads("keys list") if key["purpose"] == purpose]
    assert line == f"The new key for {purpose} is {new['kid']}."
    assert (old["kid"], old["kept_until"]) == (before, new["made_at"] + KEPT_SECONDS)
    assert operator.house.log()[-1] == "operator:key:rotated"
    assert any("kept until" in line for line in operator.does("keys list"))


def test_other_keys_are_not_rotated(operator: Operator) -> None:
    assert "demo_issuer" in operator.is_wrong("keys rotate demo_issuer")
