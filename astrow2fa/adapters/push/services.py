"""The push services that this server is configured for."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from astrow2fa.adapters.push.accounts import AppleKey, GoogleAccount
from astrow2fa.adapters.push.apns import Apns
from astrow2fa.adapters.push.fcm import Fcm
from astrow2fa.adapters.push.hosts import PushHosts, Resolve, resolve
from astrow2fa.adapters.push.network import Network, http1
from astrow2fa.adapters.push.queue import PushQueue
from astrow2fa.adapters.push.web_push import Vapid, WebPush
from astrow2fa.core.push import Service
from astrow2fa.ports.outside import Clock, SigningKey
from astrow2fa.ports.push import Carrier, Screens, Trace
from astrow2fa.ports.store import Store

CONTACT_ON_LOCALHOST = "mailto:operator@localhost"
NO_VENDORS: Mapping[Service, Carrier] = MappingProxyType({})


def open_queue(
    store: Store,
    clock: Clock,
    trace: Trace,
    screens: Screens,
    signer: Callable[[str], SigningKey],
    *,
    hosts: Sequence[str],
    public_url: str,
    vendors: Mapping[Service, Carrier] = NO_VENDORS,
    trust: ssl.SSLContext | None = None,
    resolve: Resolve = resolve,
) -> PushQueue:
    """`vendors` are the ways to native apps for which the operator has an account.

    `trust` and `resolve` replace the system's in tests.
    """
    allowed = PushHosts(hosts, resolve)
    # RFC 8292 §2.1: how the people of a push service reach whoever runs this server.
    contact = public_url if public_url.startswith("https:") else CONTACT_ON_LOCALHOST
    web = WebPush(allowed, Network(http1(allowed, trust)), Vapid(signer, contact))
    return PushQueue(store, clock, trace, {Service.WEB: web, **vendors}, screens)


def native(google: GoogleAccount | None, apple: AppleKey | None) -> dict[Service, Carrier]:
    """The ways to native apps for which there is an account. Raises UnusableKey."""
    found: dict[Service, Carrier] = {}
    if google is not None:
        found[Service.FCM] = Fcm(google)
    if apple is not None:
        found[Service.APNS] = Apns(apple)
    return found
