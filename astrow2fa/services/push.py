"""Where a phone can be woken: said by the phone, checked here, and tried out on request."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from astrow2fa.core.errors import Malformed
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.push import Service, Subscription
from astrow2fa.ports import Parts
from astrow2fa.services.claims import Caller

POINT_BYTES, AUTH_BYTES = 65, 16
LONGEST_ENDPOINT = 2000


VENDORS = {service.value: service for service in (Service.FCM, Service.APNS)}


def subscribe(parts: Parts, caller: Caller, said: Mapping[str, object]) -> None:
    """`said` is a W3C PushSubscription as JSON, or a native app's `kind` ("fcm", "apns") and `token`, with `keys` or
    without. Raises Malformed, PushHost.
    """
    if "kind" in said:
        service, endpoint = _vendor(said), said.get("token")
        keys = _keys(parts, said["keys"]) if "keys" in said else ("", "")
        push_key = ""
    else:
        service, endpoint = Service.WEB, said.get("endpoint")
        keys = _keys(parts, said.get("keys"))
        push_key = parts.push_key
    if not isinstance(endpoint, str) or not 1 <= len(endpoint) <= LONGEST_ENDPOINT:
        raise Malformed("endpoint")
    parts.push.check(service, endpoint)
    phone = caller.phone
    with parts.store.write() as work:
        subscription = Subscription(
            phone.id, phone.user_id, service, endpoint, *keys, push_key, int(work.now)
        )
        work.subscriptions.put(subscription)
        work.log.record(
            Fact(
                Tag.PUSH_SUBSCRIBED,
                user_id=phone.user_id,
                device_id=phone.id,
                details={"host": parts.push.host(service, endpoint)},
            )
        )


def _vendor(said: Mapping[str, object]) -> Service:
    kind = said["kind"]
    if not isinstance(kind, str) or kind not in VENDORS:
        raise Malformed("kind")
    return VENDORS[kind]


def _keys(parts: Parts, said: object) -> tuple[str, str]:
    """The phone's point and secret (RFC 8291 §2), as they are kept."""
    if not isinstance(said, Mapping):
        raise Malformed("keys")
    p256dh, auth = _decoded(said, "p256dh", POINT_BYTES), _decoded(said, "auth", AUTH_BYTES)
    if p256dh[0] != 4:
        raise Malformed("p256dh")
    # Whether it lies on the curve: refused here, and not when somebody is to be woken.
    parts.signatures.public_jwk(
        {"kty": "EC", "crv": "P-256", "x": _encoded(p256dh[1:33]), "y": _encoded(p256dh[33:])}
    )
    return _encoded(p256dh), _encoded(auth)


def unsubscribe(parts: Parts, caller: Caller) -> None:
    """No more. Asking for it twice is no mistake."""
    with parts.store.write() as work:
        if work.subscriptions.drop(caller.phone.id):
            work.log.record(
                Fact(Tag.PUSH_UNSUBSCRIBED, user_id=caller.phone.user_id, device_id=caller.phone.id)
            )


def subscribed(parts: Parts, user_id: int) -> frozenset[str]:
    """The ids of the user's phones that can be woken. One that subscribed with an older key of the server is to do it
    anew before that key is dropped, and is left out.
    """
    with parts.store.read() as work:
        found = work.subscriptions.of_user(user_id)
    return frozenset(
        one.device_id for one in found if one.service is not Service.WEB or one.push_key == parts.push_key
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How many live phones there are, and how many of them can be woken."""

    phones: int
    woken: int


def counts(parts: Parts) -> Counts:
    with parts.store.read() as work:
        return Counts(sum(work.phones.live_counts().values()), work.subscriptions.count())


def try_out(parts: Parts, user_id: int, device_id: str) -> bool:
    """Sends a test notification to a phone of this user; False when it is not one, or cannot be woken.

    Raises Limited.
    """
    parts.limits.hit("push.test", str(user_id))
    with parts.store.read() as work:
        subscription = work.subscriptions.of_phone(device_id)
    if subscription is None or subscription.user_id != user_id:
        return False
    parts.push.try_out(subscription)
    return True


def _decoded(keys: Mapping[str, object], name: str, length: int) -> bytes:
    text = keys.get(name)
    if not isinstance(text, str) or len(text) > 2 * length or not text.isascii():
        raise Malformed(name)
    try:
        # Some libraries leave the padding on, and some write the other alphabet.
        plain = text.rstrip("=").replace("+", "-").replace("/", "_")
        found = base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise Malformed(name) from error
    if len(found) != length:
        raise Malformed(name)
    return found


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
