"""One part fails while browsers wait: what they get meanwhile, and that it is all there afterwards."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psycopg
import pytest
import requests

from astrow2fa.services import accounts
from astrow2fa.services.accounts import NewUser
from astrow2fa.services.tokens import token_hash
from tests.support.house import PASSWORD
from tests.support.live import LiveBrowser, LivePhone
from tests.support.nodes import Nodes
from tests.support.phone import RobotPhone
from tests.support.tied import PATIENCE, comes_true

MANY = 50
Waits = Callable[..., LiveBrowser]
Listens = Callable[..., LivePhone]

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def approved(listens: Listens) -> Callable[[LivePhone, LiveBrowser], None]:
    """Says OK to what the browser waits for, and the browser hears it."""

    def approve(phone: LivePhone, browser: LiveBrowser) -> None:
        said = phone.approves(phone.is_asked()["confirmation"], number=browser.hears()["number"])
        assert said == {"ok": True, "state": "approved"}
        assert browser.hears()["state"] == "approved"

    return approve


def test_without_redis_the_other_node_tells_a_second_later_and_with_it_again_at_once(
    nodes: Nodes, name: str, waits: Waits, listens: Listens, approved: Callable[..., None]
) -> None:
    # Given
    phone, browser = listens(name, 1), waits(name, 0)
    nodes.redis.stop()
    # When, Then: sign-in goes on, and the answer arrives by the log
    approved(phone, browser)
    assert browser.collects().status_code == 303
    again = waits(name, 0)
    approved(phone, again)
    # And it is taken up again by itself
    nodes.redis.start()
    approved(phone, waits(name, 0))


def test_while_the_database_is_started_again_sockets_live_on_and_then_everything_works(
    nodes: Nodes, name: str, waits: Waits, listens: Listens
) -> None:
    # Given
    phone, browser = listens(name, 1), waits(name, 0)
    number, asked = browser.hears()["number"], phone.is_asked()["confirmation"]
    # When
    nodes.postgres.stop("immediate")
    # Then each says so, and decides nothing
    assert [nodes.ready(0), nodes.ready(1)] == [503, 503]
    assert phone.approves(asked, number=number)["ok"] is False
    assert nodes.browser(0).http.get(f"{nodes.at(0)}/healthz", timeout=10).status_code == 200
    # And afterwards the same sockets go on
    nodes.postgres.start()
    comes_true(lambda: nodes.ready(0) == nodes.ready(1) == 200)
    assert phone.approves(asked, number=number) == {"ok": True, "state": "approved"}
    assert browser.hears()["state"] == "approved"
    assert browser.collects().status_code == 303


def test_while_no_packet_comes_from_the_database_nodes_live_and_then_the_same_sockets_go_on(
    nodes: Nodes, name: str, waits: Waits, listens: Listens
) -> None:
    # Given
    phone, browser = listens(name, 1), waits(name, 0)
    number, asked = browser.hears()["number"], phone.is_asked()["confirmation"]
    with nodes.postgres.paused(), ThreadPoolExecutor(1) as threads:
        # When a phone answers meanwhile, nothing is decided, and the loops go on
        said = threads.submit(lambda: phone.approves(asked, number=number))
        for node in (0, 1):
            assert requests.get(f"{nodes.at(node)}/healthz", timeout=10).status_code == 200
        assert not said.done()
        assert browser.heard.empty()
        for process in nodes.postgres.processes:
            os.kill(process, signal.SIGCONT)
        # Then the answer counts as soon as the database has it
        assert said.result(PATIENCE) == {"ok": True, "state": "approved"}
    assert browser.hears()["state"] == "approved"
    assert browser.collects().status_code == 303


def test_a_query_of_a_second_delays_nobody_else(
    nodes: Nodes, name: str, waits: Waits, listens: Listens, approved: Callable[..., None]
) -> None:
    # Given somebody's account is locked by a transaction that takes its time, so that their sign-in waits for it
    slow = f"slow-{name}"
    accounts.create(nodes.operator.parts, NewUser(slow, PASSWORD, slow, mobile=("ess",)))
    phone, browser = listens(name, 0), waits(name, 0)
    with psycopg.connect(nodes.postgres.url(nodes.database)) as connection, ThreadPoolExecutor(1) as threads:
        connection.execute("SELECT 1 FROM users WHERE name = %s FOR UPDATE", (slow,))
        held_up = threads.submit(lambda: nodes.browser(0).signs_in(slow))
        comes_true(lambda: _waits_for_a_lock(nodes))
        # When, Then
        approved(phone, browser)
        assert not held_up.done(), held_up.result().text
        assert browser.collects().status_code == 303
        connection.rollback()
        # (Which the database itself ends after two seconds.)
        assert held_up.result(PATIENCE).status_code in (303, 503)


def _waits_for_a_lock(nodes: Nodes) -> bool:
    with psycopg.connect(nodes.postgres.url()) as connection:
        found = connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
    return found is not None and found[0] > 0


def test_a_killed_nodes_browsers_get_their_answers_at_the_other(
    nodes: Nodes, numbers: Iterator[int], waits: Waits, listens: Listens
) -> None:
    # Given many wait at one node, and say OK as it dies
    names = [f"many-{next(numbers)}" for _ in range(MANY)]
    for one in names:
        accounts.create(nodes.operator.parts, NewUser(one, PASSWORD, one, mobile=("ess",)))
    phones = [listens(one, 1) for one in names]
    browsers = [waits(one, 0) for one in names]
    shown = [browser.hears()["number"] for browser in browsers]
    asked = [phone.is_asked()["confirmation"] for phone in phones]
    half = MANY // 2
    for n in range(half):
        assert phones[n].approves(asked[n], number=shown[n])["ok"]
    nodes.servers[0].kill()
    for n in range(half, MANY):
        assert phones[n].approves(asked[n], number=shown[n])["ok"]
    # When each comes back, as a page does, to the node that is left (and goes on at once: it has half a minute)
    heard, collected = [], []
    for browser in browsers:
        assert browser.is_cut_off()
        while not browser.heard.empty():
            browser.heard.get()
        browser.url = nodes.at(1)
        browser.connects()
        heard.append(browser.hears()["state"])
        collected.append(browser.collects().status_code)
    # Then none is lost
    assert heard == ["approved"] * MANY
    assert collected == [303] * MANY
    assert all(browser.signed_in for browser in browsers)
    nodes.servers[0].start()


def test_a_rolling_restart_loses_doubles_and_admits_nobody(
    nodes: Nodes, name: str, waits: Waits, listens: Listens
) -> None:
    # Given sign-ins that come one after another through nginx, each with its answer
    phone = nodes.phone(name)
    stop = threading.Event()
    outcomes: list[str] = []

    def stream() -> None:
        while not stop.is_set():
            outcomes.append(_signs_in(nodes, name, phone))

    with ThreadPoolExecutor(1) as threads:
        streaming = threads.submit(stream)
        # When
        for server in nodes.servers:
            _goes_on(outcomes)
            assert server.stop() == 0
            server.start()
        _goes_on(outcomes)
        stop.set()
        streaming.result(60)
    # Then whoever began got in, and for each there is one session
    assert set(outcomes) == {"in"}
    user = nodes.operator.id_of(name)
    sessions = [row for row in nodes.operator.rows("sessions") if row["user_id"] == user]
    mine = [row["confirmation_id"] for row in sessions if row["kind"] == "signed_in"]
    assert len(mine) == len(set(mine)) == len(outcomes)


def _goes_on(outcomes: list[str]) -> None:
    before = len(outcomes)
    comes_true(lambda: len(outcomes) > before + 2)


def _signs_in(nodes: Nodes, name: str, phone: RobotPhone) -> str:
    """All the way through nginx, over HTTP alone; what was not answered because a node went away is asked again."""
    browser = nodes.browser()
    _in_the_end(lambda: browser.signs_in(name).status_code == 303)
    with nodes.operator.parts.store.read() as work:
        session = work.sessions.by_token(token_hash(browser.http.cookies["astrow2fa"]))
        assert session is not None
        asked = work.confirmations.of_session(session.id)
    assert asked is not None
    decision = phone.decision(asked, number=asked.number)
    path = f"{nodes.url}/mobile/api/v1/confirmations/{asked.id}/decision"
    headers = {"Content-Type": "application/jose"}
    _in_the_end(
        lambda: browser.http.post(path, data=decision, headers=headers, timeout=10).status_code == 200
    )
    _in_the_end(lambda: browser.signed_in or browser.collects().status_code == 303)
    return "in" if browser.signed_in else "out"


def _in_the_end(what: Callable[[], bool]) -> None:
    """Tries until it is so; a page that did not come (nginx found nobody) is no answer."""

    def tries() -> bool:
        with suppress(AssertionError, requests.RequestException):
            return what()
        return False

    comes_true(tries)
