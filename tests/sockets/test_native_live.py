"""HTTP/2 on the loops that a server runs on: a wake-up that waits for Apple lets everything else have its turn."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.support.authority import Authority
from tests.support.live import PATIENCE
from tests.support.server import ROOT
from tests.support.tied import tied
from tests.support.vendors import AppleStandIn

STUCK = "f" * 64


@pytest.mark.parametrize("mode", ["eventlet", "gevent", "threading"])
def test_wake_ups_go_out_beside_one_that_is_never_answered(tmp_path: Path, mode: str) -> None:
    # Given
    authority = Authority(tmp_path)
    apple = AppleStandIn(authority)
    apple.silent_for.add(STUCK)
    tokens = [STUCK, *(f"{number:064x}" for number in range(1, 13))]
    said = {
        "account": asdict(apple.account),
        "trust": authority.certificate,
        "tokens": tokens,
        "enough": 12,
        "patience": PATIENCE,
    }
    # When
    done = subprocess.run(
        tied("KILL", [sys.executable, "-m", "tests.support.sender", mode]),
        cwd=ROOT,
        input=json.dumps(said),
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE,
        check=False,
    )
    apple.close()
    # Then
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["verdicts"] == dict.fromkeys(tokens[1:], "accepted")
    assert found["turns"] > 2
    assert len(apple.all) == len(tokens)
