"""What is typed behind `make run-lan`: taken, or refused in one line."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from astrow2fa import runtime
from scripts.lan.network import origin, own_address, own_port
from tests.rules.tree import ROOT


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("nonsense", "no address"),
        ("8.8.8.8", "from the whole internet"),
        ("10.255.255.254", "not an address of this machine"),
        ("0.0.0.0", "from the whole internet"),
    ],
)
def test_an_address_that_is_not_ours_is_refused(asked: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        own_address(asked)


@pytest.mark.parametrize("asked", ["x", "0", "65535", "-1", "99999999"])
def test_a_port_that_is_none_is_refused(asked: str) -> None:
    with pytest.raises(ValueError, match="is no port"):
        own_port(asked, "127.0.0.1")


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(ValueError, match=f"port {port} is taken"):
            own_port(str(port), "127.0.0.1")


def test_origins_are_as_browsers_write_them() -> None:
    assert origin("https", "192.168.1.20", 8443) == "https://192.168.1.20:8443"
    assert origin("https", "fd00::2", 8443) == "https://[fd00::2]:8443"


@pytest.mark.parametrize(
    ("variables", "typed", "said"),
    [
        ({}, ["10.255.255.254"], "not an address of this machine"),
        ({"ASTROW2FA_PUBLIC_URL": "https://login.example.com"}, ["127.0.0.1"], "ASTROW2FA_PUBLIC_URL is set"),
    ],
)
def test_it_ends_with_one_line_and_nothing_is_made(
    tmp_path: Path, variables: dict[str, str], typed: list[str], said: str
) -> None:
    instance = tmp_path / "instance"
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("ASTROW2FA_")}

    ended = subprocess.run(
        [sys.executable, "-m", "scripts.lan", *typed],
        cwd=ROOT,
        env={**inherited, "ASTROW2FA_INSTANCE": str(instance), **variables},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert not instance.exists()


def test_a_loop_that_serves_without_tls_says_so_and_takes_no_address() -> None:
    with pytest.raises(ValueError, match="put a proxy in front"):
        runtime.listen("127.0.0.1", 0, object())  # type: ignore[arg-type]
