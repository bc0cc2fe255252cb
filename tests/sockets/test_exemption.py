"""An exemption ends what waits: the browser's other tabs and the user's phones hear of it."""

from __future__ import annotations

from astrow2fa.services.exemptions import issue
from tests.support.live import LiveHouse


def test_the_other_tab_and_the_phone_are_told(live: LiveHouse) -> None:
    # Given a user who waits in two tabs, with a phone that listens
    name = live.newcomer()
    phone = live.listening(live.phone(name)).connects()
    browser = live.browser()
    browser.signs_in(name)
    browser.connects()
    assert browser.hears()["state"] == "pending"
    asked = phone.is_asked()
    # When
    code = issue(live.parts, name, "the phone's battery is dead").code
    response = browser.post("/login/exemption", "/login/waiting", code=code)
    # Then
    assert response.status_code == 303
    heard = browser.hears()
    assert (heard["state"], heard["reason"], heard["number"]) == ("cancelled", "exempted", None)
    assert phone.hears_closed()["state"] == "cancelled"
    assert browser.signed_in
    # And an OK that comes now does not count
    assert phone.approves(asked["confirmation"])["code"] == "already_settled"
    browser.hangs_up()
    phone.hangs_up()
