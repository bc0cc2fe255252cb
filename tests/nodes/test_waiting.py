"""A driver that waits lets the loop go on, also when thousands of browsers have taken the small descriptors."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.postgres import Postgres
from tests.support.server import ROOT

PROGRAM = """
import os, resource, sys
from astrow2fa import runtime
runtime.patch(sys.argv[1])
from astrow2fa.store.postgres_engine import open_postgres
from astrow2fa.store.postgres_wait import take_over
resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
held = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
engine = open_postgres(sys.argv[2], mode=runtime.MODE)
if sys.argv[3] == "ours":
    take_over(engine.dialect.dbapi, runtime)
with engine.connect() as connection:
    turns = []
    runtime.every(0.02, lambda: turns.append(1))
    connection.exec_driver_sql("SELECT pg_sleep(2)")
    print(len(turns))
engine.dispose()
os._exit(0 if len(turns) > 5 else 1)
"""


@pytest.mark.parametrize("waiting", ["psycopg's", "ours"])
@pytest.mark.parametrize("mode", ["eventlet", "gevent", "threading"])
def test_a_query_of_a_second_lets_the_loop_turn(postgres: Postgres, mode: str, waiting: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, mode, postgres.url(), waiting],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
