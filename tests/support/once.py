"""What every copy of the program would work out for itself, with the same result: worked out once in a process.

A house of a test costs half of what it did, and a server that divides from the nursery a fifth.
"""

from __future__ import annotations

import gc
from typing import Any

from flask import Flask
from geoip2fast import geoip2fast
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from astrow2fa.adapters import clients
from astrow2fa.adapters.push import network
from astrow2fa.app import ROOT
from astrow2fa.store import migrate
from astrow2fa.web import assets, pages

STATEMENTS = 2000
"""More than the program has."""
NEW_OBJECTS = 20_000
"""Between two looks for garbage."""


def routes() -> None:
    """Werkzeug writes a function for each route of each house, always the same ones."""
    compiled: dict[object, dict[str, Any]] = {}
    write = Rule.compile

    def remembered(rule: Rule) -> None:
        key = rule.rule, rule.subdomain, rule.merge_slashes, repr(rule.defaults)
        if key not in compiled:
            write(rule)
            compiled[key] = {**vars(rule)}
        known = compiled[key]
        rule._parts, rule._trace, rule._converters = known["_parts"], known["_trace"], known["_converters"]
        rule.arguments = known["arguments"]
        rule._build = known["_build"].__func__.__get__(rule)
        rule._build_unknown = known["_build_unknown"].__func__.__get__(rule)

    Rule.compile = remembered  # type: ignore[method-assign]


def statements() -> None:
    """SQLAlchemy writes the SQL of a statement anew for each engine, though those of one database speak the same."""
    first: dict[str, Any] = {}
    written: LRUCache[Any, Any] = LRUCache(STATEMENTS)
    write = ClauseElement._compile_w_cache

    def remembered(statement: ClauseElement, dialect: Any, *, compiled_cache: Any, **more: Any) -> Any:
        if compiled_cache is not None:
            dialect, compiled_cache = first.setdefault(dialect.name, dialect), written
        return write(statement, dialect, compiled_cache=compiled_cache, **more)

    ClauseElement._compile_w_cache = remembered  # type: ignore[method-assign,assignment]


def loaded() -> None:
    """What the first copy in a process reads and keeps for the next ones, read before there is one."""
    # It asks `ps` how much memory it has taken, which would start a loop here.
    geoip2fast.get_mem_usage = lambda: 0.0
    clients._countries()
    network._systems()
    migrate._head()
    assets.read(ROOT / "static")
    pages.register(Flask("loaded"), development=True)


def out_of_sight() -> None:
    """Whatever is loaded by now stays: looking it through for garbage again and again is a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 20, 50)
