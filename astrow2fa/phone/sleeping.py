"""A phone whose app is closed: no live connection, woken by a push, and then it fetches over HTTP and answers."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

from astrow2fa.phone.client import Phone
from astrow2fa.phone.errors import PhoneError, Refused, Unreachable, Untrusted
from astrow2fa.phone.listening import Listener
from astrow2fa.phone.live import Silence, added_phone
from astrow2fa.phone.push_service import PushService, allow
from astrow2fa.phone.waking import PushKeys, WakeUp
from astrow2fa.phone.words import Voice, clean, objects


@dataclass(frozen=True, slots=True)
class Sleeper:
    """Sleeps until it is interrupted, as `Listener` listens; that one shows and answers what it finds."""

    phone: Phone
    listener: Listener
    voice: Voice
    port: int
    _known: set[str] = field(default_factory=set)
    """The ids of the user's phones that were there before it slept, or were told of since."""

    def run(self) -> int:
        """The exit status, as that of Listener. Raises Refused when the server sends to no such place."""
        try:
            service = PushService(self.port)
        except OSError as error:
            raise Unreachable(f"Port {self.port} cannot be listened on: {error.strerror}") from error
        keys = PushKeys()
        with service:
            me = self.phone.me()
            self._known.update(str(phone.get("id")) for phone in objects(me, "phones"))
            endpoint = service.subscribe(str(me.get("push_key")))
            self._subscribe(keys.subscription(endpoint), service.port)
            self.voice.say(
                "asleep",
                f"Asleep as {self.phone.identity.username} at {endpoint}. Ctrl-C ends it.",
                {"endpoint": endpoint},
            )
            try:
                return self._sleep(service, keys)
            finally:
                # Nobody listens there any more. What the server still sends is refused, and it forgets by itself.
                with suppress(PhoneError):
                    self.phone.unsubscribe()

    def _subscribe(self, subscription: dict[str, object], port: int) -> None:
        try:
            self.phone.subscribe(subscription)
        except Refused as refused:
            if refused.code == "push_host":
                self.voice.problem(
                    f"The server does not push to this machine. Start it with ASTROW2FA_PUSH_HOSTS={allow(port)}",
                    {"code": "push_host"},
                )
            raise

    def _sleep(self, service: PushService, keys: PushKeys) -> int:
        status = self._look()
        while status is None:
            body = service.next(self.listener.timeout)
            if body is None:
                return self.listener.nothing_came()
            try:
                wake_up = keys.read(body)
            except Untrusted as error:
                self.voice.problem(f"Ignored: {error}", {"code": "untrusted"})
                continue
            status = self._woken(wake_up)
        return status

    def _woken(self, wake_up: WakeUp) -> int | None:
        """The exit status, or None to go on sleeping."""
        about = f" {clean(wake_up.id)}" if wake_up.id else ""
        self.voice.say(
            "woken", f"Woken by a push: {wake_up.kind}{about}", {"kind": wake_up.kind, "id": wake_up.id}
        )
        try:
            match wake_up.kind:
                case "test":
                    return None
                case "closed":
                    return 0 if self.listener.closed(str(wake_up.id), "closed") else None
                case "silence":
                    silence = self.phone.me().get("silence")
                    until = silence.get("until") if isinstance(silence, dict) else None
                    self.listener.news(Silence(until if isinstance(until, int) else None))
                    return None
                case "paired":
                    self._met()
                    return None
            return self._look()
        except Unreachable as error:
            # A push is a hint, and so is the next one.
            self.voice.say("disconnected", f"Not reached: {error}")
            return None

    def _met(self) -> None:
        """Says which phones were paired since it last looked."""
        for phone in objects(self.phone.me(), "phones"):
            added = added_phone(phone)
            if added.id not in self._known:
                self._known.add(added.id)
                self.listener.news(added)

    def _look(self) -> int | None:
        """Fetches what waits, tells the server how far it came, and answers as was asked for."""
        requests = self.phone.confirmations()
        for request in requests:
            self._seen(request.id, "fetched")
            self._seen(request.id, "shown")
            status = self.listener.handle(request, self.listener.by_http(request))
            if status is not None and self.listener.once:
                return status
        return None

    def _seen(self, id_: str, what: str) -> None:
        with suppress(PhoneError):
            self.phone.seen(id_, what)
