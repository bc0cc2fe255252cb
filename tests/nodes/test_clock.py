"""One machine's clock is wrong: the database's decides, and the node says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from tests.support.live import LiveBrowser, LivePhone
from tests.support.nodes import Nodes
from tests.support.tied import comes_true


@pytest.mark.parametrize("seconds", [30, -30, 1800])
def test_a_node_whose_clock_is_off_decides_by_the_databases_and_is_not_ready(
    nodes: Nodes,
    name: str,
    waits: Callable[..., LiveBrowser],
    listens: Callable[..., LivePhone],
    seconds: int,
) -> None:
    # Given (half an hour is more than any confirmation lives)
    nodes.servers[1].advance(seconds)
    comes_true(lambda: nodes.ready(1) == 503)
    assert "clock" in requests.get(f"{nodes.at(1)}/readyz", timeout=10).text
    assert nodes.ready(0) == 200
    # When
    phone, browser = listens(name, 1), waits(name, 0)
    shown = browser.hears()
    said = phone.approves(phone.is_asked()["confirmation"], number=shown["number"])
    # Then
    assert said == {"ok": True, "state": "approved"}
    assert browser.hears()["state"] == "approved"
    browser.url = nodes.at(1)
    assert browser.collects().status_code == 303
    # And once it is right again
    nodes.servers[1].advance(-seconds)
    assert nodes.ready(1) == 200
