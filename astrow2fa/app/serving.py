"""A composed program, served until it is told to end."""

from __future__ import annotations

import errno
from contextlib import suppress
from functools import partial
from ssl import SSLContext

from astrow2fa import runtime
from astrow2fa.adapters.standard_output import say
from astrow2fa.app import SOCKETS, CannotStart, create_app
from astrow2fa.config import Config, address
from astrow2fa.ports.outside import Chance, Clock
from astrow2fa.ports.store import Unavailable
from astrow2fa.services import letters
from astrow2fa.web import journal
from astrow2fa.web.context import EXTENSION, Web

TIDY_SECONDS = 1
"""With 200 answers and 500 new browsers a second up to 3,300 pages come together in it; at 4,096 somebody's commit
would have to fold them."""
LETTERS_SECONDS = 2.0
LOG_SECONDS = 60


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
        name = "HOST" if error.errno == errno.EADDRNOTAVAIL else "PORT"
        where = f"{config.host}:{config.port}"
        raise CannotStart(f"ASTROW2FA_{name}: cannot listen on {where}: {error.strerror}") from error
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
