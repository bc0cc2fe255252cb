"""Every wrong value ends start-up with one line: which variable, why, and what to write instead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from astrow2fa.config import PREFIX, Config, ConfigError

WRONG = [
    ("HOST", "not a host", "127.0.0.1"),
    ("HOST", "http://127.0.0.1", "127.0.0.1"),
    ("HOST", "127.0.0.1:5000", "127.0.0.1"),
    ("HOST", "1.2.3", "127.0.0.1"),
    ("PORT", "http", "from 0 to 65535"),
    ("PORT", "-1", "from 0 to 65535"),
    ("PORT", "65536", "from 0 to 65535"),
    ("PORT", "5000.0", "from 0 to 65535"),
    ("PORT", "\u0665", "from 0 to 65535"),
    ("PUBLIC_URL", "login.example.com", "https://login.example.com"),
    ("PUBLIC_URL", "ftp://login.example.com", "https://login.example.com"),
    ("PUBLIC_URL", "https://", "https://login.example.com"),
    ("PUBLIC_URL", "https://login.example.com/sso", "without a path"),
    ("PUBLIC_URL", "https://login.example.com//", "without a path"),
    ("PUBLIC_URL", "https://login.example.com?", "without a path"),
    ("PUBLIC_URL", "https://login.example.com#", "without a path"),
    ("PUBLIC_URL", "https://login.example.com:99999", "https://login.example.com"),
    ("PUBLIC_URL", "https://login.example.com:0", "https://login.example.com"),
    ("PUBLIC_URL", "https://login.example.com\\@evil.example", "https://login.example.com"),
    ("PUBLIC_URL", "https://bücher.example", "https://login.example.com"),
    ("PUBLIC_URL", "https://127.1", "https://login.example.com"),
    ("PUBLIC_URL", "https://[::1", "https://login.example.com"),
    ("PUBLIC_URL", "https://[fe80::1%25eth0]", "https://login.example.com"),
    ("PUBLIC_URL", "https://login.\nexample.com", "https://login.example.com"),
    ("PUBLIC_URL", "http://login.example.com", "write https://login.example.com"),
    ("PUBLIC_URL", "http://localhost.example.com", "write https://localhost.example.com"),
    ("PUBLIC_URL", "http://127.0.0.2", "write https://127.0.0.2"),
    ("DATABASE_URL", "mysql://db/astrow", "postgresql://user@host/name"),
    ("DATABASE_URL", "postgres://db/astrow", "postgresql://user@host/name"),
    ("DATABASE_URL", "astrow.sqlite3", "sqlite:////folder/file.sqlite3"),
    ("DATABASE_URL", "sqlite://", "sqlite:////folder/file.sqlite3"),
    ("DATABASE_URL", "sqlite:///:memory:", "sqlite:////folder/file.sqlite3"),
    ("DATABASE_URL", "sqlite://folder/file.sqlite3", "sqlite:////folder/file.sqlite3"),
    ("DATABASE_URL", "postgresql://db", "postgresql://user@host/name"),
    ("REDIS_URL", "localhost:6379", "redis://host:6379/0"),
    ("REDIS_URL", "http://localhost:6379", "redis://host:6379/0"),
    ("REDIS_URL", "redis://", "redis://host:6379/0"),
    ("REDIS_URL", "redis://host:port", "redis://host:6379/0"),
    ("SECRET_KEY", "k" * 31, "32 or more characters"),
    ("SECRET_KEY", "k" * 40 + "," + "k" * 40, "openssl rand -hex 32"),
    ("SECRET_KEY", "k" * 40 + "\n", "openssl rand -hex 32"),
    ("SECRET_KEY", "k" * 40 + "\udcff", "openssl rand -hex 32"),
    ("SECRET_KEY_PREVIOUS", "a" * 32 + ",short", "32 or more characters"),
    ("SECRET_KEY_PREVIOUS", "a" * 32 + ",", "32 or more characters"),
    ("SMTP_URL", "mail.example.com", "smtp+starttls://"),
    ("SMTP_URL", "http://mail.example.com", "smtp+starttls://"),
    ("SMTP_URL", "smtp://", "names no host"),
    ("SMTP_URL", "smtp://mail.example.com:0", "more than a host and a port"),
    ("SMTP_URL", "smtp://mail.example.com:port", "is no SMTP address"),
    ("SMTP_URL", "smtps://mail.example.com/inbox", "more than a host and a port"),
    ("SMTP_URL", "smtps://mail.example.com?tls=no", "more than a host and a port"),
    ("SMTP_URL", "smtp://mail.example .com", "is no SMTP address"),
    ("SMTP_URL", "smtp://me:hush@mail.example.com", "in the clear"),
    ("MAIL_FROM", "Astrow", "astrow@example.com"),
    ("MAIL_FROM", "astrow@", "astrow@example.com"),
    ("MAIL_FROM", "astrow@example.com\nBcc: all@example.com", "astrow@example.com"),
    ("MAIL_FROM", "a@example.com, b@example.com", "astrow@example.com"),
    ("MAIL_FROM", "Astrow <as trow@example.com>", "astrow@example.com"),
    ("ASYNC_MODE", "asyncio", "eventlet, gevent or threading"),
    ("ASYNC_MODE", "Eventlet", "eventlet, gevent or threading"),
    ("TRUSTED_PROXIES", "-1", "from 0 to 10"),
    ("TRUSTED_PROXIES", "11", "from 0 to 10"),
    ("TRUSTED_PROXIES", "all", "from 0 to 10"),
    ("METRICS_TOKEN", "two words", "letters, digits"),
    ("PUSH_HOSTS", "https://push.example.com", ".example.com"),
    ("PUSH_HOSTS", "*.example.com", ".example.com"),
    ("PUSH_HOSTS", "push.example.com,,", ".example.com"),
    ("PUSH_HOSTS", "push.example.com=public", "a.example=private"),
    ("LIMITS", "login.adress=1/minute", "login.address"),
    ("LIMITS", "login.address", "60/minute"),
    ("LIMITS", "login.address=often", "60/minute"),
    ("LIMITS", "login.address=0/minute", "60/minute"),
    ("LIMITS", "login.address=1/minute,login.address=2/minute", "once"),
]


def refusal(instance: Path, **variables: str) -> str:
    given = {"INSTANCE": str(instance)} | variables
    with pytest.raises(ConfigError) as refused:
        Config.load({PREFIX + name: text for name, text in given.items()})
    return str(refused.value)


@pytest.mark.parametrize(("name", "text", "instead"), WRONG)
def test_a_wrong_value_is_refused_in_one_line_that_says_what_to_write(
    tmp_path: Path, name: str, text: str, instead: str
) -> None:
    line = refusal(tmp_path / "instance", **{name: text})

    assert line.startswith(f"ASTROW2FA_{name}: ")
    assert instead in line
    assert len(line.splitlines()) == 1
    assert not (tmp_path / "instance").exists(), "a refused start leaves nothing behind"


@pytest.mark.parametrize("rest", ["", ":99999", "/path", " ", ":port"])
def test_a_user_in_the_public_url_is_refused_and_not_repeated(tmp_path: Path, rest: str) -> None:
    line = refusal(tmp_path, PUBLIC_URL=f"https://admin:pass-word@login.example.com{rest}")

    assert "user name" in line
    assert "pass-word" not in line


@pytest.mark.parametrize(
    "variables",
    [
        {"SECRET_KEY": "hidden-and-short"},
        {"SECRET_KEY": "hidden, with a comma, and rather long"},
        {"SECRET_KEY_PREVIOUS": "hidden"},
        {"DATABASE_URL": "mysql://astrow:hidden@db/astrow"},
        {"DATABASE_URL": "postgresql://astrow:hidden@db"},
        {"REDIS_URL": "redis://:hidden@host:port"},
        {"METRICS_TOKEN": "hidden word"},
    ],
)
def test_a_secret_is_never_repeated_in_a_reason(tmp_path: Path, variables: dict[str, str]) -> None:
    assert "hidden" not in refusal(tmp_path, **variables)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("PUBLIC_URI", "did you mean ASTROW2FA_PUBLIC_URL?"),
        ("TRUSTED_PROXY", "did you mean ASTROW2FA_TRUSTED_PROXIES?"),
        ("LICENSE_KEYS", "did you mean ASTROW2FA_LICENCE_KEYS?"),
        ("QQ", "remove it"),
    ],
)
def test_a_mistyped_variable_is_not_passed_over(tmp_path: Path, typed: str, hint: str) -> None:
    line = refusal(tmp_path, **{typed: "1"})

    assert line.startswith(f"ASTROW2FA_{typed}: ")
    assert hint in line


def test_threads_that_would_share_tls_with_redis_are_refused(tmp_path: Path) -> None:
    line = refusal(tmp_path, ASYNC_MODE="threading", REDIS_URL="rediss://redis.example.com")

    assert line == "ASTROW2FA_ASYNC_MODE: threading cannot speak TLS with Redis; write eventlet or gevent"


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_variable_is_not_taken_for_a_missing_one(tmp_path: Path, text: str) -> None:
    assert "is empty" in refusal(tmp_path, SECRET_KEY=text)


P256 = {"kty": "EC", "crv": "P-256", "x": "x", "y": "y"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "is not JSON"),
        ("[]", "is no JWK set"),
        (json.dumps(P256), "is no JWK set"),
        (json.dumps({"keys": []}), "is no JWK set"),
        (json.dumps({"keys": [P256, {"kty": "RSA", "n": "n", "e": "AQAB"}]}), "is no JWK set"),
        (json.dumps({"keys": [P256 | {"d": "d"}]}), "holds a private key"),
    ],
)
def test_a_licence_key_file_that_holds_no_public_keys_is_refused(
    tmp_path: Path, content: str, reason: str
) -> None:
    file = tmp_path / "keys.json"
    file.write_text(content)

    line = refusal(tmp_path / "instance", LICENCE_KEYS=str(file))

    assert line.startswith(f"ASTROW2FA_LICENCE_KEYS: {file} {reason}")


def test_a_licence_key_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path, LICENCE_KEYS=str(tmp_path / "keys.json"))
