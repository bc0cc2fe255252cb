"""Real `flask` processes: on nothing at all, and beside a server that runs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.house import PASSWORD, environment
from tests.support.live import LiveHouse
from tests.support.server import ROOT


def flask(line: str, variables: dict[str, str], stdin: str = "") -> subprocess.CompletedProcess[str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("ASTROW2FA_")}
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "server", *line.split()],
        cwd=ROOT,
        env={**inherited, **variables},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LiveHouse]:
    house = LiveHouse(tmp_path)
    yield house
    house.close()


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


def test_a_command_reaches_who_waits_at_a_running_server(live: LiveHouse) -> None:
    # Given a browser that waits for a phone
    phone = live.listening(live.phone("bob")).connects()
    browser = live.browser()
    browser.signs_in("bob")
    browser.connects()
    assert browser.hears()["state"] == "pending"
    # When the operator disables the user
    ended = flask("user disable bob", live.server.environment)
    told = time.monotonic()
    # Then both are told at once, and he does not get in
    assert ended.returncode == 0, ended.stderr
    heard = browser.hears()
    assert (heard["state"], heard["reason"]) == ("cancelled", "account_disabled")
    assert phone.closed.get(timeout=4)["state"] == "cancelled"
    assert time.monotonic() - told < 4
    assert live.browser().signs_in("bob").status_code == 401
    browser.hangs_up()
    phone.hangs_up()


def test_a_sign_in_begun_after_a_command_follows_it(live: LiveHouse) -> None:
    assert live.browser().signs_in("bob").headers["Location"] == "/login/waiting"

    assert flask("two-factor off", live.server.environment).returncode == 0
    created = flask("user create eve --password-stdin", live.server.environment, f"{PASSWORD}\n")

    assert created.returncode == 0, created.stderr
    assert live.browser().signs_in("bob").headers["Location"] == "/"
    assert live.browser().signs_in("eve").headers["Location"] == "/"
