"""What a real server writes on its output is as harmless as its log: a whole journey, and nothing that opens a door."""

from __future__ import annotations

import json
from pathlib import Path

from astrow2fa.services import pairing
from tests.support.house import PASSWORD
from tests.support.live import LiveHouse


def test_no_secret_code_number_or_token(tmp_path: Path) -> None:
    # Given a wrong password, a right one, a number, an OK and a collect, and a call that is not understood
    live = LiveHouse(tmp_path)
    try:
        code = pairing.issue_code(live.parts, live.operator.id_of("anna"), "operator")
        robot = live.phone("anna")
        phone, browser = live.listening(robot).connects(), live.browser()
        browser.signs_in("anna", "a wrong one")
        browser.signs_in("anna")
        waiting = browser.cookies()
        number = browser.connects().hears()["number"]
        request = phone.is_asked()["confirmation"]
        decision = robot.decision(request, number=number)
        phone.sends("approve", {"decision": decision, "more": PASSWORD})
        assert browser.hears()["state"] == "approved"
        browser.collects()
        assert browser.signed_in
        phone.sends("nothing of the kind", {"password": PASSWORD})
        secrets = [PASSWORD, "a wrong one", code.typed, code.link, number, request, decision]
        secrets += [part.split("=", 1)[1] for part in (waiting + "; " + browser.cookies()).split("; ")]
        logged = json.dumps(live.operator.rows("log"), default=str)
        phone.hangs_up()
        browser.hangs_up()
        browser.http.close()
    finally:
        live.close()
    # Then neither its output nor its log has any of it
    written = live.server.log() + logged
    for secret in secrets:
        assert len(secret) >= 6
        assert secret not in written
