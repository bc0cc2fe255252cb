"""The push services that this server is configured for."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence

from astrow2fa.adapters.push.hosts import PushHosts, Resolve, resolve
from astrow2fa.adapters.push.network import Network
from astrow2fa.adapters.push.queue import PushQueue
from astrow2fa.adapters.push.web_push import Vapid, WebPush
from astrow2fa.core.push import Service
from astrow2fa.ports.outside import Clock, SigningKey
from astrow2fa.ports.push import Screens, Trace
from astrow2fa.ports.store import Store

CONTACT_ON_LOCALHOST = "mailto:operator@localhost"


def open_queue(
    store: Store,
    clock: Clock,
    trace: Trace,
    screens: Screens,
    signer: Callable[[str], SigningKey],
    *,
    hosts: Sequence[str],
    public_url: str,
    trust: ssl.SSLContext | None = None,
    resolve: Resolve = resolve,
) -> PushQueue:
    """`trust` and `resolve` replace the system's in tests."""
    allowed = PushHosts(hosts, resolve)
    # RFC 8292 §2.1: how the people of a push service reach whoever runs this server.
    contact = public_url if public_url.startswith("https:") else CONTACT_ON_LOCALHOST
    web = WebPush(allowed, Network(allowed, trust=trust), Vapid(signer, contact))
    return PushQueue(store, clock, trace, {Service.WEB: web}, screens)
