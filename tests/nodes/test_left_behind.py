"""What the tests start for themselves ends with them, also when they are killed."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from tests.support.tied import comes_true

STARTS = """
from tests.support.nodes import Redis
from tests.support.postgres import Postgres
postgres, redis = Postgres().start(), Redis().start()
print(*postgres.processes, redis.process, flush=True)
input()
"""


def test_a_killed_run_leaves_no_server() -> None:
    # Given
    run = subprocess.Popen(
        [sys.executable, "-c", STARTS],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert run.stdout is not None
    started = [int(number) for number in run.stdout.readline().split()]
    assert len(started) > 2
    # When
    run.kill()
    run.communicate()
    # Then
    comes_true(lambda: not any(map(_lives, started)))


def _lives(process: int) -> bool:
    """A process that has ended and that nobody has asked about (Z) does not."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
