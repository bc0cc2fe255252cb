"""The composition root: the only place that knows every ring. This file puts the web around the parts."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_socketio import SocketIO
from werkzeug.middleware.proxy_fix import ProxyFix

from astrow2fa import runtime
from astrow2fa.adapters.standard_output import say
from astrow2fa.app.opening import CannotStart, derived, open_outside, open_parts
from astrow2fa.commands import register as register_commands
from astrow2fa.config import Config, address
from astrow2fa.ports import Parts
from astrow2fa.ports.outside import Chance, Clock
from astrow2fa.runtime.rooms import Rooms
from astrow2fa.services.log_upkeep import LogUpkeep
from astrow2fa.web import assets, errors, guard, headers, journal, language, pages, session
from astrow2fa.web.admin import socket as admin_socket
from astrow2fa.web.board import Board
from astrow2fa.web.context import EXTENSION, Web
from astrow2fa.web.doorman import Doorman
from astrow2fa.web.elsewhere import Elsewhere
from astrow2fa.web.hub import Hub
from astrow2fa.web.login import socket as login_socket
from astrow2fa.web.metrics import Metrics
from astrow2fa.web.mobile import socket as mobile_socket
from astrow2fa.web.packets import StrictPacket

__all__ = ["SOCKETS", "CannotStart", "create_app"]

ROOT = Path(__file__).parents[2]
LARGEST_BODY = 64 * 1024
# A malformed event of up to 1 MiB is answered, and the socket lives on; the packet around it needs a little more.
LARGEST_PACKET = 1_200_000
SOCKETS = "astrow2fa.socketio"
PING_SECONDS, PONG_SECONDS = 25, 20


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
    outside = open_outside(config, clock, chance, machine)
    app = _flask(config)
    socketio = _sockets(app, config)
    hub = Hub(socketio.server, outside.channel)
    metrics = Metrics()
    parts = open_parts(app, config, outside, hub, metrics)
    hub.bind(parts, Elsewhere(parts, hub, metrics))
    board = Board(socketio.server, parts)
    _install(app, config, parts, hub, board, metrics)
    admin_socket.register(socketio.server, parts, board, secure=config.secure)
    login_socket.register(socketio.server, parts, hub, secure=config.secure)
    mobile_socket.register(socketio.server, parts, hub)
    _wrap(app, config, parts)
    app.extensions[SOCKETS] = socketio.server
    return app


def _flask(config: Config) -> Flask:
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
    return app


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


def _wrap(app: Flask, config: Config, parts: Parts) -> None:
    """What stands around the application, and so sees sockets too."""
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
