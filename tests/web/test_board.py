"""What administrators see live: the last that they are told is how it stands."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from astrow2fa.ports import Parts
from astrow2fa.services import waiting_room
from astrow2fa.services.waiting_room import Room
from astrow2fa.web.board import Board, Page, _Looker
from tests.support.acts import asked
from tests.support.browser import RobotBrowser
from tests.support.house import House


def test_a_welcome_that_was_overtaken_by_a_round_is_made_good(
    strict_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given somebody who has just opened the list, while nobody waits
    told: list[list[str]] = []
    server = SimpleNamespace(
        emit=lambda _, event, **_to: told.append([row["id"] for row in event["waiting"]])
    )
    board = Board(cast(Any, server), strict_house.parts)
    board._lookers["sid"] = _Looker("", Page.SIGN_INS)
    monkeypatch.setattr(board, "_send_away", lambda: None)
    look, begun = waiting_room.look, [False]

    def overtaken(parts: Parts, followed: Any) -> Room:
        found = look(parts, followed)
        if not begun[0]:
            # When one begins to wait, and a round tells it, before the welcome is told what it has read
            begun[0] = True
            RobotBrowser(strict_house.app).signs_in("anna")
            board.round()
        return found

    monkeypatch.setattr(waiting_room, "look", overtaken)
    board._welcome("sid", Page.SIGN_INS)
    waits = [asked(strict_house, "anna").id]
    assert told == [waits, []]
    # Then the next round tells it once more
    board.round()
    assert told == [waits, [], waits]
