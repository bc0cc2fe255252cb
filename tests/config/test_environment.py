"""What start-up accepts, what it makes of it, and the one line with which it refuses the rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from astrow2fa.config import PREFIX, Config, ConfigError
from astrow2fa.config.mail import Relay

Load = Callable[..., Config]
KEY = "k" * 32


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Loads variables, given without their prefix, over an instance folder of its own."""

    def load(**variables: str) -> Config:
        given = {"INSTANCE": str(tmp_path / "instance")} | variables
        return Config.load({PREFIX + name: text for name, text in given.items()} | {"PATH": "/bin"})

    return load


def test_without_variables_it_serves_this_machine_alone(load: Load, tmp_path: Path) -> None:
    config = load()

    assert (config.host, config.port, config.public_url) == ("127.0.0.1", 5000, "http://localhost:5000")
    assert config.database_url == f"sqlite:///{tmp_path}/instance/astrow2fa.sqlite3"
    assert (config.async_mode, config.trusted_proxies) == ("eventlet", 0)
    assert (config.redis_url, config.metrics_token, config.licence_keys) == (None, None, None)
    assert config.secret_key_previous == ()
    assert config.limits["login.address"] == "60/minute"
    assert "fcm.googleapis.com" in config.push_hosts
    assert config.local
    assert not config.secure


def test_every_variable_arrives(load: Load, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": [{"kty": "EC", "crv": "P-256", "x": "x", "y": "y", "kid": "one"}]}))

    config = load(
        HOST="0.0.0.0",
        PORT="8080",
        PUBLIC_URL="https://login.example.com",
        DATABASE_URL="postgresql://astrow@db.example.com/astrow",
        REDIS_URL="rediss://cache.example.com:6380/1",
        SECRET_KEY=KEY,
        SECRET_KEY_PREVIOUS="a" * 32 + "," + "b" * 40,
        ASYNC_MODE="gevent",
        TRUSTED_PROXIES="2",
        METRICS_TOKEN="reader.1",
        PUSH_HOSTS="push.example.com, .Example.org,localhost=private",
        LIMITS="login.address=1000/minute, pair.account=5/10 minutes",
        LICENCE_KEYS=str(keys),
        SMTP_URL="smtp+starttls://me:p%40ss@mail.example.com",
        MAIL_FROM="Astrow <astrow@example.com>",
    )

    assert (config.host, config.port, config.public_url) == ("0.0.0.0", 8080, "https://login.example.com")
    assert config.database_url == "postgresql://astrow@db.example.com/astrow"
    assert config.redis_url == "rediss://cache.example.com:6380/1"
    assert config.secret_key == KEY.encode()
    assert config.secret_key_previous == (b"a" * 32, b"b" * 40)
    assert (config.async_mode, config.trusted_proxies, config.metrics_token) == ("gevent", 2, "reader.1")
    assert config.push_hosts == ("push.example.com", ".example.org", "localhost=private")
    assert (config.limits["login.address"], config.limits["pair.account"]) == ("1000/minute", "5/10 minutes")
    assert config.limits["pair.address"] == "20/minute"
    assert config.licence_keys == keys
    assert config.relay == Relay("mail.example.com", 587, "starttls", "me", "p@ss")
    assert config.mail_from == "Astrow <astrow@example.com>"
    assert "p@ss" not in repr(config)
    assert config.secure
    assert not config.local


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://login.example.com/", "https://login.example.com"),
        ("HTTPS://Login.Example.COM:443", "https://login.example.com"),
        ("https://login.example.com:8443", "https://login.example.com:8443"),
        ("http://localhost:80", "http://localhost"),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
        ("http://[0:0::1]:5000", "http://[::1]:5000"),
        ("https://[2001:DB8::0:1]", "https://[2001:db8::1]"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ],
)
def test_a_public_url_becomes_the_origin_that_a_browser_sends(load: Load, written: str, origin: str) -> None:
    assert load(PUBLIC_URL=written).public_url == origin


@pytest.mark.parametrize("url", ["http://localhost", "http://127.0.0.1:1", "https://[::1]:5000"])
def test_localhost_in_its_three_spellings_is_local(load: Load, url: str) -> None:
    assert load(PUBLIC_URL=url).local


def test_a_picked_port_moves_the_public_url_only_when_none_was_given(load: Load) -> None:
    assert load(PORT="0").with_port(40123).public_url == "http://localhost:40123"
    assert load(PORT="0").with_port(40123).port == 40123

    behind_a_proxy = load(PORT="0", PUBLIC_URL="https://login.example.com").with_port(40123)
    assert (behind_a_proxy.port, behind_a_proxy.public_url) == (40123, "https://login.example.com")


@pytest.mark.parametrize(
    "variables",
    [
        {"HOST": "0.0.0.0", "PUBLIC_URL": "https://login.example.com"},
        {"HOST": "0.0.0.0", "TRUSTED_PROXIES": "1"},
        {"HOST": "127.9.9.9"},
        {"HOST": "[::1]"},
        {"HOST": "localhost"},
    ],
)
def test_a_host_behind_tls_a_proxy_or_the_loopback_is_accepted(load: Load, variables: dict[str, str]) -> None:
    load(**variables)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "server.example.com"])
def test_plain_http_for_other_machines_ends_start_up(load: Load, host: str) -> None:
    with pytest.raises(ConfigError, match=r"^ASTROW2FA_HOST: .*127\.0\.0\.1"):
        load(HOST=host)


def test_no_secret_is_in_the_repr(load: Load) -> None:
    shown = repr(
        load(
            SECRET_KEY=KEY,
            SECRET_KEY_PREVIOUS="p" * 32,
            METRICS_TOKEN="t" * 20,
            DATABASE_URL="postgresql://astrow:db-word@db/astrow",
            REDIS_URL="redis://:redis-word@cache/0",
        )
    )

    assert not any(secret in shown for secret in (KEY, "p" * 32, "t" * 20, "db-word", "redis-word"))


@pytest.mark.parametrize(
    ("written", "relay"),
    [
        ("smtp://localhost", Relay("localhost", 25, "none")),
        ("smtp://me:secret@127.0.0.1:1025", Relay("127.0.0.1", 1025, "none", "me", "secret")),
        ("smtp://mail.example.com/", Relay("mail.example.com", 25, "none")),
        ("smtps://me@mail.example.com", Relay("mail.example.com", 465, "tls", "me")),
        ("smtps://[2001:db8::1]:4465", Relay("2001:db8::1", 4465, "tls")),
    ],
)
def test_a_relay_says_how_it_is_spoken_to(load: Load, written: str, relay: Relay) -> None:
    assert load(SMTP_URL=written, MAIL_FROM="astrow@example.com").relay == relay


@pytest.mark.parametrize(
    ("given", "missing"),
    [({"SMTP_URL": "smtp://localhost"}, "MAIL_FROM"), ({"MAIL_FROM": "astrow@example.com"}, "SMTP_URL")],
)
def test_a_relay_and_a_sender_come_together(load: Load, given: dict[str, str], missing: str) -> None:
    with pytest.raises(ConfigError, match="is missing") as refused:
        load(**given)

    assert refused.value.variable == PREFIX + missing
