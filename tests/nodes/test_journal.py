"""The lines of JSON that follow a sign-in through both nodes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.support.house import PASSWORD
from tests.support.live import LiveBrowser, LivePhone
from tests.support.nodes import Nodes
from tests.support.tied import comes_true

Waits = Callable[..., LiveBrowser]
Listens = Callable[..., LivePhone]


def about(nodes: Nodes, node: int, confirmation: object) -> list[dict[str, Any]]:
    """What this node wrote of that sign-in."""
    lines = [json.loads(line) for line in nodes.servers[node].log().splitlines() if line.startswith("{")]
    return [line for line in lines if line.get("confirmation") == confirmation]


def test_a_sign_in_is_followed_by_its_confirmation_and_no_line_holds_a_secret(
    nodes: Nodes, name: str, waits: Waits, listens: Listens
) -> None:
    # Given
    phone, browser = listens(name, 1), waits(name, 0)
    number = browser.hears()["number"]
    waiting = browser.cookies()
    # When
    assert phone.approves(phone.is_asked()["confirmation"], number=number)["ok"]
    assert browser.hears()["state"] == "approved"
    assert browser.collects().status_code == 303
    # Then each node says its part
    user = nodes.operator.id_of(name)
    [asked] = [row["id"] for row in nodes.operator.rows("confirmations") if row["user_id"] == user]
    comes_true(lambda: len(about(nodes, 0, asked)) >= 3 and bool(about(nodes, 1, asked)))
    first, second = about(nodes, 0, asked), about(nodes, 1, asked)
    assert [(line["event"], line.get("endpoint", line.get("does"))) for line in first] == [
        ("request", "login.sign_in"),
        ("socket", "connect"),
        ("request", "login.collect"),
    ]
    assert [(line["event"], line["does"], line["outcome"]) for line in second] == [
        ("socket", "approve", "approved")
    ]
    # And nothing that opens a door
    secrets = [
        PASSWORD,
        name,
        *(part.split("=", 1)[1] for part in f"{waiting}; {browser.cookies()}".split("; ")),
    ]
    written = json.dumps([first, second])
    assert not [secret for secret in secrets if secret in written]
    assert f'"{number}"' not in written
