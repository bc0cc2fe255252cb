"""The operator's accounts with Google and Apple: the files that are accepted, and the line that refuses the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from astrow2fa.config import PREFIX, Config, ConfigError

PEM = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"
ACCOUNT = {
    "type": "service_account",
    "project_id": "astrow-demo",
    "client_email": "push@astrow-demo.iam.gserviceaccount.com",
    "private_key": PEM,
}
APPLE = {"APNS_KEY_ID": "ABCDE12345", "APNS_TEAM_ID": "TEAM123456", "APNS_TOPIC": "com.example.mobile"}
Load = Callable[..., Config]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def load(**variables: str) -> Config:
        given = {"INSTANCE": str(tmp_path / "instance")} | variables
        return Config.load({PREFIX + name: text for name, text in given.items()})

    return load


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], str]:
    """Writes a file; answers its path."""

    def write(content: str) -> str:
        file = tmp_path / "file"
        file.write_text(content, "utf-8")
        return str(file)

    return write


def refusal(load: Load, **variables: str) -> str:
    with pytest.raises(ConfigError) as refused:
        load(**variables)
    return str(refused.value)


def test_both_accounts_arrive_and_no_key_is_shown(load: Load, written: Callable[[str], str]) -> None:
    google = load(FCM_ACCOUNT=written(json.dumps(ACCOUNT)))
    apple = load(APNS_KEY=written(PEM), **APPLE)

    assert google.google is not None
    assert (google.google.project_id, google.google.private_key) == ("astrow-demo", PEM)
    assert apple.apple is not None
    assert (apple.apple.key_id, apple.apple.team_id) == ("ABCDE12345", "TEAM123456")
    assert (apple.apple.topic, apple.apple.host) == ("com.example.mobile", "api.push.apple.com")
    assert (google.apple, apple.google) == (None, None)
    assert "c2VjcmV0" not in repr(google) + repr(apple)


def test_apps_under_development_have_a_host_of_their_own(load: Load, written: Callable[[str], str]) -> None:
    config = load(APNS_KEY=written(PEM), APNS_HOST="api.sandbox.push.apple.com", **APPLE)

    assert config.apple is not None
    assert config.apple.host == "api.sandbox.push.apple.com"


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        "null",
        "{}",
        json.dumps({**ACCOUNT, "private_key": "c2VjcmV0"}),
        json.dumps({**ACCOUNT, "private_key": 7}),
        json.dumps({**ACCOUNT, "project_id": "../other"}),
        json.dumps({**ACCOUNT, "client_email": "nobody"}),
    ],
)
def test_a_file_that_is_no_service_account_is_refused(
    load: Load, written: Callable[[str], str], content: str
) -> None:
    line = refusal(load, FCM_ACCOUNT=written(content))

    assert line.startswith("ASTROW2FA_FCM_ACCOUNT: ")
    assert "is no service account's file; download one" in line
    assert "c2VjcmV0" not in line
    assert len(line.splitlines()) == 1


@pytest.mark.parametrize("content", ["", "c2VjcmV0", "-----BEGIN EC PRIVATE KEY-----\n"])
def test_a_file_that_is_no_key_is_refused(load: Load, written: Callable[[str], str], content: str) -> None:
    line = refusal(load, APNS_KEY=written(content), **APPLE)

    assert line.startswith("ASTROW2FA_APNS_KEY: ")
    assert "holds no private key in PEM" in line
    assert "c2VjcmV0" not in line


@pytest.mark.parametrize(("name", "more"), [("FCM_ACCOUNT", {}), ("APNS_KEY", APPLE)])
def test_a_file_that_is_not_there_or_no_text_is_refused(
    load: Load, tmp_path: Path, name: str, more: dict[str, str]
) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")

    assert "No such file" in refusal(load, **{name: str(tmp_path / "nowhere")}, **more)
    assert "is no text" in refusal(load, **{name: str(binary)}, **more)
    assert not (tmp_path / "instance").exists()


@pytest.mark.parametrize("missing", ["APNS_KEY", *APPLE])
def test_half_of_an_account_with_apple_is_refused(
    load: Load, written: Callable[[str], str], missing: str
) -> None:
    given = {"APNS_KEY": written(PEM), **APPLE}
    del given[missing]

    assert refusal(load, **given).startswith(f"ASTROW2FA_{missing}: is missing")


def test_a_host_alone_is_half_of_an_account(load: Load) -> None:
    assert "ASTROW2FA_APNS_KEY: is missing" in refusal(load, APNS_HOST="api.push.apple.com")


@pytest.mark.parametrize(
    ("name", "text", "instead"),
    [
        ("APNS_KEY_ID", "abcde12345", "ABCDE12345"),
        ("APNS_TEAM_ID", "TEAM1234567", "ABCDE12345"),
        ("APNS_TOPIC", "com.example.mobile\r\nx: y", "com.example.mobile"),
        ("APNS_HOST", "push.example.com", "api.push.apple.com or"),
    ],
)
def test_what_is_none_of_apples_is_refused(
    load: Load, written: Callable[[str], str], name: str, text: str, instead: str
) -> None:
    line = refusal(load, **{"APNS_KEY": written(PEM), **APPLE, name: text})

    assert line.startswith(f"ASTROW2FA_{name}: ")
    assert instead in line
    assert len(line.splitlines()) == 1
