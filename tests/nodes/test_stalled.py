"""No packet comes from the database for longer than anybody likes to wait."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
import requests

from astrow2fa.store.postgres_engine import POOL
from tests.support.live import LiveBrowser, LivePhone
from tests.support.nodes import Nodes
from tests.support.tied import comes_true

Waits = Callable[..., LiveBrowser]
Listens = Callable[..., LivePhone]

pytestmark = pytest.mark.timeout(120)


def test_as_many_wait_as_there_are_connections_the_others_are_refused_and_then_all_goes_on(
    nodes: Nodes, name: str, waits: Waits, listens: Listens
) -> None:
    # Given
    phone, browser = listens(name, 1), waits(name, 0)
    number, asked = browser.hears()["number"], phone.is_asked()["confirmation"]

    def asks() -> int:
        return requests.get(f"{nodes.at(1)}/mobile/api/v1/nothing", timeout=60).status_code

    def looks() -> int:
        return requests.get(f"{nodes.at(1)}/readyz", timeout=60).status_code

    with ThreadPoolExecutor(2 * POOL + 1) as threads:
        with nodes.postgres.paused():
            # When more ask than there are connections, a phone among them
            said = threads.submit(lambda: phone.approves(asked, number=number))
            asking = [threads.submit(looks) for _ in range(2 * POOL)]
            comes_true(lambda: sum(one.done() for one in asking) >= POOL)
            # Then those beyond have been told, the rest waits, and what needs no database goes on
            assert {one.result() for one in asking if one.done()} == {503}
            assert browser.heard.empty()
            assert asks() == 404
            assert requests.get(f"{nodes.at(1)}/healthz", timeout=10).status_code == 200
        # And afterwards
        answered = _in_the_end(said)
        if answered != {"ok": True, "state": "approved"}:
            assert answered == {"ok": False, "code": "unavailable"}
            assert phone.approves(asked, number=number) == {"ok": True, "state": "approved"}
        assert {_in_the_end(one) for one in asking} <= {200, 503}
    assert browser.hears()["state"] == "approved"
    assert browser.collects().status_code == 303
    comes_true(lambda: nodes.ready(0) == nodes.ready(1) == 200)


def _in_the_end(one: Future[object]) -> object:
    return one.result(30)
