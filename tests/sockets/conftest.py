"""A real server for each module: its tests are kept apart by users of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from astrow2fa.core.permissions import Permission
from tests.support.live import LiveBrowser, LiveHouse, LiveLooker, LivePhone


@pytest.fixture(scope="module")
def loop(request: pytest.FixtureRequest) -> str:
    """How the server waits; modules marked EVERY_LOOP come once for each way."""
    return str(request.config.getoption("--loop"))


@pytest.fixture(scope="module")
def live(loop: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHouse]:
    house = LiveHouse(tmp_path_factory.mktemp("live"), ASTROW2FA_ASYNC_MODE=loop)
    yield house
    house.close()


@pytest.fixture
def name(live: LiveHouse) -> str:
    """Somebody whom no other test knows."""
    return live.newcomer()


@pytest.fixture
def sockets() -> Iterator[list[LiveBrowser | LivePhone]]:
    """Whoever is in here hangs up at the end."""
    held: list[LiveBrowser | LivePhone] = []
    yield held
    for one in held:
        with suppress(Exception):
            one.hangs_up()


@pytest.fixture
def waiting(live: LiveHouse, sockets: list[LiveBrowser | LivePhone]) -> Callable[[str], LiveBrowser]:
    """A browser that waits for this user, its socket open, its first state still to be heard."""

    def wait(name: str) -> LiveBrowser:
        browser = live.browser()
        assert browser.signs_in(name).headers["Location"] == "/login/waiting"
        sockets.append(browser.connects())
        return browser

    return wait


@pytest.fixture
def listening(live: LiveHouse, sockets: list[LiveBrowser | LivePhone]) -> Callable[..., LivePhone]:
    """A phone of this user, its socket open."""

    def listen(name: str, label: str = "Pixel 9") -> LivePhone:
        phone = live.listening(live.phone(name, label))
        sockets.append(phone.connects())
        return phone

    return listen


@pytest.fixture
def comes(
    live: LiveHouse, listening: Callable[..., LivePhone], sockets: list[LiveBrowser | LivePhone]
) -> Callable[..., LiveLooker]:
    """A user with these permissions, signed in; the socket is still to be opened."""

    def come(name: str, *permissions: Permission, kind: type[LiveLooker] = LiveLooker) -> LiveLooker:
        live.operator.may(name, *permissions)
        phone, looker = listening(name), kind(live.url)
        looker.signs_in(name)
        waits = LiveBrowser(live.url)
        waits.http = looker.http
        waits.connects()
        phone.approves(phone.is_asked()["confirmation"], number=waits.hears()["number"])
        waits.hangs_up()
        looker.collects()
        assert looker.signed_in
        sockets.append(looker)
        return looker

    return come
