"""A browser for tests: keeps cookies, reads the CSRF token from the page it is on, presses what is there."""

from __future__ import annotations

import re

from flask import Flask
from werkzeug.test import TestResponse

from tests.support.house import PASSWORD

_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class RobotBrowser:
    """One browser profile on Flask's test client. CSRF is on, as for everybody."""

    def __init__(self, app: Flask, address: str = "192.0.2.10") -> None:
        self.client = app.test_client()
        self._environ = {"REMOTE_ADDR": address}
        self.page: TestResponse | None = None

    def asks_for(self, languages: str) -> RobotBrowser:
        """Sends this Accept-Language from now on."""
        self._environ["HTTP_ACCEPT_LANGUAGE"] = languages
        return self

    def get(self, path: str) -> TestResponse:
        self.page = self.client.get(path, environ_base=self._environ)
        return self.page

    def csrf(self) -> str:
        """The token of the page it is on."""
        found = _CSRF.search(self.page.text if self.page is not None else "")
        assert found, "the page has no form"
        return found[1]

    def post(self, path: str, **fields: str) -> TestResponse:
        """Posts a form of the page it is on."""
        data = {"csrf_token": self.csrf(), **fields}
        response = self.client.post(path, data=data, environ_base=self._environ)
        if response.status_code != 303:
            self.page = response
        return response

    def sends(self, path: str, **fields: str) -> TestResponse:
        """Posts just these fields, as a page of somebody else's would."""
        return self.client.post(path, data=fields, environ_base=self._environ)

    def signs_in(self, username: str, password: str = PASSWORD, **more: str) -> TestResponse:
        self.get("/login")
        return self.post("/login", username=username, password=password, **more)

    def waits(self) -> TestResponse:
        return self.get("/login/waiting")

    def collects(self) -> TestResponse:
        self.waits()
        return self.post("/login/collect")

    def cookie(self, name: str = "astrow2fa") -> str | None:
        found = self.client.get_cookie(name)
        return found.value if found else None

    def takes(self, value: str, name: str = "astrow2fa") -> RobotBrowser:
        """Puts a cookie in its jar, as a thief or a careless proxy could."""
        self.client.set_cookie(name, value)
        return self

    def another(self) -> RobotBrowser:
        """Another browser at the same address, with no cookies."""
        return RobotBrowser(self.client.application, self._environ["REMOTE_ADDR"])

    @property
    def signed_in(self) -> bool:
        """Whether home opens."""
        return self.client.get("/", environ_base=self._environ).status_code == 200
