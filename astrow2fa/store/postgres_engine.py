"""Opening PostgreSQL: how many connections, how long anything may take, and that waiting never stops the event loop.

- POOL connections per process and no more: so many units run beside each other, further ones wait POOL_SECONDS.
  Processes × POOL has to fit into the server's max_connections (100 by default).
- No statement runs longer than STATEMENT_SECONDS, none waits longer than LOCK_SECONDS for a lock, and a transaction
  in which nothing is said for IDLE_SECONDS (its node stands still, or the network in between) is taken back, so that
  it gives free what it holds.
- A peer that has vanished without a word is noticed within CONNECT_SECONDS + the TCP settings below.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url

from astrow2fa.ports.store import Unavailable

POOL = 12
POOL_SECONDS = 5
CONNECT_SECONDS = 5
STATEMENT_SECONDS = 10
LOCK_SECONDS = 5
IDLE_SECONDS = 5

_SETTINGS = {
    "statement_timeout": STATEMENT_SECONDS * 1000,
    "lock_timeout": LOCK_SECONDS * 1000,
    "idle_in_transaction_session_timeout": IDLE_SECONDS * 1000,
    # Durable before it is told, whatever the server's own default is.
    "synchronous_commit": "on",
    # Statements are few and take one row by its key: looking for parallel or compiled plans costs more than it saves.
    "jit": "off",
    "timezone": "UTC",
}
_TCP = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}


def open_postgres(url: str, *, mode: str) -> Engine:
    """An engine for `url`, in a process that waits as `mode` says: in threads, or in one of the runtime's loops.

    Raises Unavailable when psycopg is not installed, or when it would stop the event loop while it waits.
    """
    given = make_url(url).set(drivername="postgresql+psycopg")
    try:
        engine = create_engine(
            given,
            isolation_level="AUTOCOMMIT",
            connect_args={
                "connect_timeout": CONNECT_SECONDS,
                "application_name": "astrow2fa",
                "options": " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items()),
                **_TCP,
            },
            pool_size=POOL,
            max_overflow=0,
            pool_timeout=POOL_SECONDS,
            pool_use_lifo=True,
            pool_reset_on_return=None,
            skip_autocommit_rollback=True,
        )
        event.listen(engine, "connect", _without_nul(import_module("psycopg.types.string")))
    except ImportError as error:
        raise Unavailable("PostgreSQL needs more packages: pip install -r requirements-scale.txt") from error
    if mode != "threading" and waits_in_c(engine.dialect.dbapi):
        raise Unavailable(
            "psycopg would stop the event loop: PSYCOPG_WAIT_FUNC has to be set before its import"
        )
    return engine


def _replacing(kind: type[Any]) -> type[Any]:
    def dump(self: object, text: str) -> object:
        return kind.dump(self, text.replace("\0", "\ufffd"))

    return type(kind.__name__, (kind,), {"dump": dump})


def _without_nul(strings: Any) -> Callable[[Any, object], None]:
    """For new connections: text with U+0000 in it, which clients may send and PostgreSQL cannot store.

    SQLite takes it, so nothing else has to mind. Here it becomes U+FFFD: a name with it is nobody's, and what is
    only shown shows that something was there.
    """
    kinds = (strings.StrDumperVarchar, strings.StrDumperName, strings.StrDumper, strings.StrDumperUnknown)
    dumpers = [_replacing(kind) for kind in kinds]

    def register(connection: Any, _: object) -> None:
        for dumper in dumpers:
            connection.adapters.register_dumper(str, dumper)

    return register


def waits_in_c(driver: Any) -> bool:
    """Whether psycopg waits in compiled code, which no event loop gets in between (a query of 1 s stops everybody)."""
    waiting = driver.waiting
    return waiting.wait is getattr(waiting, "wait_c", None)
