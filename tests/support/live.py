"""The people of a house, beside a real server: seeded in the same database, acting over real HTTP and sockets."""

from __future__ import annotations

import queue
import re
from pathlib import Path
from typing import Any

import requests
import socketio

from astrow2fa.adapters.clock import SystemClock
from astrow2fa.core.policy import Mode
from tests.support.clock import FileClock
from tests.support.house import PASSWORD, House, environment
from tests.support.phone import RobotPhone
from tests.support.server import RealServer

_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
PATIENCE = 10
"""Seconds after which something that has to happen at once has evidently not happened."""


class LiveHouse:
    """A running server, and a second process's view of its database (this one's), as the operator has it."""

    def __init__(self, folder: Path, mode: Mode = Mode.ALWAYS, **more: str) -> None:
        # Seeded before the server starts, at the real time, as an operator would.
        seeded = House(folder, SystemClock(), **more).people().policy(mode)
        seeded.parts.store.close()  # type: ignore[attr-defined]
        self.server = RealServer(folder, environment(folder, **more)).start()
        clock = FileClock(self.server.clock_file)
        self.operator = House(folder, clock, ASTROW2FA_PUBLIC_URL=self.server.url, **more)
        self.parts = self.operator.parts

    @property
    def url(self) -> str:
        return self.server.url

    def phone(self, name: str, label: str = "Pixel 9") -> RobotPhone:
        return self.operator.phone(name, label)

    def browser(self) -> LiveBrowser:
        return LiveBrowser(self.url)

    def listening(self, phone: RobotPhone) -> LivePhone:
        return LivePhone(self.url, phone)

    def close(self) -> None:
        self.parts.store.close()  # type: ignore[attr-defined]
        self.server.stop()


class LiveBrowser:
    """A browser over real HTTP, and its socket on /login. `heard` holds every state, in order."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.headers["User-Agent"] = (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
        )
        self.heard: queue.Queue[dict[str, Any]] = queue.Queue()
        self.socket: socketio.Client | None = None

    def csrf(self, path: str) -> str:
        found = _CSRF.search(self.http.get(self.url + path, timeout=PATIENCE).text)
        assert found, f"no form at {path}"
        return found[1]

    def post(self, path: str, page: str, **fields: str) -> requests.Response:
        """Posts a form of `page`."""
        data = {"csrf_token": self.csrf(page), **fields}
        return self.http.post(self.url + path, data=data, allow_redirects=False, timeout=PATIENCE)

    def signs_in(self, username: str, password: str = PASSWORD, **more: str) -> requests.Response:
        return self.post("/login", "/login", username=username, password=password, **more)

    def collects(self) -> requests.Response:
        return self.post("/login/collect", "/login/waiting")

    def cancels(self) -> requests.Response:
        return self.post("/login/cancel", "/login/waiting")

    @property
    def signed_in(self) -> bool:
        answer = self.http.get(self.url + "/", allow_redirects=False, timeout=PATIENCE)
        return answer.status_code == 200

    def cookies(self) -> str:
        return "; ".join(f"{c.name}={c.value}" for c in self.http.cookies)

    def connects(self, transports: list[str] | None = None, origin: str | None = None) -> LiveBrowser:
        """Opens the socket. Raises socketio.exceptions.ConnectionError when it is refused."""
        self.socket = socketio.Client(
            reconnection=False, websocket_extra_options={"origin": origin or self.url}
        )
        self.socket.on("state", self.heard.put, namespace="/login")
        self.socket.connect(
            self.url,
            headers={"Cookie": self.cookies()},
            transports=transports or ["websocket"],
            namespaces=["/login"],
            wait_timeout=PATIENCE,
        )
        return self

    def hears(self) -> dict[str, Any]:
        """The next state; fails when none comes."""
        return self.heard.get(timeout=PATIENCE)

    def hangs_up(self) -> None:
        if self.socket is not None:
            self.socket.disconnect()


class LivePhone:
    """A phone's socket on /mobile. `asked` and `closed` hold the events, in order."""

    def __init__(self, url: str, phone: RobotPhone) -> None:
        self.phone = phone
        self.url = url
        self.asked: queue.Queue[dict[str, Any]] = queue.Queue()
        self.closed: queue.Queue[dict[str, Any]] = queue.Queue()
        # A native app: no Origin at all.
        self.socket = socketio.Client(reconnection=False, websocket_extra_options={"suppress_origin": True})
        self.socket.on("confirmation", self.asked.put, namespace="/mobile")
        self.socket.on("confirmation_closed", self.closed.put, namespace="/mobile")

    def connects(self, auth: object = None) -> LivePhone:
        """Opens the socket. Raises socketio.exceptions.ConnectionError when it is refused."""
        self.socket.connect(
            self.url,
            auth=auth if auth is not None else {"assertion": self.phone.assertion()},
            transports=["websocket"],
            namespaces=["/mobile"],
            wait_timeout=PATIENCE,
        )
        return self

    def is_asked(self) -> dict[str, Any]:
        return self.asked.get(timeout=PATIENCE)

    def hears_closed(self) -> dict[str, Any]:
        return self.closed.get(timeout=PATIENCE)

    def sends(self, event: str, *arguments: object) -> dict[str, Any]:
        """The acknowledgement."""
        data: object = arguments if len(arguments) != 1 else arguments[0]
        answer = self.socket.call(event, data, namespace="/mobile", timeout=PATIENCE)
        assert isinstance(answer, dict)
        return answer

    def approves(self, request: str, **more: object) -> dict[str, Any]:
        return self.sends("approve", {"decision": self.phone.decision(request, **more)})  # type: ignore[arg-type]

    def denies(self, request: str, **more: object) -> dict[str, Any]:
        return self.sends("deny", {"decision": self.phone.decision(request, "deny", **more)})  # type: ignore[arg-type]

    def hangs_up(self) -> None:
        self.socket.disconnect()
