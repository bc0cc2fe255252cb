"""A server that ends in good order leaves a checkpoint of its log on standard output."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from astrow2fa.services import checkpoints, log_check
from astrow2fa.services.log_check import Result
from tests.support.house import House, environment
from tests.support.live import PATIENCE
from tests.support.server import ROOT


@pytest.mark.parametrize("reader", ["listens", "is gone"])
def test_the_last_line_is_a_checkpoint(tmp_path: Path, reader: str) -> None:
    # Given a server of a house in which something was recorded
    house = House(tmp_path).people()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("ASTROW2FA_")}
    process = subprocess.Popen(
        [sys.executable, "server.py"],
        cwd=ROOT,
        env={**inherited, **environment(tmp_path), "ASTROW2FA_PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("listening on ")
    # When it is told to end
    if reader == "is gone":
        process.stdout.close()
    process.send_signal(signal.SIGTERM)
    lines = process.stdout.readlines() if reader == "listens" else []
    # Then it ends well, and what it signed holds
    assert process.wait(PATIENCE) == 0
    if reader == "listens":
        process.stdout.close()
        keys = checkpoints.public_keys(house.parts)
        outside = checkpoints.in_file(house.parts.signatures, lines, keys)
        *_, result = log_check.verify(house.parts, against=outside)
        assert isinstance(result, Result)
        assert (result.why, len(outside)) == ("", 1)
    assert len(house.rows("checkpoints")) == 1
    house.parts.store.close()  # type: ignore[attr-defined]
