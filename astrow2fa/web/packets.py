"""Socket.IO packets read strictly: whatever a client writes is an event with a name, or the event `unreadable`.

The library drops what it cannot read without a word, and lets a client call the handlers of `connect` and
`disconnect` as if they were events, with arguments of its own. Nothing here is ever sent as binary, so no
attachments are collected either.
"""

from __future__ import annotations

import json

from socketio.packet import ACK, BINARY_ACK, BINARY_EVENT, EVENT, Packet

UNREADABLE = "unreadable"
_RESERVED = frozenset({"*", "connect", "connect_error", "disconnect", "__disconnect_final"})


MOST_DIGITS = 100


def _integer(digits: str) -> int:
    """Reading a number takes time with the square of its length."""
    if len(digits) > MOST_DIGITS:
        raise ValueError("a number that is too large")
    return int(digits)


class _Json:
    """What the library asks of a module. Its own makes a decoder for each packet (3 µs) and an encoder (1 µs)."""

    loads = json.JSONDecoder(parse_int=_integer).decode

    _encoder = json.JSONEncoder(separators=(",", ":"))

    @classmethod
    def dumps(cls, data: object, separators: tuple[str, str]) -> str:  # noqa: ARG003 (they are always the short ones)
        return cls._encoder.encode(data)


class StrictPacket(Packet):
    """One packet of the Socket.IO protocol."""

    data: object
    json = _Json

    # Nothing is looked through for bytes before it is sent: 12 µs an answer.
    uses_binary_events = False

    def decode(self, encoded_packet: str | bytes) -> int:
        """Returns how many attachments follow: none. Raises ValueError for a packet of another kind than an event."""
        if isinstance(encoded_packet, bytes):
            self.packet_type, self.data = EVENT, [UNREADABLE]  # In no namespace, so that it ends here.
            return 0
        try:
            super().decode(encoded_packet)
        except (ValueError, RecursionError):
            if self.packet_type not in (EVENT, BINARY_EVENT):
                raise
            self.data = None
        if self.packet_type == BINARY_ACK:
            self.packet_type = ACK
        if self.packet_type == BINARY_EVENT or (self.packet_type == EVENT and not _named(self.data)):
            self.packet_type, self.data = EVENT, [UNREADABLE]
        return 0


def _named(data: object) -> bool:
    return isinstance(data, list) and bool(data) and isinstance(data[0], str) and data[0] not in _RESERVED
