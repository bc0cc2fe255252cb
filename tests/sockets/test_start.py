"""python server.py: one line when it listens; wrong configuration ends with 2 and one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.support.house import environment
from tests.support.live import PATIENCE, LiveHouse
from tests.support.server import ROOT


def started(folder: Path, **variables: str) -> subprocess.Popen[str]:
    """The product's own start file."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("ASTROW2FA_")}
    return subprocess.Popen(
        [sys.executable, "server.py"],
        cwd=ROOT,
        env={**inherited, **environment(folder), "ASTROW2FA_PORT": "0", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_an_empty_folder_is_enough(tmp_path: Path) -> None:
    # When it is started on nothing
    process = started(tmp_path)
    assert process.stdout is not None
    line = process.stdout.readline()
    # Then it says where it listens, and does
    assert line.startswith("listening on http://localhost:")
    url = line.removeprefix("listening on ").strip()
    assert requests.get(f"{url}/healthz", timeout=PATIENCE).status_code == 200
    assert requests.get(f"{url}/readyz", timeout=PATIENCE).status_code == 200
    assert requests.get(f"{url}/login", timeout=PATIENCE).status_code == 200
    # When it is told to stop
    process.terminate()
    rest, errors = process.communicate(timeout=2 * PATIENCE)
    # Then
    assert process.returncode == 0
    assert rest == ""
    assert "Traceback" not in errors
    assert (tmp_path / "instance").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ASTROW2FA_PUBLIC_URL", "http://astrow.example.org"),
        ("ASTROW2FA_ASYNC_MODE", "asyncio"),
        ("ASTROW2FA_SECRET_KEY", "short"),
        ("ASTROW2FA_DATABASE_URL", "postgresql://127.0.0.1:1/astrow"),
    ],
)
def test_a_wrong_variable_ends_it_with_two_and_one_line(tmp_path: Path, name: str, value: str) -> None:
    process = started(tmp_path, **{name: value})

    out, errors = process.communicate(timeout=2 * PATIENCE)

    assert process.returncode == 2
    assert out == ""
    assert len(errors.splitlines()) == 1
    assert errors.startswith(f"{name}: ")


NO_KEY = "-----BEGIN PRIVATE KEY-----\nbm8ga2V5\n-----END PRIVATE KEY-----\n"
GOOGLE = {"project_id": "astrow-demo", "client_email": "push@example.iam", "private_key": NO_KEY}
APPLE = {"APNS_KEY_ID": "ABCDE12345", "APNS_TEAM_ID": "TEAM123456", "APNS_TOPIC": "com.example.mobile"}


@pytest.mark.parametrize(
    ("name", "content", "more"),
    [("FCM_ACCOUNT", json.dumps(GOOGLE), {}), ("APNS_KEY", NO_KEY, APPLE)],
)
def test_a_key_of_a_vendor_that_is_none_ends_it_with_two_and_one_line(
    tmp_path: Path, name: str, content: str, more: dict[str, str]
) -> None:
    # Given a file of the right shape
    file = tmp_path / "file"
    file.write_text(content)
    variables = {f"ASTROW2FA_{key}": text for key, text in {name: str(file), **more}.items()}
    # When
    process = started(tmp_path, **variables)
    out, errors = process.communicate(timeout=2 * PATIENCE)
    # Then
    assert process.returncode == 2
    assert out == ""
    assert len(errors.splitlines()) == 1
    assert errors.startswith(f"ASTROW2FA_{name}: the file")
    assert "bm8ga2V5" not in errors


def test_a_taken_port_ends_it_with_two_and_one_line(live: LiveHouse, tmp_path: Path) -> None:
    # Given a server on that port
    port = live.url.rpartition(":")[2]
    # When another one is told to use it
    process = started(tmp_path, ASTROW2FA_PORT=port)
    out, errors = process.communicate(timeout=2 * PATIENCE)
    # Then it ends, and the first goes on
    assert process.returncode == 2
    assert out == ""
    assert len(errors.splitlines()) == 1
    assert errors.startswith("ASTROW2FA_PORT: ")
    assert port in errors
    assert requests.get(f"{live.url}/readyz", timeout=PATIENCE).status_code == 200


def test_an_address_of_another_machine_ends_it_with_two_and_one_line(tmp_path: Path) -> None:
    elsewhere = "203.0.113.7"  # RFC 5737: nobody's
    process = started(tmp_path, ASTROW2FA_HOST=elsewhere, ASTROW2FA_PUBLIC_URL="https://astrow.example.org")
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert len(errors.splitlines()) == 1
    assert errors.startswith(f"ASTROW2FA_HOST: cannot listen on {elsewhere}:")


def test_another_secret_than_the_keys_were_sealed_with_ends_it(live: LiveHouse, tmp_path: Path) -> None:
    # Given the database of another server
    process = started(
        tmp_path,
        ASTROW2FA_DATABASE_URL=f"sqlite:///{live.server.folder}/instance/astrow2fa.sqlite3",
        ASTROW2FA_SECRET_KEY="another secret key, long enough to be taken",
    )
    # Then
    out, errors = process.communicate(timeout=2 * PATIENCE)
    assert process.returncode == 2
    assert out == ""
    assert len(errors.splitlines()) == 1
    assert errors.startswith("ASTROW2FA_SECRET_KEY: ")
