"""What people at real browsers typed, were shown and carried, that nobody else may read anywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl

from playwright.sync_api import BrowserContext, Page, Request, WebSocket

TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
NUMBER = re.compile(r'"number": ?"(\d{6})"')
KIND_OF = {
    "password": "password",
    "current_password": "password",
    "new_password": "password",
    "confirm_password": "password",
    "code": "code",
    "number": "number",
    "csrf_token": "form token",
}
"""The fields of forms and of JSON that are secret."""
SHORTEST = 6
"""What is shorter is found in any text."""


class Overheard:
    """Every secret of one profile, with what kind it is."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}

    def add(self, kind: str, secret: str) -> None:
        if len(secret) >= SHORTEST:
            self.secrets[secret] = kind

    def listen(self, context: BrowserContext) -> None:
        """To everything that the pages of this profile send and, on their sockets, get."""
        context.on("page", self._page)

    def cookies(self, context: BrowserContext) -> None:
        """Those that the profile has at this moment."""
        for cookie in context.cookies():
            self.add("cookie", str(cookie.get("value", "")))

    def found_in(self, text: str) -> dict[str, str]:
        """Those secrets that this text has. A number counts where it stands by itself."""
        return {
            secret: kind
            for secret, kind in self.secrets.items()
            if re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", text)
        }

    def _page(self, page: Page) -> None:
        page.on("request", self._request)
        page.on("websocket", self._socket)

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framesent", self._text)
        socket.on("framereceived", self._text)

    def _text(self, text: str | bytes) -> None:
        said = text if isinstance(text, str) else text.decode("utf-8", "replace")
        for token in TOKEN.findall(said):
            self.add("token", token)
        for number in NUMBER.findall(said):
            self.add("number", number)

    def _request(self, request: Request) -> None:
        self._text(request.headers.get("authorization", ""))
        body = request.post_data_buffer
        if body is None:
            return
        text = body.decode("utf-8", "replace")
        self._text(text)
        kind = request.headers.get("content-type", "")
        if kind.startswith("application/x-www-form-urlencoded"):
            self._fields(parse_qsl(text))
        elif kind.startswith("application/json"):
            sent = json.loads(text)
            self._fields(sent.items() if isinstance(sent, Mapping) else ())

    def _fields(self, fields: Iterable[tuple[str, object]]) -> None:
        for name, value in fields:
            if name in KIND_OF and isinstance(value, str):
                self.add(KIND_OF[name], value)
