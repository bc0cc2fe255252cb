"""A running server with something on every page."""

from __future__ import annotations

from astrow2fa.core.policy import Mode
from tests.support.acts import asked, says_no, says_ok
from tests.support.browser import RobotBrowser
from tests.support.live import LiveHouse


class Site:
    """The server, and what there is to be looked at."""

    def __init__(self, live: LiveHouse) -> None:
        self.live = live
        house = live.operator
        self.phones = {name: house.phone(name) for name in ("anna", "bob")}
        for _ in range(3):
            RobotBrowser(house.app, "203.0.113.9").signs_in("bob")
            says_no(house, self.phones["bob"], asked(house, "bob"), "not_me")
        self.sign_in = self.signs_in_with_phone("anna")
        RobotBrowser(house.app).signs_in("bob")  # and waits
        self.waiting = asked(house, "bob").id
        house.policy(Mode.OFF)

    def signs_in_with_phone(self, name: str) -> str:
        browser = RobotBrowser(self.live.operator.app)
        browser.signs_in(name)
        confirmation = asked(self.live.operator, name)
        says_ok(self.live.operator, self.phones[name], confirmation)
        browser.collects()
        return confirmation.id

    def user(self, name: str) -> int:
        return self.live.operator.id_of(name)
