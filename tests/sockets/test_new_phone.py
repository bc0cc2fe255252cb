"""A phone was paired: the user's others hear of it while they listen, from whichever process it was."""

from __future__ import annotations

from collections.abc import Callable

import requests

from astrow2fa.services import pairing
from tests.support.api import API
from tests.support.live import PATIENCE, LiveHouse, LivePhone

Listening = Callable[..., LivePhone]


def pairs(live: LiveHouse, name: str) -> str:
    """At the server itself; the new phone's id."""
    code = pairing.issue_code(live.parts, live.operator.id_of(name), "operator").link
    key = dict(live.parts.signatures.new_key().public)
    body = {"code": code, "public_key": key, "name": "Burner", "platform": "robot", "storage": "persisted"}
    answer = requests.post(f"{live.url}{API}/pair", json=body, timeout=PATIENCE)
    assert answer.status_code == 201
    return str(answer.json()["device_id"])


def test_every_phone_of_the_user_that_listens_hears_of_it(
    live: LiveHouse, name: str, listening: Listening
) -> None:
    # Given two phones of a user, and one of somebody else's
    other = live.newcomer()
    phone, stranger = listening(name), listening(other)
    tablet = listening(name, "Tablet")
    phone.hears_of(tablet.phone.id)
    # When
    added = pairs(live, name)
    # Then
    for each in (phone, tablet):
        heard = each.hears_of(added)
        assert abs(heard.pop("paired_at") - live.parts.clock.now()) < 60
        assert heard == {"id": added, "name": "Burner", "platform": "robot"}
    # And what the stranger hears first is of his own
    mine = pairs(live, other)
    assert stranger.paired.get(timeout=PATIENCE)["id"] == mine
