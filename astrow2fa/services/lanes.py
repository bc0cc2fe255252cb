"""Under which key attempts are counted, so that nobody uses up a user's tries by knowing a name.

Strangers share one lane for each name, whether or not there is such a user. Every browser that is recognised for
the user has its own, and so has every phone of the user (OWASP, "slow down online guessing with device cookies").
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from astrow2fa.core.accounts import Account, name_key
from astrow2fa.ports.store import Work
from astrow2fa.services.tokens import token_hash

_HOST_BITS = 64


@lru_cache(maxsize=4096)
def of_address(address: str) -> str:
    """What a client's address counts as: an IPv4 address as itself, an IPv6 one as its network of 64 bits.

    Whoever has one address of such a network has all 2^64 of them (RFC 6177, RFC 8981), and would never meet a limit.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return f"{IPv6Address(int(found) >> _HOST_BITS << _HOST_BITS)}/{_HOST_BITS}"


def of_name(name: str) -> str:
    """The strangers' lane."""
    return f"name:{name_key(name)}"


def of_phone(device_id: str) -> str:
    return f"phone:{device_id}"


def of_browser(work: Work, account: Account | None, browser_token: str | None) -> str | None:
    """The own lane of a recognised browser, by its cookie; None for a stranger's."""
    if account is None or not browser_token:
        return None
    browser_id = work.browsers.recognised_by(token_hash(browser_token), account.id, int(work.now))
    return _of(account, browser_id) if browser_id is not None else None


def is_recognised(work: Work, browser_token: str) -> bool:
    """Whether the browser with this cookie has a lane of its own, for whichever user."""
    return work.browsers.is_recognised(token_hash(browser_token), int(work.now))


def of_session(work: Work, account: Account, session_id: str | None) -> str:
    """The lane of the browser in which this session is."""
    session = work.sessions.get(session_id) if session_id else None
    recognised = {browser.id for browser in work.browsers.recognised_of(account.id)}
    if session is not None and session.browser_id in recognised:
        return _of(account, session.browser_id)
    return of_name(account.name)


def _of(account: Account, browser_id: str) -> str:
    return f"browser:{browser_id}:{account.id}"
