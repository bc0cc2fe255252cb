"""The instance folder is closed to others, and the secret key in it is made once, whole, for whoever starts first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from astrow2fa.config import Config, ConfigError
from astrow2fa.config.instance import DATABASE, SECRET

START = (
    "import sys; from astrow2fa.config import Config; print('ready', flush=True); sys.stdin.readline();"
    "print(Config.load({'ASTROW2FA_INSTANCE': sys.argv[1]}).secret_key.decode())"
)


def load(instance: Path, **variables: str) -> Config:
    return Config.load({"ASTROW2FA_INSTANCE": str(instance)} | variables)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_the_first_start_makes_a_closed_folder_and_a_closed_key(tmp_path: Path) -> None:
    config = load(tmp_path / "a" / "instance")

    assert mode(config.instance) == 0o700
    assert mode(config.instance / SECRET) == 0o600
    assert len(config.secret_key) == 64
    assert [entry.name for entry in config.instance.iterdir()] == [SECRET]


def test_the_next_start_has_the_same_key_and_another_folder_another(tmp_path: Path) -> None:
    first = load(tmp_path / "one").secret_key

    assert load(tmp_path / "one").secret_key == first
    assert load(tmp_path / "two").secret_key != first


def test_the_text_of_the_key_file_is_the_key_for_another_node(tmp_path: Path) -> None:
    first = load(tmp_path / "one")
    text = (first.instance / SECRET).read_text().strip()

    assert load(tmp_path / "two", ASTROW2FA_SECRET_KEY=text).secret_key == first.secret_key


def test_a_given_key_leaves_none_on_the_disk(tmp_path: Path) -> None:
    config = load(tmp_path / "instance", ASTROW2FA_SECRET_KEY="k" * 32)

    assert list(config.instance.iterdir()) == []


def test_processes_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", START, str(tmp_path / "instance")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()

    keys = {process.communicate()[0] for process in started}

    assert len(keys) == 1
    assert [entry.name for entry in (tmp_path / "instance").iterdir()] == [SECRET]


@pytest.mark.parametrize("rights", [0o640, 0o604])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, rights: int) -> None:
    key = load(tmp_path / "instance").instance / SECRET
    key.chmod(rights)

    with pytest.raises(ConfigError, match=rf"^ASTROW2FA_SECRET_KEY: .*chmod 600 {key}"):
        load(tmp_path / "instance")


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 64])
def test_a_damaged_key_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    key = load(tmp_path / "instance").instance / SECRET
    key.write_bytes(content)

    with pytest.raises(ConfigError, match="^ASTROW2FA_SECRET_KEY: "):
        load(tmp_path / "instance")
    assert key.read_bytes() == content


@pytest.mark.parametrize("content", [None, DATABASE])
def test_an_open_folder_that_is_ours_is_closed(tmp_path: Path, content: str | None) -> None:
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o755)
    if content:
        (folder / content).touch()

    load(folder)

    assert mode(folder) == 0o700


def test_an_open_folder_with_other_things_stays_as_it_is(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    (shared / "somebody's").touch()

    with pytest.raises(ConfigError, match=rf"^ASTROW2FA_INSTANCE: .*chmod 700 {shared}"):
        load(shared)
    assert mode(shared) == 0o755


@pytest.mark.parametrize("below", [".", "instance"])
def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path, below: str) -> None:
    file = tmp_path / "file"
    file.touch()

    with pytest.raises(ConfigError, match="^ASTROW2FA_INSTANCE: .* file; write the name of a folder"):
        load(file / below)


def test_a_folder_that_cannot_be_made_is_refused() -> None:
    with pytest.raises(ConfigError, match="^ASTROW2FA_INSTANCE: .*; write a folder that this user may write"):
        load(Path("/proc/instance"))
