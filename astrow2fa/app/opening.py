"""Opening what stands behind the ports: database, keys, other nodes, letters, the vendors that wake phones."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Flask

from astrow2fa import runtime
from astrow2fa.adapters import between
from astrow2fa.adapters.chance import SystemChance
from astrow2fa.adapters.clients import SeenClients
from astrow2fa.adapters.clock import SystemClock
from astrow2fa.adapters.mail import NoPost, Server, SmtpPost
from astrow2fa.adapters.passwords import Argon2Passwords
from astrow2fa.adapters.push.accounts import UnusableKey
from astrow2fa.adapters.push.services import native, open_queue
from astrow2fa.adapters.signatures import JoseSignatures
from astrow2fa.adapters.trace import TraceBook
from astrow2fa.config import Config
from astrow2fa.core.push import Service
from astrow2fa.ports import Parts
from astrow2fa.ports.mail import Post
from astrow2fa.ports.nodes import Channel
from astrow2fa.ports.outside import Chance, Clock, Jwk, Signatures
from astrow2fa.ports.push import Carrier
from astrow2fa.ports.store import Store, Unavailable
from astrow2fa.services import keys
from astrow2fa.services.hints import Hints
from astrow2fa.store.migrate import TooNew
from astrow2fa.store.opening import open_store
from astrow2fa.web import journal
from astrow2fa.web.everywhere import Everywhere
from astrow2fa.web.hub import Hub
from astrow2fa.web.letters import Writer
from astrow2fa.web.metrics import Counting, Metrics
from astrow2fa.web.steps import Timed

KEY_OF = {Service.FCM: "FCM_ACCOUNT", Service.APNS: "APNS_KEY"}
"""The variable that names the file of a vendor's key."""


class CannotStart(Exception):
    """The program cannot run as it is configured; the message is one line for the operator."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What can be opened before there is anything to serve."""

    store: Store
    clock: Clock
    chance: Chance
    signatures: Signatures
    channel: Channel
    vendors: Mapping[Service, Carrier]


def open_outside(
    config: Config, clock: Clock | None, chance: Chance | None, machine: Clock | None
) -> Outside:
    """The database, other nodes and the vendors' keys, but nothing is written yet. Raises CannotStart."""
    chance = chance or SystemChance()
    process = chance.token(128)
    signatures = JoseSignatures(config.secret_key, config.secret_key_previous)
    try:
        vendors = native(config.google, config.apple)
    except UnusableKey as error:
        raise CannotStart(f"ASTROW2FA_{KEY_OF[error.service]}: {error}") from error
    try:
        store, clock = open_store(
            config.database_url, machine or SystemClock(), process, runtime, clock=clock
        )
    except (TooNew, Unavailable) as error:
        raise CannotStart(f"ASTROW2FA_DATABASE_URL: {error}") from error
    try:
        channel = between.channel(config.redis_url, process, derived(config.secret_key, "words"))
    except ImportError as error:
        raise CannotStart(f"ASTROW2FA_REDIS_URL: {error}; pip install -r requirements-scale.txt") from error
    return Outside(store, clock, chance, signatures, channel, vendors)


def open_parts(app: Flask, config: Config, outside: Outside, hub: Hub, metrics: Metrics) -> Parts:
    """Everything a service may use; keys that are not there yet are made. Raises CannotStart."""
    try:
        keys.seal_anew(outside.store, outside.signatures)
        return _parts(config, outside, hub, metrics, _post(app, config))
    except Unavailable as error:
        raise CannotStart(f"ASTROW2FA_DATABASE_URL: {error}") from error
    except ValueError as error:
        raise CannotStart(
            "ASTROW2FA_SECRET_KEY: does not open the keys in the database; give it the secret key they were made "
            "with, or put that one into ASTROW2FA_SECRET_KEY_PREVIOUS"
        ) from error


def derived(secret: bytes, purpose: str) -> bytes:
    """A key of its own for each purpose, so that none serves for another."""
    return hmac.new(secret, f"astrow2fa:{purpose}".encode(), hashlib.sha256).digest()


def _parts(config: Config, outside: Outside, hub: Hub, metrics: Metrics, post: Post) -> Parts:
    store, clock, signatures = outside.store, outside.clock, outside.signatures
    keys.ensure(store, signatures, keys.Purpose.CHECKPOINTS)
    trace = Timed(TraceBook(store, clock, hub), clock, metrics.registry)
    signer = partial(keys.push_signer, store, signatures)
    push = open_queue(
        store,
        clock,
        trace,
        hub,
        signer,
        hosts=config.push_hosts,
        public_url=config.public_url,
        vendors=outside.vendors,
    )
    hints = Everywhere(Hints(hub, push, trace, clock), outside.channel)
    return Parts(
        store=store,
        clock=clock,
        chance=outside.chance,
        passwords=Argon2Passwords(runtime.offload, outside.chance),
        signatures=signatures,
        limits=between.limits(config.redis_url, config.limits, clock),
        post=post,
        notifier=journal.Noting(Counting(hints, metrics, hub)),
        push=push,
        trace=trace,
        clients=SeenClients(),
        keyring=keys.StoredKeyring(store, signatures),
        code_key=derived(config.secret_key, "codes"),
        public_url=config.public_url,
        licence_issuers=_issuers(config, signatures, store),
    )


def _post(app: Flask, config: Config) -> Post:
    relay, secrets = config.relay, (config.secret_key, config.secret_key_previous)
    if relay is None:
        return NoPost(*secrets)
    server = Server(relay.host, relay.port, relay.security, relay.user, relay.password)
    return SmtpPost(server, config.mail_from, Writer(app, config.public_url), *secrets)


def _issuers(config: Config, signatures: Signatures, store: Store) -> dict[str, Jwk]:
    """The issuers named by the operator; without them the demo issuer, and that only on localhost."""
    if config.licence_keys is not None:
        issuers: dict[str, Jwk] = {}
        found: list[Any] = json.loads(config.licence_keys.read_text())["keys"]
        for key in found:
            public = signatures.public_jwk({k: v for k, v in key.items() if k != "d"})
            thumbprint = signatures.thumbprint(public)
            # An issuer may call its key as it likes; the thumbprint is what we call one.
            issuers[thumbprint] = issuers[str(key.get("kid") or thumbprint)] = public
        return issuers
    demo = keys.ensure(store, signatures, keys.Purpose.DEMO_ISSUER)
    return {demo.kid: demo.public} if config.local else {}
