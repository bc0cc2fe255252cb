"""The phone that sleeps: a push to a service of its own wakes it, and then it fetches and answers over HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from astrow2fa.adapters.push.sealing import sealed
from astrow2fa.adapters.push.web_push import Vapid
from astrow2fa.adapters.signatures import Es256
from astrow2fa.core import push
from astrow2fa.core.push import Kind, Service, Subscription
from astrow2fa.phone import identity
from astrow2fa.phone.client import Phone
from astrow2fa.phone.errors import Untrusted
from astrow2fa.phone.push_service import PushService, allow
from astrow2fa.phone.waking import PushKeys, WakeUp
from astrow2fa.services import pairing
from astrow2fa.services.keys import application_server_key
from tests.support.live import LiveHouse
from tests.support.proxy import free_port

ROOT = Path(__file__).parents[2]
KEY = Es256().new_key()
PUSH_KEY = application_server_key(KEY.public)
VAPID = Vapid(lambda _: KEY, "mailto:operator@localhost")


def subscribed(keys: PushKeys, endpoint: str) -> Subscription:
    said: Any = keys.subscription(endpoint)["keys"]
    return Subscription("phone", 1, Service.WEB, endpoint, said["p256dh"], said["auth"], PUSH_KEY, 0)


@pytest.fixture
def service() -> Iterator[PushService]:
    with PushService() as service:
        yield service


class Pusher:
    """A server that pushes to one endpoint; what it sends may be made wrong."""

    def __init__(self, service: PushService, endpoint: str, body: bytes = b"x") -> None:
        self.service, self.endpoint, self.body = service, endpoint, body
        self.headers = {
            "Authorization": VAPID.header(service.origin, PUSH_KEY, time.time()),
            "Content-Encoding": "aes128gcm",
            "TTL": "60",
        }

    def sends(self) -> int:
        """The status that the service answers, which does so only while somebody waits for a message."""
        waits = threading.Thread(target=self.service.handle_request)
        waits.start()
        request = urllib.request.Request(self.endpoint, self.body, self.headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return int(response.status)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code
        finally:
            waits.join(10)


@pytest.mark.parametrize("kind", Kind)
def test_what_the_server_encrypts_is_read(kind: Kind) -> None:
    keys = PushKeys()
    sent = push.WakeUp(kind, "c" * 22, 100)

    assert keys.read(sealed(sent.payload, subscribed(keys, "http://x/"))) == WakeUp(kind.value, "c" * 22)


def test_a_kind_or_a_version_of_later_days_means_fetch_and_look() -> None:
    keys = PushKeys()
    to = subscribed(keys, "http://x/")

    for said in ({"v": 2, "kind": "closed", "id": "x"}, {"v": 1, "kind": "anything", "id": "x"}):
        assert keys.read(sealed(json.dumps(said).encode(), to)) == WakeUp("confirmation", "x")


def test_what_is_not_for_this_phone_is_not_trusted() -> None:
    keys, other = PushKeys(), PushKeys()
    to = subscribed(keys, "http://x/")
    for body in (b"", b"x", b"\0" * 200, sealed(b"[1]", to), sealed(b"no JSON", to)):
        with pytest.raises(Untrusted):
            keys.read(body)
    with pytest.raises(Untrusted):
        other.read(sealed(push.WakeUp(Kind.TEST, None, 1).payload, to))


def test_the_push_service_keeps_a_message_until_it_is_read(service: PushService) -> None:
    pusher = Pusher(service, service.subscribe(PUSH_KEY), b"a message")

    assert pusher.sends() == 201
    assert service.next() == b"a message"
    assert service.next(0.01) is None


@pytest.mark.parametrize(
    ("status", "wrong"),
    [
        (404, {"path": "/wake/guessed"}),
        (400, {"TTL": "soon"}),
        (400, {"Content-Encoding": "aesgcm"}),
        (403, {"Authorization": "vapid t=x, k=y"}),
        (403, {"Authorization": f"vapid t=a.b.c, k={PUSH_KEY}"}),
        (413, {"body": "x" * 4097}),
    ],
)
def test_the_push_service_refuses(service: PushService, status: int, wrong: dict[str, str]) -> None:
    pusher = Pusher(service, service.subscribe(PUSH_KEY))
    pusher.endpoint = service.origin + wrong.pop("path") if "path" in wrong else pusher.endpoint
    pusher.body = wrong.pop("body", "x").encode()
    pusher.headers |= wrong

    assert pusher.sends() == status
    assert service.next(0.01) is None


def test_a_token_for_another_service_of_another_day_or_by_another_key_is_refused(
    service: PushService,
) -> None:
    pusher = Pusher(service, service.subscribe(PUSH_KEY))
    now, stranger = time.time(), Vapid(lambda _: Es256().new_key(), "mailto:operator@localhost")
    for header in (
        VAPID.header("https://push.example.net", PUSH_KEY, now),
        VAPID.header(service.origin, PUSH_KEY, now - 2 * 24 * 3600),
        VAPID.header(service.origin, PUSH_KEY, now + 2 * 24 * 3600),
        stranger.header(service.origin, PUSH_KEY, now),
    ):
        pusher.headers["Authorization"] = header
        assert pusher.sends() == 403


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[LiveHouse]:
    house = LiveHouse(tmp_path_factory.mktemp("woken"), ASTROW2FA_PUSH_HOSTS=allow(port))
    yield house
    house.close()


def paired(live: LiveHouse, name: str, state: Path) -> None:
    issued = pairing.issue_code(live.parts, live.operator.id_of(name), "operator")
    identity.save(state, Phone.pair(pairing.pairing_link(live.parts, issued.link)).identity)


def sleeping(state: Path, port: int) -> list[str]:
    command = [sys.executable, "-m", "astrow2fa.phone", "--json", "--state", str(state)]
    return [*command, "listen", "--push", "--push-port", str(port), "--approve", "--once"]


def test_a_sign_in_wakes_it_and_it_answers(live: LiveHouse, port: int, tmp_path: Path) -> None:
    # Given a phone that sleeps
    name, state, pipe = live.newcomer(), tmp_path / "phone.json", subprocess.PIPE
    paired(live, name, state)
    command = [*sleeping(state, port), "--number-from-stdin", "--timeout", "30"]
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as phone:
        assert phone.stdout is not None
        assert json.loads(phone.stdout.readline())["event"] == "asleep"
        assert live.operator.rows("push_subscriptions")
        # When its user signs in
        browser = live.browser()
        browser.signs_in(name)
        number = browser.connects().hears()["number"]
        out, _ = phone.communicate(f"{number}\n", timeout=60)
    # Then
    said = [json.loads(line) for line in out.splitlines()]
    assert [line["event"] for line in said] == ["woken", "confirmation", "answered"]
    assert (said[0]["kind"], said[0]["id"]) == ("confirmation", said[1]["id"])
    assert said[2]["state"] == "approved"
    assert browser.hears()["state"] == "approved"
    assert live.operator.rows("push_subscriptions") == []
    browser.hangs_up()


def test_a_server_that_does_not_allow_it_says_so(live: LiveHouse, tmp_path: Path) -> None:
    name, state, other = live.newcomer(), tmp_path / "phone.json", free_port()
    paired(live, name, state)

    ended = subprocess.run(
        sleeping(state, other), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert ended.returncode == 1
    assert f"ASTROW2FA_PUSH_HOSTS={allow(other)}" in json.loads(ended.stdout.splitlines()[0])["message"]
    assert live.operator.rows("push_subscriptions") == []
