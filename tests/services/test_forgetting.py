"""Upkeep comes by often, in every process: when there is nothing to do it holds nobody up."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import pytest

from astrow2fa.services import upkeep
from tests.support.databases import BOTH
from tests.support.house import House

pytestmark = BOTH


def test_nothing_to_forget_opens_no_writing_unit(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a proof that could still be used again
    with house.parts.store.write() as work:
        work.phones.use_proof("somebody", "once", int(work.now) + 60)
    # When, Then
    _forbid_writing(house, monkeypatch)
    upkeep.forget(house.parts)
    assert len(house.rows("used_proofs")) == 1


def test_a_proof_whose_time_is_over_is_forgotten(house: House) -> None:
    with house.parts.store.write() as work:
        work.phones.use_proof("somebody", "once", int(work.now) - 1)
    upkeep.forget(house.parts)
    assert house.rows("used_proofs") == []


def _forbid_writing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(*_: object, **__: object) -> AbstractContextManager[Any]:
        raise AssertionError("a unit was opened")

    monkeypatch.setattr(house.parts.store, "write", write)
