"""Apple Push Notification service, HTTP/2 with provider tokens: wakes native iOS apps, with a key of the operator's.

Written after Apple's documentation (Sending notification requests to APNs; Establishing a token-based connection),
and tried with a stand-in of the tests' own. Not tried with Apple.
"""

from __future__ import annotations

import json
import re
import ssl

from joserfc import jwt

from astrow2fa.adapters.push.accounts import AppleKey, apple_key
from astrow2fa.adapters.push.hosts import PushHosts, Resolve, resolve
from astrow2fa.adapters.push.http2 import http2
from astrow2fa.adapters.push.network import Answer, Network, NoAnswer
from astrow2fa.adapters.push.outcomes import outcome, said
from astrow2fa.adapters.push.sealing import inside
from astrow2fa.adapters.push.vendor import Vendor
from astrow2fa.core.push import Subscription, WakeUp
from astrow2fa.ports.push import Outcome, Verdict

TOKEN_SECONDS = 45 * 60
"""Apple takes none that is older than an hour."""
TOKEN_REST_SECONDS = 20 * 60
"""Nor a new one so soon after the last."""
GONE = ("Unregistered", "BadDeviceToken", "ExpiredToken")
TITLE, TEXT = "ASTROW2FA_TITLE", "ASTROW2FA_TEXT"


class Apns(Vendor):
    """Implements ports.push.Carrier."""

    NAME = "APNs"
    TOKEN = re.compile(r"[0-9A-Fa-f]{64,200}", re.ASCII)

    def __init__(
        self, account: AppleKey, *, trust: ssl.SSLContext | None = None, resolve: Resolve = resolve
    ) -> None:
        """Raises UnusableKey."""
        self._key = apple_key(account)
        self._account = account
        self._network = Network(http2(PushHosts([account.host], resolve), trust))
        self._host = account.host.partition("=")[0]
        self._token, self._made_at = "", 0.0

    def send(self, subscription: Subscription, wake_up: WakeUp, now: float) -> Outcome:
        headers = {
            "authorization": f"bearer {self._provider_token(now)}",
            "apns-topic": self._account.topic,
            "apns-push-type": "alert",
            "apns-priority": "10",
            "apns-expiration": str(wake_up.until),
            "apns-collapse-id": wake_up.topic(subscription.device_id),
            "content-type": "application/json",
        }
        url = f"https://{self._host}/3/device/{subscription.endpoint}"
        try:
            answer = self._network.post(url, headers, notification(subscription, wake_up))
        except NoAnswer as error:
            return Outcome(Verdict.LATER, why=str(error), maybe=error.maybe)
        return self._judged(answer, subscription, now)

    def close(self) -> None:
        self._network.close()

    def _judged(self, answer: Answer, subscription: Subscription, now: float) -> Outcome:
        found, body = outcome(answer), said(answer)
        reason = body.get("reason")
        why = reason[:64] if isinstance(reason, str) and reason else found.why
        if answer.status == 410 or why in GONE:
            # Apple says when it learnt that (milliseconds); a phone that came back since keeps its place.
            learnt = body.get("timestamp")
            anew = isinstance(learnt, int) and learnt < subscription.made_at * 1000
            return Outcome(Verdict.REFUSED if anew else Verdict.GONE, answer.status, why)
        if why == "ExpiredProviderToken":
            if now >= self._made_at + TOKEN_REST_SECONDS:
                self._made_at = 0.0
            return Outcome(Verdict.LATER, answer.status, why)
        # 404 is a wrong path, and no word about the phone.
        verdict = Verdict.REFUSED if found.verdict is Verdict.GONE else found.verdict
        return Outcome(verdict, answer.status, why, found.retry_after)

    def _provider_token(self, now: float) -> str:
        if not self._made_at <= now < self._made_at + TOKEN_SECONDS:
            header = {"alg": "ES256", "kid": self._account.key_id}
            claims = {"iss": self._account.team_id, "iat": int(now)}
            self._token = jwt.encode(header, claims, self._key, algorithms=["ES256"])
            self._made_at = now
        return self._token

    def __repr__(self) -> str:
        return f"Apns({self._host})"


def notification(subscription: Subscription, wake_up: WakeUp) -> bytes:
    """An alert in the app's own words, in whose place its extension puts what it has fetched and checked.

    The same for every kind, also for a confirmation that is closed: a quiet push (`background`) comes a few times an
    hour at most, never to an app that was swiped away, and tells Apple what it is about. The extension takes the
    sound away where nobody is asked anything.
    """
    aps = {
        "alert": {"title-loc-key": TITLE, "loc-key": TEXT},
        "sound": "default",
        "mutable-content": 1,
        "interruption-level": "time-sensitive",
    }
    return json.dumps({"aps": aps, **inside(wake_up, subscription)}, separators=(",", ":")).encode()
