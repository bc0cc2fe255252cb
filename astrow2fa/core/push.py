"""Wake-ups: what is sent to a phone that may be asleep, and to whom.

Whoever carries one (the push service) learns that something was asked, and no more: what is inside is encrypted
where the carrier allows it, always as long as any other, and holds no name, place or number even when opened.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

VERSION = 1
PAYLOAD_BYTES = 160
TOPIC_LETTERS = 32
"""The most that RFC 8030 §5.4 allows."""


class Service(StrEnum):
    """Who carries it: Web Push (RFC 8030; UnifiedPush and ntfy speak it too), or the two vendors' own ways."""

    WEB = "web"
    FCM = "fcm"
    APNS = "apns"


class Kind(StrEnum):
    """What a wake-up is about."""

    CONFIRMATION = "confirmation"
    CLOSED = "closed"
    SILENCE = "silence"
    PAIRED = "paired"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where one phone can be woken. `endpoint` is a URL, or the vendor's token. For Web Push `p256dh` and `auth`
    (base64url of 65 and 16 bytes) are the phone's keys, `push_key` is the server's that it subscribed with. With a
    vendor there is no `push_key`, and the phone's keys are empty unless it gave some.
    """

    device_id: str
    user_id: int
    service: Service
    endpoint: str
    p256dh: str
    auth: str
    push_key: str
    made_at: int


@dataclass(frozen=True, slots=True)
class WakeUp:
    """One wake-up. After `until` (Unix seconds) it is of no use to anybody."""

    kind: Kind
    confirmation_id: str | None
    until: int

    @property
    def payload(self) -> bytes:
        """JSON of always the same length, so that the length of what is carried does not tell the kind."""
        said = {"v": VERSION, "kind": self.kind.value, "id": self.confirmation_id}
        return json.dumps(said, separators=(",", ":")).encode().ljust(PAYLOAD_BYTES)

    @property
    def about(self) -> str:
        """A later word about the same takes the place of an earlier one that still waits."""
        return self.confirmation_id or self.kind.value

    def topic(self, device_id: str) -> str:
        """`about` for whoever carries it (RFC 8030 §5.4, and what the vendors have like it): at most 32 letters.

        A hash with the phone's id, which no carrier knows: it sees neither the confirmation nor the kind, and not
        that two phones are woken for the same.
        """
        digest = hashlib.sha256(f"astrow2fa:topic:{device_id}:{self.about}".encode()).digest()
        return base64.urlsafe_b64encode(digest).decode()[:TOPIC_LETTERS]
