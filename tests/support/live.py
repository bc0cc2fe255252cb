"""The people of a house, beside a real server: seeded in the same database, acting over real HTTP and sockets."""

from __future__ import annotations

import atexit
import itertools
import queue
import re
import shutil
import tempfile
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import requests
import socketio
from socketio.exceptions import ConnectionError as Refused

from astrow2fa.adapters.clock import SystemClock
from astrow2fa.core.policy import Mode
from astrow2fa.services import accounts
from astrow2fa.services.accounts import NewUser
from tests.support.clock import FileClock
from tests.support.house import DATABASE, PASSWORD, House, environment
from tests.support.phone import RobotPhone
from tests.support.server import RealServer

_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
OWN = {"ASTROW2FA_DATABASE_URL", "ASTROW2FA_SECRET_KEY", "ASTROW2FA_LICENCE_KEYS", "ASTROW2FA_INSTANCE"}
_template: list[Path] = []
_moving_in = threading.Lock()
PATIENCE = 30
"""Seconds after which something that has to happen at once has evidently not happened."""


class LiveHouse:
    """A running server, and a second process's view of its database (this one's), as the operator has it."""

    def __init__(self, folder: Path, mode: Mode = Mode.ALWAYS, **more: str) -> None:
        # Seeded before the server starts, at the real time, as an operator would.
        seeded = _inhabited(folder, more).policy(mode)
        seeded.parts.store.close()  # type: ignore[attr-defined]
        self.server = RealServer(folder, environment(folder, **more)).start()
        clock = FileClock(self.server.clock_file)
        self.operator = House(folder, clock, ASTROW2FA_PUBLIC_URL=self.server.url, **more)
        self.parts = self.operator.parts
        self._numbers = itertools.count(1)

    @property
    def url(self) -> str:
        return self.server.url

    def newcomer(self) -> str:
        """A user nobody else has anything to do with; returns the name."""
        name = f"newcomer-{next(self._numbers)}"
        accounts.create(self.parts, NewUser(name, PASSWORD, name.title(), mobile=("ess",)))
        return name

    def phone(self, name: str, label: str = "Pixel 9") -> RobotPhone:
        return self.operator.phone(name, label)

    def browser(self) -> LiveBrowser:
        return LiveBrowser(self.url)

    def listening(self, phone: RobotPhone) -> LivePhone:
        return LivePhone(self.url, phone)

    def close(self) -> None:
        self.parts.store.close()  # type: ignore[attr-defined]
        self.server.stop()


def _inhabited(folder: Path, more: dict[str, str]) -> House:
    """A house with its people: a copy of one, where neither its database nor its keys are to be others."""
    if (folder / DATABASE).exists() or OWN & more.keys():
        return House(folder, SystemClock(), **more).people()
    with _moving_in:
        if not _template:
            _template.append(Path(tempfile.mkdtemp(prefix="live-")))
            atexit.register(shutil.rmtree, _template[0])
            House(_template[0], SystemClock()).people().parts.store.close()  # type: ignore[attr-defined]
    shutil.copytree(_template[0] / "instance", folder / "instance")
    return House(folder, SystemClock(), **more)


def _hang_up(client: socketio.Client) -> None:
    """Says goodbye, and does not wait for a closing frame: not every loop sends one, and it would be three seconds."""
    line = client.eio.ws
    if line is not None:
        line.close = partial(line.close, timeout=0)
    client.disconnect()


class LiveBrowser:
    """A browser over real HTTP, and its socket on /login. `heard` holds every state, in order."""

    NAMESPACE, EVENT = "/login", "state"
    AUTH: dict[str, str] | None = None

    def __init__(self, url: str, public: str | None = None) -> None:
        self.url = url
        self.public = public or url
        self.http = requests.Session()
        self.http.headers["User-Agent"] = (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
        )
        self.heard: queue.Queue[dict[str, Any]] = queue.Queue()
        self.gone = threading.Event()
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

    def connects(self, transports: list[str] | None = None, **headers: str | None) -> LiveBrowser:
        """Opens the socket as a page of ours would; `headers` (with _ for -) adds or overrides, None leaves out.

        Raises socketio.exceptions.ConnectionError when it is refused; `refusal` is then what the server said.
        """
        polling = transports == ["polling"]
        sent: dict[str, str | None] = {"Cookie": self.cookies(), "Origin": None if polling else self.public}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        origin = sent.pop("Origin")
        options = {"suppress_origin": True} if origin is None else {"origin": origin}
        self.socket = socketio.Client(reconnection=False, websocket_extra_options=options)
        self.socket.on(self.EVENT, self.heard.put, namespace=self.NAMESPACE)
        self.socket.on("connect_error", self._hears_refusal, namespace=self.NAMESPACE)
        self.socket.on("disconnect", lambda *_: self.gone.set(), namespace=self.NAMESPACE)
        self.gone.clear()
        kept = {name: value for name, value in sent.items() if value is not None}
        self.socket.connect(
            self.url,
            headers={**kept, "Origin": origin} if polling and origin else kept,
            auth=self.AUTH,
            transports=transports or ["websocket"],
            namespaces=[self.NAMESPACE],
            wait_timeout=PATIENCE,
        )
        return self

    def is_refused(self, transports: list[str] | None = None, **headers: str | None) -> object:
        """Tries to open the socket, which the server refuses; what it said (None when it said it in HTTP)."""
        self.refusal: object = None
        try:
            self.connects(transports, **headers)
        except Refused:
            return self.refusal
        raise AssertionError("the socket was not refused")

    def _hears_refusal(self, data: object) -> None:
        self.refusal = data

    def hears(self) -> dict[str, Any]:
        """The next state; fails when none comes."""
        return self.heard.get(timeout=PATIENCE)

    def is_cut_off(self) -> bool:
        """Whether the server ends the socket."""
        return self.gone.wait(PATIENCE)

    def hangs_up(self) -> None:
        if self.socket is not None:
            _hang_up(self.socket)


class LiveLooker(LiveBrowser):
    """An administrator's browser, and its socket on /admin. `heard` holds what waited, each time it was told."""

    NAMESPACE, EVENT = "/admin", "sign_ins"

    def hears_until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first event from now on of which that is true; fails when none comes."""
        while not wanted(event := self.hears()):
            pass
        return event


class LiveOverview(LiveLooker):
    """The same with another page open: `heard` holds how the overview stood."""

    EVENT, AUTH = "overview", {"page": "overview"}


class LivePhone:
    """A phone's socket on /mobile. `asked`, `closed`, `silences` and `paired` hold the events, in order."""

    def __init__(self, url: str, phone: RobotPhone) -> None:
        self.phone = phone
        self.url = url
        self.asked: queue.Queue[dict[str, Any]] = queue.Queue()
        self.closed: queue.Queue[dict[str, Any]] = queue.Queue()
        self.silences: queue.Queue[dict[str, Any]] = queue.Queue()
        self.paired: queue.Queue[dict[str, Any]] = queue.Queue()
        self.gone = threading.Event()
        self.refusal: object = None

    def connects(self, auth: object = None, origin: str | None = None) -> LivePhone:
        """Opens the socket, as a native app: with no Origin at all, unless one is given.

        Raises socketio.exceptions.ConnectionError when it is refused; `refusal` is then what the server said.
        """
        options = {"suppress_origin": True} if origin is None else {"origin": origin}
        self.socket = socketio.Client(reconnection=False, websocket_extra_options=options)
        self.socket.on("confirmation", self.asked.put, namespace="/mobile")
        self.socket.on("confirmation_closed", self.closed.put, namespace="/mobile")
        self.socket.on("silence", self.silences.put, namespace="/mobile")
        self.socket.on("phone_paired", self.paired.put, namespace="/mobile")
        self.socket.on("connect_error", self._hears_refusal, namespace="/mobile")
        self.socket.on("disconnect", lambda *_: self.gone.set(), namespace="/mobile")
        self.gone.clear()
        self.socket.connect(
            self.url,
            auth=auth if auth is not None else {"assertion": self.phone.assertion()},
            transports=["websocket"],
            namespaces=["/mobile"],
            wait_timeout=PATIENCE,
        )
        return self

    def is_refused(self, auth: object = None, origin: str | None = None) -> object:
        """Tries to open the socket, which the server refuses; what it said (None when it said it in HTTP)."""
        self.refusal = None
        try:
            self.connects(auth, origin)
        except Refused:
            return self.refusal
        raise AssertionError("the socket was not refused")

    def _hears_refusal(self, data: object) -> None:
        self.refusal = data

    def is_asked(self) -> dict[str, Any]:
        return self.asked.get(timeout=PATIENCE)

    def hears_closed(self) -> dict[str, Any]:
        return self.closed.get(timeout=PATIENCE)

    def hears_of(self, device_id: str) -> dict[str, Any]:
        """That this phone was paired; never of itself, and of others only that they were there before."""
        while (heard := self.paired.get(timeout=PATIENCE))["id"] != device_id:
            assert heard["id"] != self.phone.id
        return heard

    def sends(self, event: str, *arguments: object) -> dict[str, Any]:
        """The acknowledgement."""
        data: object = arguments if len(arguments) != 1 else arguments[0]
        answer = self.socket.call(event, data, namespace="/mobile", timeout=PATIENCE)
        assert isinstance(answer, dict)
        return answer

    def sends_text(self, text: str) -> dict[str, Any]:
        """The acknowledgement of an event written by hand: a JSON array that no library would send."""
        answered: queue.Queue[dict[str, Any]] = queue.Queue()
        number = self.socket._generate_ack_id("/mobile", answered.put)
        self.socket.eio.send(f"2/mobile,{number}{text}")
        return answered.get(timeout=PATIENCE)

    def approves(self, request: str, **more: object) -> dict[str, Any]:
        return self.sends("approve", {"decision": self.phone.decision(request, **more)})  # type: ignore[arg-type]

    def denies(self, request: str, **more: object) -> dict[str, Any]:
        return self.sends("deny", {"decision": self.phone.decision(request, "deny", **more)})  # type: ignore[arg-type]

    def is_cut_off(self) -> bool:
        """Whether the server ends the socket."""
        return self.gone.wait(PATIENCE)

    def hangs_up(self) -> None:
        _hang_up(self.socket)
