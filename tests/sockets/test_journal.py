"""What the server writes of sockets that it refuses: that they came, and why not, and nothing they brought."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.live import LiveHouse
from tests.support.tied import comes_true

FOREIGN = "x" * 43


def written(live: LiveHouse) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in live.server.log().splitlines() if line.startswith("{")]
    return [line for line in lines if line.get("namespace") == "/login"]


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Origin": None, "Sec_Fetch_Site": "same-origin"}, "bad_origin"),
        ({"Cookie": None}, "no_confirmation"),
        ({"Cookie": f"astrow2fa={FOREIGN}"}, "no_confirmation"),
    ],
)
def test_a_refused_browser_has_its_line(live: LiveHouse, headers: dict[str, str | None], why: str) -> None:
    before = len(written(live))
    # When
    live.browser().is_refused(**headers)
    # Then
    comes_true(lambda: len(written(live)) > before)
    [line] = written(live)[before:]
    assert (line["does"], line["outcome"]) == ("connect", why)
    assert FOREIGN not in json.dumps(line)
