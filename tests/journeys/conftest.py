"""A real server, and a real browser, for the journeys of one file."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from astrow2fa.services.pairing import issue_code
from tests.support.chromium import STILL, Desk, Motion, Palm, Person, chromium
from tests.support.live import LiveHouse
from tests.support.site import Site

Link = Callable[[str], str]


@pytest.fixture(scope="session")
def machine() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHouse]:
    house = LiveHouse(tmp_path_factory.mktemp("journey"))
    yield house
    house.close()


@pytest.fixture
def link(live: LiveHouse) -> Link:
    """A pairing link of the operator's, for a user."""

    def make(username: str) -> str:
        issued = issue_code(live.parts, live.operator.id_of(username), "operator")
        return f"{live.url}/mobile/#pair={issued.link}&key={live.parts.server_key.kid}"

    return make


@pytest.fixture
def motion() -> Motion:
    """Whether what moves does; a file that has to show it with motion says so."""
    return STILL


@pytest.fixture
def people(machine: Browser, live: LiveHouse, motion: Motion) -> Iterator[Callable[..., Person]]:
    """Makes people at machines of their own, and sees them off.

    A console that complained fails the journey, and so does a server that wrote a secret of theirs on its output.
    """
    present: list[Person] = []

    def make(kind: type[Person], **options: object) -> Person:
        person = kind(machine, live.url, **{"motion": motion, **options})  # type: ignore[arg-type]
        present.append(person)
        return person

    yield make
    for person in present:
        person.leaves()
    written = live.server.output()
    for person in present:
        assert person.overheard.found_in(written) == {}


@pytest.fixture
def desk(people: Callable[..., Person]) -> Desk:
    person = people(Desk)
    assert isinstance(person, Desk)
    return person


@pytest.fixture
def who() -> str:
    """Whose phone it is; a file whose tests share a server has somebody new for each."""
    return "anna"


@pytest.fixture
def palm(people: Callable[..., Person], link: Link, who: str) -> Palm:
    """The phone of `who`, paired."""
    person = people(Palm)
    assert isinstance(person, Palm)
    person.pairs(link(who))
    return person


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    live = LiveHouse(tmp_path_factory.mktemp("journey"), ASTROW2FA_DEVELOPMENT="yes")
    yield Site(live)
    live.close()


@pytest.fixture(scope="module")
def anna(site: Site, machine: Browser) -> Iterator[Desk]:
    """An administrator, signed in with her password a moment ago."""
    desk = Desk(machine, site.live.url)
    desk.signs_in("anna")
    desk.is_in()
    yield desk
    desk.leaves()
