"""Firebase Cloud Messaging, HTTP v1: wakes native Android apps, with a service account of the operator's.

Written after Google's reference (`projects.messages.send`, `ErrorCode`; OAuth for service accounts, RFC 7523), and
tried with a stand-in of the tests' own. Not tried with Google.
"""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Mapping
from urllib.parse import urlencode

from joserfc import jwt

from astrow2fa.adapters.push.accounts import GoogleAccount, google_key
from astrow2fa.adapters.push.hosts import PushHosts, Resolve, resolve
from astrow2fa.adapters.push.network import Answer, Network, NoAnswer, http1
from astrow2fa.adapters.push.outcomes import outcome, said
from astrow2fa.adapters.push.sealing import inside
from astrow2fa.adapters.push.vendor import Vendor
from astrow2fa.core.push import Subscription, WakeUp
from astrow2fa.ports.push import Outcome, Verdict

SEND_HOST, TOKEN_HOST = "fcm.googleapis.com", "oauth2.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_SECONDS = 3600
EARLY_SECONDS = 300
"""So long before its end an access token is replaced."""
RETRY_SECONDS = 30
"""So long the others go on with the old one while somebody fetches a new one."""


class Fcm(Vendor):
    """Implements ports.push.Carrier."""

    NAME = "FCM"
    TOKEN = re.compile(r"[A-Za-z0-9_:-]{20,1000}", re.ASCII)

    def __init__(
        self,
        account: GoogleAccount,
        *,
        send_host: str = SEND_HOST,
        token_host: str = TOKEN_HOST,
        trust: ssl.SSLContext | None = None,
        resolve: Resolve = resolve,
    ) -> None:
        """The hosts are Google's, but for tests. Raises UnusableKey."""
        self._key = google_key(account)
        self._email = account.client_email
        hosts = PushHosts((send_host, token_host), resolve)
        self._network = Network(http1(hosts, trust))
        self._host = send_host.partition("=")[0]
        self._url = f"https://{self._host}/v1/projects/{account.project_id}/messages:send"
        self._token_url = f"https://{token_host.partition('=')[0]}/token"
        self._access, self._renew_at, self._until = "", 0.0, 0.0

    def send(self, subscription: Subscription, wake_up: WakeUp, now: float) -> Outcome:
        try:
            refused = self._renew(now)
            if refused:
                return refused
            headers = {"Authorization": f"Bearer {self._access}", "Content-Type": "application/json"}
            answer = self._network.post(self._url, headers, message(subscription, wake_up, now))
        except NoAnswer as error:
            return Outcome(Verdict.LATER, why=str(error), maybe=error.maybe)
        return self._judged(answer)

    def close(self) -> None:
        self._network.close()

    def _judged(self, answer: Answer) -> Outcome:
        found, code = outcome(answer), _error_code(answer)
        if answer.status == 401:
            self._renew_at = self._until = 0.0
            return Outcome(Verdict.LATER, 401, "the access token is not taken")
        if found.verdict is Verdict.GONE and code != "UNREGISTERED":
            # A project that does not exist is 404 too: the operator's mistake must not cost all subscriptions.
            return Outcome(Verdict.REFUSED, answer.status, code or "refused")
        return Outcome(found.verdict, answer.status, code or found.why, found.retry_after)

    def _renew(self, now: float) -> Outcome | None:
        """Sees to it that there is an access token; the reason when there is none. Raises NoAnswer."""
        if now < self._renew_at:
            return None
        self._renew_at = min(now + RETRY_SECONDS, self._until)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            answer = self._network.post(self._token_url, headers, self._request(now))
        except NoAnswer as error:
            if now < self._until:
                return None
            raise NoAnswer(f"no access token: {error}", maybe=False) from error
        granted = _granted(answer)
        if granted is not None:
            self._access, seconds = granted
            self._renew_at, self._until = now + max(0, seconds - EARLY_SECONDS), now + seconds
        elif now >= self._until:
            found = outcome(answer)
            later = found.verdict is Verdict.LATER
            verdict = Verdict.LATER if later else Verdict.REFUSED
            why = f"no access token: {said(answer).get('error') or 'refused'}"[:80]
            return Outcome(verdict, answer.status, why, found.retry_after)
        return None

    def _request(self, now: float) -> bytes:
        """For an access token, signed by the service account (RFC 7523 §2.1)."""
        claims = {
            "iss": self._email,
            "scope": SCOPE,
            "aud": self._token_url,
            "iat": int(now),
            "exp": int(now) + ASSERTION_SECONDS,
        }
        assertion = jwt.encode({"alg": "RS256", "typ": "JWT"}, claims, self._key, algorithms=["RS256"])
        return urlencode({"grant_type": GRANT, "assertion": assertion}).encode()

    def __repr__(self) -> str:
        return f"Fcm({self._host})"


def message(subscription: Subscription, wake_up: WakeUp, now: float) -> bytes:
    """A data message: the app wakes, fetches, and shows what it has checked; the system shows nothing by itself.

    FCM keeps at most four collapse keys for a phone that is away. That is enough: any of them makes the app fetch all.
    """
    android = {
        "priority": "HIGH",
        "ttl": f"{max(0, int(wake_up.until - now))}s",
        "collapse_key": wake_up.topic(subscription.device_id),
    }
    data: Mapping[str, str] = inside(wake_up, subscription)
    return json.dumps(
        {"message": {"token": subscription.endpoint, "data": data, "android": android}}
    ).encode()


def _error_code(answer: Answer) -> str:
    """FCM's own word for what is wrong, else the status of Google's APIs; empty where there is neither."""
    error = said(answer).get("error")
    if not isinstance(error, Mapping):
        return ""
    details = error.get("details")
    codes = (
        [one.get("errorCode") for one in details if isinstance(one, Mapping)]
        if isinstance(details, list)
        else []
    )
    found = next((code for code in codes if isinstance(code, str)), error.get("status"))
    return found[:64] if isinstance(found, str) else ""


def _granted(answer: Answer) -> tuple[str, int] | None:
    """The token, and for how many seconds it holds (RFC 6749 §5.1)."""
    token, seconds = (said(answer).get(name) for name in ("access_token", "expires_in"))
    if answer.status != 200 or not isinstance(token, str) or not isinstance(seconds, int):
        return None
    return (token, seconds) if token.isascii() and token.isprintable() and seconds > 0 else None
