"""An operator rotates the request-signing key beside the running server: paired phones follow by themselves."""

from __future__ import annotations

import time
from collections.abc import Callable

from astrow2fa.phone.client import Phone
from astrow2fa.services import keys, pairing
from astrow2fa.services.keys import Purpose
from tests.support.live import PATIENCE, LiveBrowser, LiveHouse


def test_a_phone_that_was_paired_before(
    live: LiveHouse, name: str, waiting: Callable[[str], LiveBrowser]
) -> None:
    # Given a phone of the simulator, which believes only what a pinned key signed, and a sign-in that waits
    issued = pairing.issue_code(live.parts, live.operator.id_of(name), "operator")
    phone = Phone.pair(pairing.pairing_link(live.parts, issued.link))
    early = waiting(name)
    early_number = early.hears()["number"]
    [first] = phone.identity.server_keys
    # When the key is rotated in another process
    kid = keys.rotate(live.parts, Purpose.REQUESTS, actor="operator").kid
    # Then what waited is answered as ever
    [request] = phone.confirmations()
    assert phone.decide(request, "approve", number=early_number) == "approved"
    assert len(phone.identity.server_keys) == 1
    # Then the server soon signs with the new key, and the phone follows
    ends = time.monotonic() + PATIENCE
    while True:
        late = waiting(name)
        number = late.hears()["number"]
        [request] = phone.confirmations()
        if live.parts.signatures.peek(request.jws, "astrow2fa-confirmation+jwt").kid == kid:
            break
        late.cancels()
        assert time.monotonic() < ends, "the server has not taken the new key up"
    assert len(phone.identity.server_keys) == 2
    assert first in phone.identity.server_keys
    assert phone.decide(request, "approve", number=number) == "approved"
