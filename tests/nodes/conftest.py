"""Two nodes for all of it; tests are kept apart by users of their own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from astrow2fa.services import accounts
from astrow2fa.services.accounts import NewUser
from tests.support.house import PASSWORD
from tests.support.live import LiveBrowser, LivePhone
from tests.support.nodes import Nodes
from tests.support.postgres import Postgres


@pytest.fixture(scope="package")
def nodes(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    made = Nodes(tmp_path_factory.mktemp("nodes"), postgres)
    yield made
    made.end()


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    return itertools.count(1)


@pytest.fixture
def name(nodes: Nodes, numbers: Iterator[int]) -> str:
    """Somebody whom no other test knows."""
    found = f"newcomer-{next(numbers)}"
    accounts.create(nodes.operator.parts, NewUser(found, PASSWORD, found.title(), mobile=("ess",)))
    return found


@pytest.fixture
def sockets() -> Iterator[list[LiveBrowser | LivePhone]]:
    """Whoever is in here hangs up at the end."""
    held: list[LiveBrowser | LivePhone] = []
    yield held
    for one in held:
        with suppress(Exception):
            one.hangs_up()


@pytest.fixture
def waits(nodes: Nodes, sockets: list[LiveBrowser | LivePhone]) -> Callable[..., LiveBrowser]:
    """A browser that waits at one node, its socket open."""

    def wait(name: str, node: int | None = 0) -> LiveBrowser:
        browser = nodes.browser(node)
        answer = browser.signs_in(name)
        assert (answer.status_code, answer.headers.get("Location")) == (303, "/login/waiting")
        sockets.append(browser.connects())
        return browser

    return wait


@pytest.fixture
def listens(nodes: Nodes, sockets: list[LiveBrowser | LivePhone]) -> Callable[..., LivePhone]:
    """A phone of this user at one node, its socket open."""

    def listen(name: str, node: int | None = 1, label: str = "Pixel 9") -> LivePhone:
        phone = nodes.listening(nodes.phone(name, label), node)
        sockets.append(phone.connects())
        return phone

    return listen
