"""Every journey ends with a search of the server's output; here is what it searches for, and that it would be found."""

from __future__ import annotations

from collections import Counter

from tests.support.chromium import Desk, Palm
from tests.support.house import PASSWORD
from tests.support.live import LiveHouse


def test_a_secret_of_a_journey_would_be_found(live: LiveHouse, desk: Desk, palm: Palm) -> None:
    # Given a journey with everything that is secret
    desk.signs_in("anna")
    number = desk.waits()
    desk.waits_until(lambda: number in desk.overheard.secrets)  # its page has been told by its socket
    before = desk.context.cookies()
    palm.says_ok(number)
    desk.is_in()
    desk.overheard.cookies(desk.context)
    token = next(secret for secret, kind in palm.overheard.secrets.items() if kind == "token")
    # When a server writes one of them
    written = live.server.output()
    for person, secret in [(desk, PASSWORD), (desk, number), (palm, token)]:
        assert person.overheard.found_in(written) == {}
        assert secret in person.overheard.found_in(f"{written} for example {secret}.")
    # Then it is found, of whichever kind
    kinds = Counter(desk.overheard.secrets.values())
    assert kinds.keys() >= {"password", "number", "cookie", "form token"}
    assert all(str(cookie["value"]) in desk.overheard.secrets for cookie in before)
    kinds = Counter(palm.overheard.secrets.values())
    assert kinds.keys() >= {"code", "token"}
    assert kinds["token"] >= 3  # a proof or assertion, the request, the answer
