"""What an operator decides, read once from the environment and then fixed.

Every variable is one line of the table in `docs/protocol.md`. A value that is wrong, weak or at odds with
another one ends start-up: nothing is guessed, nothing is silently ignored, and a reason never repeats a secret.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self, TypeVar

from astrow2fa.config import instance as on_disk
from astrow2fa.config import mail, values, vendors
from astrow2fa.config.values import AsyncMode

__all__ = ["AsyncMode", "Config", "ConfigError"]

S = TypeVar("S")
T = TypeVar("T")
D = TypeVar("D")

PREFIX = "ASTROW2FA_"
NAMES = (
    "HOST",
    "PORT",
    "PUBLIC_URL",
    "DATABASE_URL",
    "REDIS_URL",
    "INSTANCE",
    "SECRET_KEY",
    "SECRET_KEY_PREVIOUS",
    "ASYNC_MODE",
    "TRUSTED_PROXIES",
    "METRICS_TOKEN",
    "PUSH_HOSTS",
    "LIMITS",
    "DEVELOPMENT",
    "LICENCE_KEYS",
    "SMTP_URL",
    "MAIL_FROM",
    "FCM_ACCOUNT",
    "APNS_KEY",
    "APNS_KEY_ID",
    "APNS_TEAM_ID",
    "APNS_TOPIC",
    "APNS_HOST",
)
APPLE = ("APNS_KEY", "APNS_KEY_ID", "APNS_TEAM_ID", "APNS_TOPIC")


class ConfigError(Exception):
    """A variable that start-up does not accept. `str()` is the one line for the operator."""

    def __init__(self, variable: str, why: str) -> None:
        super().__init__(f"{variable}: {why}")
        self.variable = variable
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The accepted values. What is or may hold a secret is kept out of `repr`, so that no log shows it."""

    host: str
    port: int
    public_url: str
    """An origin as browsers write it: small letters, no path, no slash at the end, no default port."""
    public_url_given: bool
    database_url: str = field(repr=False)
    redis_url: str | None = field(repr=False)
    instance: Path
    secret_key: bytes = field(repr=False)
    secret_key_previous: tuple[bytes, ...] = field(repr=False)
    async_mode: AsyncMode
    trusted_proxies: int
    metrics_token: str | None = field(repr=False)
    push_hosts: tuple[str, ...]
    """`host` or `.suffix`; with `=private` behind it a private address is permitted."""
    limits: Mapping[str, str]
    """Every named limit, overridden or not, in the syntax of the `limits` library."""
    licence_keys: Path | None
    relay: mail.Relay | None = None
    """Where letters to users leave; None: there are none. `mail_from` is given with it, and only with it."""
    mail_from: str = ""
    development: bool = False
    """Whether there is a page of all components; on localhost only."""
    google: vendors.Google | None = None
    apple: vendors.Apple | None = None
    """The accounts by which native apps are woken."""

    @property
    def secure(self) -> bool:
        """Whether browsers come by https, so that cookies can be Secure and carry the `__Host-` prefix."""
        return self.public_url.startswith("https:")

    @property
    def local(self) -> bool:
        """Whether the public address is this very machine: only there may demo data and a demo issuer be."""
        return values.is_local(self.public_url)

    def with_port(self, port: int) -> Self:
        """The same with the port that was picked for port 0; a public URL that was not given follows it."""
        url = self.public_url if self.public_url_given else values.own_url(port)
        return replace(self, port=port, public_url=url)

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> Self:
        """Read `environ`; makes the instance folder (0700) and, unless one is given, the secret key in it.

        Raises ConfigError for the first variable that cannot be accepted.
        """
        given = _given(environ)

        def read(name: str, parse: Callable[[str], T], default: D) -> T | D:
            return _accept(name, parse, given[name]) if name in given else default

        host = read("HOST", values.host, "127.0.0.1")
        port = read("PORT", values.port, 5000)
        public_url = read("PUBLIC_URL", values.origin, values.own_url(port))
        proxies = read("TRUSTED_PROXIES", values.proxies, 0)
        _refuse_open_http(host, public_url, proxies)
        database_url = read("DATABASE_URL", values.database_url, None)
        redis_url = read("REDIS_URL", values.redis_url, None)
        async_mode: AsyncMode = read("ASYNC_MODE", values.async_mode, "eventlet")
        _refuse_shared_tls(async_mode, redis_url)
        metrics_token = read("METRICS_TOKEN", values.bearer, None)
        push_hosts = read("PUSH_HOSTS", values.push_hosts, values.PUSH_HOSTS)
        limits = read("LIMITS", values.limits, values.LIMITS)
        licence_keys = read("LICENCE_KEYS", on_disk.jwk_set, None)
        relay = read("SMTP_URL", mail.relay, None)
        mail_from = read("MAIL_FROM", mail.sender, "")
        _refuse_half_a_mail(relay, mail_from)
        development = read("DEVELOPMENT", values.switch, False)
        if development and not values.is_local(public_url):
            raise ConfigError(PREFIX + "DEVELOPMENT", "is for a server on localhost; leave the variable out")
        google = read("FCM_ACCOUNT", vendors.google, None)
        _refuse_half_of_apple(given)
        apple_key = read("APNS_KEY", vendors.apple_key, "")
        key_id, team_id = read("APNS_KEY_ID", vendors.ten, ""), read("APNS_TEAM_ID", vendors.ten, "")
        topic = read("APNS_TOPIC", vendors.bundle, "")
        apple_host = read("APNS_HOST", vendors.apple_host, vendors.APPLE_HOSTS[0])
        apple = vendors.Apple(key_id, team_id, topic, apple_host, apple_key) if apple_key else None
        secret_key = read("SECRET_KEY", values.secret, None)
        previous = read("SECRET_KEY_PREVIOUS", values.secrets, ())
        # Last, because these make something: a wrong value above leaves no folder and no key behind.
        instance = _accept("INSTANCE", on_disk.folder, given.get("INSTANCE", str(on_disk.DEFAULT)))
        if secret_key is None:
            secret_key = _accept("SECRET_KEY", on_disk.secret, instance)
        return cls(
            host=host,
            port=port,
            public_url=public_url,
            public_url_given="PUBLIC_URL" in given,
            database_url=database_url or f"sqlite:///{instance / on_disk.DATABASE}",
            redis_url=redis_url,
            instance=instance,
            secret_key=secret_key,
            secret_key_previous=previous,
            async_mode=async_mode,
            trusted_proxies=proxies,
            metrics_token=metrics_token,
            push_hosts=push_hosts,
            limits=limits,
            licence_keys=licence_keys,
            relay=relay,
            mail_from=mail_from,
            development=development,
            google=google,
            apple=apple,
        )


def _given(environ: Mapping[str, str]) -> dict[str, str]:
    """Our variables, without the prefix. A mistyped or empty one must not leave a safeguard off unnoticed."""
    given = {name.removeprefix(PREFIX): text for name, text in environ.items() if name.startswith(PREFIX)}
    for name, text in given.items():
        if name not in NAMES:
            near = difflib.get_close_matches(name, NAMES, n=1, cutoff=0.5)
            hint = f"did you mean {PREFIX}{near[0]}?" if near else "remove it"
            raise ConfigError(PREFIX + name, f"is not a variable of Astrow 2FA; {hint}")
        if not text.strip():
            raise ConfigError(PREFIX + name, "is empty; write a value, or leave the variable out")
    return given


def _accept(name: str, parse: Callable[[S], T], source: S) -> T:
    try:
        return parse(source)
    except ValueError as error:
        raise ConfigError(PREFIX + name, str(error)) from None


def _refuse_shared_tls(mode: AsyncMode, redis_url: str | None) -> None:
    """One thread reads the line to Redis while others write: the library of TLS cannot bear that."""
    if mode == "threading" and (redis_url or "").startswith("rediss:"):
        raise ConfigError(
            PREFIX + "ASYNC_MODE", "threading cannot speak TLS with Redis; write eventlet or gevent"
        )


def _refuse_half_a_mail(relay: mail.Relay | None, sender: str) -> None:
    if relay is not None and not sender:
        raise ConfigError(
            PREFIX + "MAIL_FROM", "is missing; write the sender of letters, such as astrow@example.com"
        )
    if sender and relay is None:
        raise ConfigError(
            PREFIX + "SMTP_URL",
            "is missing; write where letters are sent, such as smtp://localhost, or leave MAIL_FROM out",
        )


def _refuse_half_of_apple(given: Mapping[str, str]) -> None:
    missing = [name for name in APPLE if name not in given]
    there = [name for name in (*APPLE, "APNS_HOST") if name in given]
    if missing and there:
        raise ConfigError(
            PREFIX + missing[0], f"is missing; it goes with {PREFIX}{there[0]}: give both, or leave both out"
        )


def _refuse_open_http(host: str, public_url: str, proxies: int) -> None:
    if public_url.startswith("http:") and not values.is_loopback(host) and proxies == 0:
        raise ConfigError(
            PREFIX + "HOST",
            f"{host} lets others in over plain http; write 127.0.0.1, or put a proxy with TLS in front: "
            f"an https address in {PREFIX}PUBLIC_URL, the number of proxies in {PREFIX}TRUSTED_PROXIES",
        )
