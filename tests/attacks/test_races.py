"""Everything at the same moment, over real HTTP, on both databases: each ends once, in one way, and all agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import requests

from astrow2fa.services.pairing import issue_code
from tests.support.api import API
from tests.support.databases import POSTGRESQL, SQLITE
from tests.support.house import DATABASE
from tests.support.live import PATIENCE, LiveBrowser, LiveHouse
from tests.support.phone import RobotPhone, payload_of
from tests.support.postgres import Postgres

ROUNDS = 6


@pytest.fixture(scope="module", params=[SQLITE, POSTGRESQL])
def live(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgres: Postgres
) -> Iterator[LiveHouse]:
    folder = tmp_path_factory.mktemp("races")
    if request.param == POSTGRESQL:
        (folder / DATABASE).write_text(postgres.url(postgres.database()))
    house = LiveHouse(folder)
    yield house
    house.close()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each of them returned, all begun together."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        barrier.wait(PATIENCE)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def decides(
    live: LiveHouse, phone: RobotPhone, request: str, decision: str, number: object
) -> Callable[[], int]:
    """The status of that answer, signed beforehand."""
    identity = payload_of(request)["jti"]
    signed = phone.decision(request, decision, number=number if decision == "approve" else None)
    url = f"{live.url}{API}/confirmations/{identity}/decision"
    return lambda: requests.post(url, data=signed, timeout=PATIENCE).status_code


def waits(live: LiveHouse, name: str) -> tuple[LiveBrowser, dict[str, Any]]:
    """A browser that waits, and its row."""
    browser = live.browser()
    assert browser.signs_in(name).headers["Location"] == "/login/waiting"
    [row] = [
        row
        for row in live.operator.rows("confirmations")
        if row["state"] == "pending" and row["user_id"] == live.operator.id_of(name)
    ]
    return browser, row


def moves(live: LiveHouse, row: dict[str, Any]) -> list[str]:
    """What the log says became of it, in order."""
    return [
        str(entry["tag"]).rpartition(":")[2]
        for entry in live.operator.rows("log")
        if entry["confirmation_id"] == row["id"] and ":confirmation:" in str(entry["tag"])
    ]


def state(live: LiveHouse, row: dict[str, Any]) -> str:
    [found] = [r["state"] for r in live.operator.rows("confirmations") if r["id"] == row["id"]]
    return str(found)


def collects(browser: LiveBrowser, token: str) -> Callable[[], int]:
    """Posts the ready form with the cookies of now; the status."""
    cookies = {c.name: c.value or "" for c in browser.http.cookies}
    url = browser.url + "/login/collect"
    return lambda: (
        requests.post(
            url, data={"csrf_token": token}, cookies=cookies, allow_redirects=False, timeout=PATIENCE
        ).status_code
    )


def test_ok_against_cancel_from_two_phones(live: LiveHouse) -> None:
    name = live.newcomer()
    one, two = live.phone(name), live.phone(name, "Tablet")
    for _ in range(ROUNDS):
        browser, row = waits(live, name)
        # When both answer at once
        approved, denied = at_once(
            decides(live, one, row["request"], "approve", row["number"]),
            decides(live, two, row["request"], "deny", None),
        )
        # Then the Cancel stands, whoever was first
        assert denied == 200
        assert approved in (200, 409)
        assert state(live, row) == "denied"
        assert moves(live, row) == ["asked", *(["approved"] if approved == 200 else []), "denied"]
        browser.collects()
        assert not browser.signed_in


def test_two_oks_from_two_phones(live: LiveHouse) -> None:
    name = live.newcomer()
    one, two = live.phone(name), live.phone(name, "Tablet")
    for _ in range(ROUNDS):
        browser, row = waits(live, name)
        answers = at_once(
            *(decides(live, phone, row["request"], "approve", row["number"]) for phone in (one, two))
        )
        assert sorted(answers) == [200, 409]
        assert moves(live, row) == ["asked", "approved"]
        browser.cancels()


def test_the_same_ok_many_times(live: LiveHouse) -> None:
    name = live.newcomer()
    phone = live.phone(name)
    browser, row = waits(live, name)
    once = decides(live, phone, row["request"], "approve", row["number"])
    assert at_once(*[once] * 8) == [200] * 8
    assert moves(live, row) == ["asked", "approved"]
    browser.cancels()


def test_collect_against_collect(live: LiveHouse) -> None:
    name = live.newcomer()
    phone = live.phone(name)
    for _ in range(ROUNDS):
        browser, row = waits(live, name)
        token = browser.csrf("/login/waiting")
        decides(live, phone, row["request"], "approve", row["number"])()
        before = len(live.operator.rows("sessions"))
        # When four tabs collect at once
        answers = at_once(*[collects(browser, token)] * 4)
        # Then one session came of it
        assert answers == [303] * 4
        assert len(live.operator.rows("sessions")) == before + 1
        assert moves(live, row) == ["asked", "approved", "collected"]


def test_collect_against_cancel_on_the_phone(live: LiveHouse) -> None:
    name = live.newcomer()
    phone = live.phone(name)
    for _ in range(ROUNDS):
        browser, row = waits(live, name)
        token = browser.csrf("/login/waiting")
        decides(live, phone, row["request"], "approve", row["number"])()
        _, denied = at_once(collects(browser, token), decides(live, phone, row["request"], "deny", None))
        # Then it is one of the two, and the answers agree
        ended = state(live, row)
        assert (ended, denied) in (("denied", 200), ("collected", 409))
        assert moves(live, row) == ["asked", "approved", ended]


def test_cancel_in_the_browser_against_ok(live: LiveHouse) -> None:
    name = live.newcomer()
    phone = live.phone(name)
    for _ in range(ROUNDS):
        browser, row = waits(live, name)
        token = browser.csrf("/login/waiting")
        cookies = {c.name: c.value or "" for c in browser.http.cookies}

        def cancel(token: str = token, cookies: dict[str, str] = cookies) -> int:
            return requests.post(
                f"{live.url}/login/cancel",
                data={"csrf_token": token},
                cookies=cookies,
                allow_redirects=False,
                timeout=PATIENCE,
            ).status_code

        cancelled, approved = at_once(cancel, decides(live, phone, row["request"], "approve", row["number"]))
        assert cancelled == 303
        assert approved in (200, 409)
        assert state(live, row) == "cancelled"


def test_an_ok_without_number_against_a_second_sign_in(live: LiveHouse) -> None:
    # Given a house without numbers
    live.operator.set("number_matching", "off")
    name = live.newcomer()
    phone = live.phone(name)
    for _ in range(ROUNDS):
        browser, row = waits(live, name)
        assert row["number"] is None
        thief = live.browser()
        token = thief.csrf("/login")
        # When a thief signs in at the very moment of the OK
        approved, _ = at_once(
            decides(live, phone, row["request"], "approve", None),
            lambda thief=thief, token=token: thief.http.post(
                f"{live.url}/login",
                data={"csrf_token": token, "username": name, "password": "correct Horse-7 battery"},
                allow_redirects=False,
                timeout=PATIENCE,
            ),
        )
        # Then it was approved before he came, or the number is needed; never him
        assert (approved, state(live, row)) in ((200, "approved"), (422, "pending"))
        thief.collects()
        assert not thief.signed_in
        thief.cancels()
        browser.cancels()
    live.operator.set("number_matching", "new_browsers")


def test_many_sign_ins_at_once_take_three_places(live: LiveHouse) -> None:
    name = live.newcomer()
    live.phone(name)
    browsers = [live.browser() for _ in range(7)]
    tokens = [browser.csrf("/login") for browser in browsers]

    def sign_in(browser: LiveBrowser, token: str) -> Callable[[], int]:
        data = {"csrf_token": token, "username": name, "password": "correct Horse-7 battery"}
        url = f"{live.url}/login"
        return lambda: browser.http.post(url, data=data, allow_redirects=False, timeout=PATIENCE).status_code

    answers = at_once(*(sign_in(*pair) for pair in zip(browsers, tokens, strict=True)))

    assert sorted(answers) == [303] * 3 + [429] * 4
    rows = [r for r in live.operator.rows("confirmations") if r["user_id"] == live.operator.id_of(name)]
    assert [row["state"] for row in rows] == ["pending"] * 3
    assert all(row["number_required"] for row in rows)


def test_one_pairing_code_for_many_phones(live: LiveHouse) -> None:
    # Given one link, and many who have it
    name = live.newcomer()
    code = issue_code(live.parts, live.operator.id_of(name), "operator").link
    bodies = [
        {
            "code": code,
            "public_key": dict(live.parts.signatures.new_key().public),
            "name": f"Phone {n}",
            "platform": "robot",
            "storage": "persisted",
        }
        for n in range(6)
    ]
    answers = at_once(
        *(
            lambda body=body: requests.post(f"{live.url}{API}/pair", json=body, timeout=PATIENCE).status_code
            for body in bodies
        )
    )
    # Then it works once
    assert sorted(answers) == [201] + [401] * 5


def test_one_proof_many_times(live: LiveHouse) -> None:
    phone = live.phone(live.newcomer())
    headers = {"Authorization": f"Bearer {phone.proof('GET', API + '/me')}"}

    def call() -> int:
        return requests.get(f"{live.url}{API}/me", headers=headers, timeout=PATIENCE).status_code

    assert sorted(at_once(*[call] * 8)) == [200] + [401] * 7
