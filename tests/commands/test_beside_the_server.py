"""Real `flask` processes: on nothing at all, and beside a server that runs."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.house import environment
from tests.support.server import ROOT, RealServer


def flask(line: str, variables: dict[str, str], stdin: str = "") -> subprocess.CompletedProcess[str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("ASTROW2FA_")}
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "server", *line.split()],
        cwd=ROOT,
        env={**inherited, **variables},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RealServer]:
    server = RealServer(tmp_path, environment(tmp_path)).start()
    yield server
    server.stop()


def test_on_nothing_at_all_a_command_makes_database_and_keys(tmp_path: Path) -> None:
    instance = tmp_path / "new" / "instance"

    listed = flask("user list --json", {"ASTROW2FA_INSTANCE": str(instance)})

    assert (listed.returncode, listed.stdout, listed.stderr) == (0, "[]\n", "")
    assert {"astrow2fa.sqlite3", "secret.key"} <= {entry.name for entry in instance.iterdir()}


def test_a_wrong_configuration_ends_a_command_with_two(tmp_path: Path) -> None:
    ended = flask("user list", {"ASTROW2FA_INSTANCE": str(tmp_path), "ASTROW2FA_PORT": "many"})

    assert ended.returncode == 2
    assert ended.stderr.startswith("ASTROW2FA_PORT: ")
    assert ended.stderr.count("\n") == 1


def test_a_refusal_ends_with_one_and_one_line(tmp_path: Path) -> None:
    ended = flask("user disable nobody", environment(tmp_path))

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "Error: There is no user 'nobody'.\n"


def test_commands_and_a_running_server_share_the_database(server: RealServer) -> None:
    created = flask(
        "user create eve --mobile ess --password-stdin", server.environment, "sparrow Kettle-9 moon\n"
    )
    assert created.returncode == 0, created.stderr
    assert flask("demo", server.environment).stderr.startswith("Error: There are users already")
    assert flask("two-factor random", server.environment).returncode == 1

    ready = urllib.request.urlopen(f"{server.url}/readyz", timeout=5)

    assert ready.status == 200
    assert "eve" in flask("user list", server.environment).stdout
