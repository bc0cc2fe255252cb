"""The composition root: the only place that knows every ring."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from ssl import SSLContext
from typing import Any

from flask import Flask
from flask_socketio import SocketIO
from werkzeug.middleware.proxy_fix import ProxyFix

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
from astrow2fa.adapters.standard_output import say
from astrow2fa.adapters.trace import TraceBook
from astrow2fa.commands import register as register_commands
from astrow2fa.config import Config, address
from astrow2fa.core.push import Service
from astrow2fa.ports import Parts
from astrow2fa.ports.mail import Post
from astrow2fa.ports.nodes import Channel
from astrow2fa.ports.outside import Chance, Clock, Jwk, Signatures
from astrow2fa.ports.push import Carrier
from astrow2fa.ports.store import Store, Unavailable
from astrow2fa.runtime.rooms import Rooms
from astrow2fa.services import keys, letters
from astrow2fa.services.hints import Hints
from astrow2fa.services.log_upkeep import LogUpkeep
from astrow2fa.store.migrate import TooNew
from astrow2fa.store.opening import open_store
from astrow2fa.web import assets, errors, guard, headers, journal, language, pages, session
from astrow2fa.web.admin import socket as admin_socket
from astrow2fa.web.board import Board
from astrow2fa.web.context import EXTENSION, Web
from astrow2fa.web.doorman import Doorman
from astrow2fa.web.elsewhere import Elsewhere
from astrow2fa.web.everywhere import Everywhere
from astrow2fa.web.hub import Hub
from astrow2fa.web.letters import Writer
from astrow2fa.web.login import socket as login_socket
from astrow2fa.web.metrics import Counting, Metrics
from astrow2fa.web.mobile import socket as mobile_socket
from astrow2fa.web.packets import StrictPacket
from astrow2fa.web.steps import Timed

ROOT = Path(__file__).parent.parent
LARGEST_BODY = 64 * 1024
# A malformed event of up to 1 MiB is answered, and the socket lives on; the packet around it needs a little more.
LARGEST_PACKET = 1_200_000
SOCKETS = "astrow2fa.socketio"
PING_SECONDS, PONG_SECONDS = 25, 20
TIDY_SECONDS = 5
LETTERS_SECONDS = 2.0
LOG_SECONDS = 60
KEY_OF = {Service.FCM: "FCM_ACCOUNT", Service.APNS: "APNS_KEY"}
"""The variable that names the file of a vendor's key."""


class CannotStart(Exception):
    """The program cannot run as it is configured; the message is one line for the operator."""


def create_app(
    config: Config,
    *,
    clock: Clock | None = None,
    chance: Chance | None = None,
    machine: Clock | None = None,
) -> Flask:
    """The whole program, ready to be served by `runtime.serve` or to run one command.

    `clock` and `chance` replace the real ones in tests, `machine` this machine's own clock. Raises CannotStart.
    """
    config = address.found(config)
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
    app = Flask("astrow2fa", root_path=str(ROOT), static_folder=None)
    app.config.update(
        SECRET_KEY=derived(config.secret_key, "forms"),
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        # It reads a catalogue of WTForms' own words from disk for each form; ours are the ones that are shown.
        WTF_I18N_ENABLED=False,
        BABEL_DEFAULT_LOCALE="en",
    )
    socketio = _sockets(app, config)
    try:
        channel = between.channel(config.redis_url, process)
    except ImportError as error:
        raise CannotStart(f"ASTROW2FA_REDIS_URL: {error}; pip install -r requirements-scale.txt") from error
    hub = Hub(socketio.server, channel)
    metrics = Metrics()
    try:
        keys.seal_anew(store, signatures)
        post = _post(app, config)
        parts = _parts(config, clock, chance, signatures, store, hub, channel, metrics, post, vendors)
    except Unavailable as error:
        raise CannotStart(f"ASTROW2FA_DATABASE_URL: {error}") from error
    except ValueError as error:
        raise CannotStart(
            "ASTROW2FA_SECRET_KEY: does not open the keys in the database; give it the secret key they were made "
            "with, or put that one into ASTROW2FA_SECRET_KEY_PREVIOUS"
        ) from error
    hub.bind(parts, Elsewhere(parts, hub, metrics).hear)
    board = Board(socketio.server, parts)
    _install(app, config, parts, hub, board, metrics)
    admin_socket.register(socketio.server, parts, board, secure=config.secure)
    login_socket.register(socketio.server, parts, hub, secure=config.secure)
    mobile_socket.register(socketio.server, parts, hub)
    app.wsgi_app = Doorman(  # type: ignore[method-assign]
        app.wsgi_app, parts, socket_limit=config.limits["socket.address"], secure=config.secure
    )
    if config.trusted_proxies:
        # Outermost, so that sockets too see the address that the proxies saw.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app,
            x_for=config.trusted_proxies,
            x_proto=config.trusted_proxies,
            x_host=0,
            x_port=0,
            x_prefix=0,
        )
    app.extensions[SOCKETS] = socketio.server
    return app


def start(
    config: Config,
    *,
    clock: Clock | None = None,
    chance: Chance | None = None,
    machine: Clock | None = None,
    tls: SSLContext | None = None,
) -> None:
    """Serves until SIGTERM, then drains. The address is taken first: two servers cannot both migrate and listen.

    `tls`: without a proxy that ends it, for trying out in a local network.
    """
    try:
        listener = runtime.listen(config.host, config.port, tls)
    except OSError as error:
        where = f"{config.host}:{config.port}"
        raise CannotStart(f"ASTROW2FA_PORT: cannot listen on {where}: {error.strerror}") from error
    journal.begin()
    config = config.with_port(listener.getsockname()[1])
    address.leave(config)
    app = create_app(config, clock=clock, chance=chance, machine=machine)
    web: Web = app.extensions[EXTENSION]
    try:
        web.parts.store.make_ready()
    except Unavailable as error:
        raise CannotStart(f"ASTROW2FA_DATABASE_URL: {error}") from error

    def ready() -> None:
        web.start()
        runtime.every(TIDY_SECONDS, lambda: runtime.offload(web.parts.store.tidy))
        if web.parts.post.on:
            runtime.every(LETTERS_SECONDS, partial(letters.deliver, web.parts))
        say(f"listening on {config.public_url}")
        runtime.every(LOG_SECONDS, web.log_upkeep.round)

    runtime.serve(listener, app, app.extensions[SOCKETS], on_ready=ready, on_drain=web.drain)
    with suppress(Unavailable):
        web.log_upkeep.checkpoint()
    journal.end()


def derived(secret: bytes, purpose: str) -> bytes:
    """A key of its own for each purpose, so that none serves for another."""
    return hmac.new(secret, f"astrow2fa:{purpose}".encode(), hashlib.sha256).digest()


def _sockets(app: Flask, config: Config) -> SocketIO:
    return SocketIO(
        app,
        async_mode=runtime.MODE,
        client_manager=Rooms(),
        cors_allowed_origins=[config.public_url],
        ping_interval=PING_SECONDS,
        ping_timeout=PONG_SECONDS,
        max_http_buffer_size=LARGEST_PACKET,
        manage_session=False,
        async_handlers=False,
        serializer=StrictPacket,
    )


def _parts(
    config: Config,
    clock: Clock,
    chance: Chance,
    signatures: Signatures,
    store: Store,
    hub: Hub,
    channel: Channel,
    metrics: Metrics,
    post: Post,
    vendors: Mapping[Service, Carrier],
) -> Parts:
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
        vendors=vendors,
    )
    return Parts(
        store=store,
        clock=clock,
        chance=chance,
        passwords=Argon2Passwords(runtime.offload, chance),
        signatures=signatures,
        limits=between.limits(config.redis_url, config.limits, clock),
        post=post,
        notifier=journal.Noting(Counting(Everywhere(Hints(hub, push, trace, clock), channel), metrics, hub)),
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


def _install(app: Flask, config: Config, parts: Parts, hub: Hub, board: Board, metrics: Metrics) -> None:
    upkeep = LogUpkeep(parts, runtime.sleep, say)
    app.extensions[EXTENSION] = Web(
        parts, hub, board, upkeep, metrics, secure=config.secure, metrics_token=config.metrics_token
    )
    journal.install(app, parts, proxied=config.trusted_proxies > 0)
    session.install(app, derived(config.secret_key, "csrf"), secure=config.secure)
    # Before the guard: a form without its token is 400 to everybody, whatever it would have opened.
    pages.register(app, development=config.development)
    language.install(app)
    app.context_processor(lambda: {"public_url": config.public_url})
    guard.install(app)
    assets.install(app, ROOT / "static")
    headers.install(app, config.public_url, secure=config.secure)
    errors.install(app)
    register_commands(app, config)
