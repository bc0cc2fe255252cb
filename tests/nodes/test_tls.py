"""The delivered files for nginx and HAProxy, with TLS: sign-ins by either transport, and what is sent in the clear."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from astrow2fa.adapters.clock import SystemClock
from astrow2fa.core.policy import Mode
from tests.support.authority import Authority
from tests.support.haproxy import Haproxy
from tests.support.house import House, environment
from tests.support.live import LiveBrowser, LivePhone
from tests.support.nginx import Nginx
from tests.support.proxy import Proxy, free_port
from tests.support.server import RealServer
from tests.support.tied import comes_true


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module", params=[Nginx, Haproxy])
def proxy(authority: Authority, request: pytest.FixtureRequest) -> Iterator[Proxy]:
    made = request.param([free_port()], authority.file("localhost")).start()
    yield made
    made.end()


@pytest.fixture(autouse=True)
def trust(authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients believe this authority and no other."""
    known = tmp_path / "authority.pem"
    known.write_text(authority.certificate)
    for name in ("REQUESTS_CA_BUNDLE", "WEBSOCKET_CLIENT_CA_BUNDLE"):
        monkeypatch.setenv(name, str(known))


@pytest.fixture(scope="module")
def house(proxy: Proxy, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The worker behind it, and the operator beside that."""
    folder = tmp_path_factory.mktemp("secure")
    own = {"ASTROW2FA_PUBLIC_URL": f"https://localhost:{proxy.port}", "ASTROW2FA_TRUSTED_PROXIES": "1"}
    operator = House(folder, SystemClock(), **own).people().policy(Mode.ALWAYS)
    server = RealServer(folder, environment(folder, **own), proxy.workers[0]).start()
    known = folder / "authority.pem"
    known.write_text(authority.certificate)
    # HAProxy asks every two seconds whether the worker is there.
    comes_true(
        lambda: requests.get(f"{own['ASTROW2FA_PUBLIC_URL']}/healthz", verify=str(known), timeout=10).ok
    )
    yield operator
    server.stop()
    operator.parts.store.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_a_sign_in_and_its_cookies_are_for_https_alone(house: House, proxy: Proxy, transport: str) -> None:
    url = f"https://localhost:{proxy.port}"
    phone = LivePhone(url, house.phone("bob")).connects()
    browser = LiveBrowser(url)
    try:
        # When
        assert browser.signs_in("bob").headers["Location"] == "/login/waiting"
        number = browser.connects([transport], Sec_Fetch_Site="same-origin").hears()["number"]
        said = phone.approves(phone.is_asked()["confirmation"], number=number)
        # Then
        assert said == {"ok": True, "state": "approved"}
        assert browser.hears()["state"] == "approved"
        assert browser.collects().status_code == 303
        assert browser.signed_in
        assert {cookie.name for cookie in browser.http.cookies if cookie.secure} == {
            "__Host-astrow2fa",
            "__Host-astrow2fa-browser",
        }
        assert len(list(browser.http.cookies)) == 2
    finally:
        phone.hangs_up()
        browser.hangs_up()


def test_browsers_are_offered_http_2(authority: Authority, proxy: Proxy) -> None:
    context = authority.trust
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection(("127.0.0.1", proxy.port)) as line,
        context.wrap_socket(line, server_hostname="localhost") as secure,
    ):
        assert secure.selected_alpn_protocol() == "h2"
        assert secure.version() == "TLSv1.3"


def test_in_the_clear_there_is_nothing_but_the_way_to_https(proxy: Proxy) -> None:
    answer = requests.get(
        f"http://localhost:{proxy.plain_port}/login?next=/", allow_redirects=False, timeout=10
    )
    assert answer.status_code == 301
    assert answer.headers["Location"] == "https://localhost/login?next=/"
    assert not answer.cookies


def test_metrics_are_not_for_the_world(house: House, proxy: Proxy) -> None:
    assert requests.get(f"{house.config.public_url}/metrics", timeout=10).status_code == 404


def test_an_address_that_the_client_made_up_is_not_believed(house: House, proxy: Proxy) -> None:
    browser = LiveBrowser(f"https://localhost:{proxy.port}")
    browser.http.headers["X-Forwarded-For"] = "203.0.113.9"

    browser.signs_in("anna")

    asked = [row["address"] for row in house.rows("confirmations") if row["user_id"] == house.id_of("anna")]
    assert asked == ["127.0.0.1"]
