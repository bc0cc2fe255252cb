"""Redis stands still without a word, its connections open: sign-in does not wait for it."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.live import LiveBrowser, LivePhone
from tests.support.nodes import Nodes

Waits = Callable[..., LiveBrowser]
Listens = Callable[..., LivePhone]


def test_sign_in_goes_on_and_the_other_node_reads_the_log(
    nodes: Nodes, name: str, waits: Waits, listens: Listens
) -> None:
    with nodes.redis.stalled():
        phone, browser = listens(name, 1), waits(name, 0)
        said = phone.approves(phone.is_asked()["confirmation"], number=browser.hears()["number"])
        assert said == {"ok": True, "state": "approved"}
        assert browser.hears()["state"] == "approved"
        assert browser.collects().status_code == 303
        assert browser.signed_in
    # And afterwards as before
    again = waits(name, 0)
    phone.approves(phone.is_asked()["confirmation"], number=again.hears()["number"])
    assert again.hears()["state"] == "approved"
