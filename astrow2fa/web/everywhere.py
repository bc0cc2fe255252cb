"""Hints to those who wait at any process: told here at once, and to the other processes."""

from __future__ import annotations

from astrow2fa.core.accounts import Phone
from astrow2fa.core.confirmation import Confirmation
from astrow2fa.ports.nodes import Channel
from astrow2fa.ports.outside import Notifier


class Everywhere:
    """Implements ports.outside.Notifier. The others are told what browsers wait for, and read the rest."""

    def __init__(self, here: Notifier, channel: Channel) -> None:
        self._here = here
        self._channel = channel

    def asked(self, confirmation: Confirmation, others_pending: int) -> None:
        self._here.asked(confirmation, others_pending)
        self._channel.look()

    def moved(self, confirmation: Confirmation) -> None:
        try:
            # First the others: their browser waits longer.
            self._channel.tell(confirmation)
        finally:
            self._here.moved(confirmation)

    def quiet(self, user_id: int, until: int | None) -> None:
        self._here.quiet(user_id, until)
        self._channel.look()

    def phone_paired(self, phone: Phone) -> None:
        self._here.phone_paired(phone)
        self._channel.look()

    def phone_revoked(self, device_id: str) -> None:
        self._here.phone_revoked(device_id)
        self._channel.look()
