"""What several processes share beside the database, if they are given a Redis; what one has for itself, if not."""

from __future__ import annotations

from collections.abc import Mapping

from astrow2fa.adapters.limits import NamedLimits
from astrow2fa.adapters.redis_channel import RedisChannel
from astrow2fa.adapters.redis_limits import RedisLimits
from astrow2fa.ports.nodes import Channel, NoChannel
from astrow2fa.ports.outside import Clock, Limits


def channel(url: str | None, process: str, key: bytes) -> Channel:
    """Raises ImportError when redis-py is not installed."""
    return NoChannel() if url is None else RedisChannel(url, process, key)


def limits(url: str | None, rates: Mapping[str, str], clock: Clock) -> Limits:
    """Raises ImportError, as above."""
    return NamedLimits(rates, clock) if url is None else RedisLimits(url, rates, clock)
