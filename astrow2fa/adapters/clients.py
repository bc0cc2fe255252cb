"""What a browser says of itself, and the country of its address: shown on the phone to be compared by a person."""

from __future__ import annotations

import ipaddress
from functools import cache, lru_cache

from geoip2fast import GeoIP2Fast
from ua_parser import parse

from astrow2fa.ports.outside import Client

LONGEST = 48


class SeenClients:
    """Implements ports.outside.Clients, offline."""

    def __init__(self) -> None:
        self._places = _countries()

    def describe(self, address: str, user_agent: str) -> Client:
        browser, system = _named(user_agent[:512])
        return Client(address=address, browser=browser, os=system, place=self._place(address))

    def _place(self, address: str) -> str:
        """The country's name; empty for addresses that are nowhere, such as those of one's own network."""
        try:
            if not ipaddress.ip_address(address).is_global:
                return ""
        except ValueError:
            return ""
        found = self._places.lookup(address)
        return "" if found.country_code in ("", "--") else str(found.country_name)[:LONGEST]


@cache
def _countries() -> GeoIP2Fast:
    """Read once in a process: 50 ms."""
    return GeoIP2Fast()


@lru_cache(maxsize=4096)
def _named(user_agent: str) -> tuple[str, str]:
    found = parse(user_agent)
    browser, system = found.user_agent, found.os
    return (
        _plain(f"{browser.family} {browser.major or ''}" if browser else ""),
        _plain(f"{system.family} {system.major or ''}" if system else ""),
    )


def _plain(name: str) -> str:
    """Only what can be printed: the text is the browser's own and is shown on other screens."""
    kept = "".join(c for c in name if c.isprintable()).strip()
    return "" if kept.startswith("Other") else kept[:LONGEST]
