"""Web Push: RFC 8030, its encryption (RFC 8291) and the server's name to the service (VAPID, RFC 8292).

UnifiedPush and ntfy speak it too. pywebpush would bring requests and aiohttp along, neither of which can be told to
what address to connect.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from joserfc import jwt
from joserfc.jwk import ECKey

from astrow2fa.adapters.push.hosts import Endpoint, PushHosts
from astrow2fa.adapters.push.network import Network, NoAnswer
from astrow2fa.adapters.push.outcomes import outcome
from astrow2fa.adapters.push.sealing import sealed
from astrow2fa.adapters.signatures import private_jwk
from astrow2fa.core.push import Subscription, WakeUp
from astrow2fa.ports.outside import SigningKey
from astrow2fa.ports.push import Outcome, Verdict

TOKEN_SECONDS = 12 * 3600
"""Half of what RFC 8292 §2 allows, for clocks that are wrong."""
MOST_TOKENS = 100


class Vapid:
    """The Authorization header, one token for each service, used until half of its life is over.

    `signer` finds the server's key behind what a phone subscribed with: after a rotation there are two for a while.
    """

    def __init__(self, signer: Callable[[str], SigningKey], subject: str) -> None:
        self._signer = signer
        self._subject = subject
        self._tokens: dict[tuple[str, str], tuple[float, str]] = {}

    def header(self, origin: str, push_key: str, now: float) -> str:
        """For a service at `origin`."""
        until, token = self._tokens.get((origin, push_key), (0.0, ""))
        if not now < until <= now + TOKEN_SECONDS / 2:
            if len(self._tokens) >= MOST_TOKENS:
                self._tokens.clear()
            key = ECKey.import_key(dict(private_jwk(self._signer(push_key))))
            claims = {"aud": origin, "exp": int(now) + TOKEN_SECONDS, "sub": self._subject}
            token = jwt.encode({"alg": "ES256", "typ": "JWT"}, claims, key, algorithms=["ES256"])
            self._tokens[(origin, push_key)] = (now + TOKEN_SECONDS / 2, token)
        return f"vapid t={token}, k={push_key}"


class WebPush:
    """Implements ports.push.Carrier."""

    def __init__(self, hosts: PushHosts, network: Network, vapid: Vapid) -> None:
        self._hosts = hosts
        self._network = network
        self._vapid = vapid

    @property
    def allowed(self) -> Sequence[str]:
        return self._hosts.written

    def check(self, endpoint: str) -> None:
        self._hosts.read(endpoint)

    def host(self, endpoint: str) -> str:
        found = self._hosts.read(endpoint)
        return found.origin.partition("://")[2]

    def send(self, subscription: Subscription, wake_up: WakeUp, now: float) -> Outcome:
        # Read anew each time: the operator's list may be another than when the phone subscribed.
        endpoint = self._hosts.read(subscription.endpoint)
        try:
            answer = self._network.post(
                endpoint.origin + endpoint.target,
                self._headers(endpoint, subscription, wake_up, now),
                sealed(wake_up.payload, subscription),
            )
        except NoAnswer as error:
            return Outcome(Verdict.LATER, why=str(error), maybe=error.maybe)
        return outcome(answer)

    def close(self) -> None:
        self._network.close()

    def _headers(
        self, endpoint: Endpoint, subscription: Subscription, wake_up: WakeUp, now: float
    ) -> Mapping[str, str]:
        return {
            "Authorization": self._vapid.header(endpoint.origin, subscription.push_key, now),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(max(0, int(wake_up.until - now))),
            "Urgency": "high",
            "Topic": wake_up.topic(subscription.device_id),
        }
