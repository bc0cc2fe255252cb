"""A phone: it pairs, is asked, and answers."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Literal, Self
from urllib.parse import quote

from astrow2fa.phone.calls import Clock, Http, Signer
from astrow2fa.phone.errors import Untrusted
from astrow2fa.phone.identity import Identity
from astrow2fa.phone.live import Live
from astrow2fa.phone.pairing import pair, server_key
from astrow2fa.phone.request import (
    DECISION,
    Choice,
    Reason,
    Request,
    UnknownKey,
    decision_claims,
    read_request,
    verified,
)

SERVER_KEYS = "astrow2fa-server-keys+jwt"


class Phone:
    """A paired phone. Use `pair` to get one, or give it the identity that was kept.

    Every call raises Refused (with the protocol's code), Unreachable or Untrusted. A `stale` is answered by
    correcting the clock and trying once more. `identity` may change in use: when the server's key is rotated.
    """

    def __init__(self, identity: Identity, clock: Clock | None = None) -> None:
        self.identity = identity
        self.clock = clock or Clock()
        self.signer = Signer(identity.url, identity.device_id, identity.key, self.clock)
        self._http = Http(identity.url)

    @classmethod
    def pair(cls, link: str | None = None, *, clock: Clock | None = None, **how: str) -> Self:
        """A new phone: see `pairing.pair`."""
        clock = clock or Clock()
        return cls(pair(link, clock=clock, **how), clock)

    def me(self) -> dict[str, object]:
        """Who this is, its other phones, sessions, browsers, recent sign-ins, as the server tells them."""
        answer = self._call("GET", "/me")
        self.clock.correct(answer.get("server_time"))
        return answer

    def confirmations(self) -> list[Request]:
        """What waits for an answer. Whatever does not hold is left out, as if it had not been delivered."""
        entries = self._call("GET", "/confirmations").get("confirmations")
        if not isinstance(entries, list):
            raise Untrusted("The server's list of requests is none.")
        found = []
        for entry in entries:
            with suppress(Untrusted):
                found.append(self.read(entry))
        return found

    def read(self, envelope: object) -> Request:
        """The request in a delivered envelope, after asking for newer server keys if its own is not known yet."""
        try:
            return read_request(envelope, self.identity, self.clock.now())
        except UnknownKey:
            self.refresh_keys()
        return read_request(envelope, self.identity, self.clock.now())

    def refresh_keys(self) -> None:
        """Pins what GET /server-keys lists, if a key that is already pinned signed the list."""
        jws = str(self._call("GET", "/server-keys").get("text", "")).strip()
        claims = verified(jws, SERVER_KEYS, self.identity)
        keys = claims.get("keys")
        if claims.get("iss") != self.identity.url or not isinstance(keys, list) or not keys:
            raise Untrusted("The server's list of keys is none.")
        self.identity = replace(self.identity, server_keys=tuple(server_key(key) for key in keys))

    def decide(
        self, request: Request, choice: Choice, *, number: str | None = None, reason: Reason | None = None
    ) -> str:
        """Answers over HTTP; returns the state that the confirmation has now. `Live.decide` does it by the socket."""
        claims = decision_claims(request, choice, number=number, reason=reason)
        return self.clock.retried(lambda: self.post_decision(request.id, self.signer.sign(DECISION, claims)))

    def post_decision(self, confirmation_id: str, jws: str) -> str:
        """Sends a decision as it is: for tests of wrong ones."""
        answer = self._http.call("POST", f"/confirmations/{quote(confirmation_id, safe='')}/decision", jws)
        return str(answer.get("state"))

    def not_me(self, id_: str, of: Literal["sign-in", "session", "browser"] = "sign-in") -> None:
        """Says that a sign-in of the past, a session or a browser was not the user: ends what came of it."""
        self._call("POST", f"/{of}s/{quote(id_, safe='')}/not-me")

    def change_password(self, current: str, new: str) -> None:
        self._call("POST", "/password", {"current_password": current, "new_password": new})

    def unpair(self) -> None:
        """This phone no longer counts."""
        self._call("DELETE", "/device")

    def revoke_phone(self, device_id: str, current_password: str) -> None:
        self._call("DELETE", f"/phones/{quote(device_id, safe='')}", {"current_password": current_password})

    def end_session(self, session_id: str) -> None:
        self._call("DELETE", f"/sessions/{quote(session_id, safe='')}")

    def forget_browser(self, browser_id: str) -> None:
        self._call("DELETE", f"/browsers/{quote(browser_id, safe='')}")

    def subscribe(self, subscription: Mapping[str, object]) -> None:
        """Where to wake this phone from now on, in place of the one before: `waking.PushKeys.subscription`."""
        self._call("PUT", "/push-subscription", subscription)

    def unsubscribe(self) -> None:
        self._call("DELETE", "/push-subscription")

    def seen(self, confirmation_id: str, what: str) -> None:
        """`fetched` or `shown`: how far a request came. It is no answer."""
        self._call("POST", f"/confirmations/{quote(confirmation_id, safe='')}/seen", {"what": what})

    def connect(self) -> Live:
        """A live connection, on which requests arrive by themselves. Close it, or use it in a `with`."""
        live = Live(self.signer, self.clock, self.read)
        self.clock.retried(live.open)
        return live

    def _call(self, method: str, path: str, body: Mapping[str, object] | None = None) -> dict[str, object]:
        return self.clock.retried(lambda: self._http.call(method, path, body, self.signer))
