"""The same thing at two nodes at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from astrow2fa.core.confirmation import State
from tests.store.test_log_chain import unbroken
from tests.support.live import LiveBrowser, LivePhone
from tests.support.nodes import Nodes

ROUNDS = 8
Waits = Callable[..., LiveBrowser]
Listens = Callable[..., LivePhone]


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What each came to, all let go at the same moment."""
    gate = Barrier(len(deeds))

    def one(deed: Callable[[], Any]) -> Any:
        gate.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return [future.result() for future in [threads.submit(one, deed) for deed in deeds]]


def test_of_ok_and_cancel_the_cancel_stands_and_the_browser_is_not_let_in(
    nodes: Nodes, name: str, waits: Waits, listens: Listens
) -> None:
    one, other = listens(name, 0, "Pixel 9"), listens(name, 1, "iPhone")
    for _ in range(ROUNDS):
        browser = waits(name, 0)
        number = browser.hears()["number"]
        asked = [phone.is_asked()["confirmation"] for phone in (one, other)]
        # When
        ok, cancel = at_once(
            lambda asked=asked[0], number=number: one.approves(asked, number=number),
            lambda asked=asked[1]: other.denies(asked),
        )
        # Then either the OK came first and was taken back, or it was refused
        assert cancel == {"ok": True, "state": "denied"}
        assert ok in ({"ok": True, "state": "approved"}, {"ok": False, "code": "already_settled"})
        browser.collects()
        assert not browser.signed_in
    unbroken(nodes.operator)


def test_of_two_collects_of_one_browser_one_signs_in(
    nodes: Nodes, name: str, waits: Waits, listens: Listens
) -> None:
    phone = listens(name, 1)
    for _ in range(ROUNDS):
        browser = waits(name, 0)
        phone.approves(phone.is_asked()["confirmation"], number=browser.hears()["number"])
        form = {"csrf_token": browser.csrf("/login/waiting")}
        cookies = browser.http.cookies.get_dict()

        def collect(node: int, form: dict[str, str] = form, cookies: dict[str, str] = cookies) -> Any:
            tab = nodes.browser(node)
            tab.http.cookies.update(cookies)
            return tab.http.post(f"{tab.url}/login/collect", data=form, allow_redirects=False, timeout=10)

        # When
        answers = at_once(lambda: collect(0), lambda: collect(1))
        # Then
        assert [answer.status_code for answer in answers] == [303, 303]
        admitted = [answer for answer in answers if "astrow2fa=" in answer.headers.get("Set-Cookie", "")]
        assert len(admitted) == 1
    rows = nodes.operator.rows("sessions")
    mine = [
        row for row in rows if row["kind"] == "signed_in" and row["user_id"] == nodes.operator.id_of(name)
    ]
    assert len(mine) == ROUNDS


def test_two_sign_ins_at_the_same_moment_cannot_both_get_a_bare_ok(
    nodes: Nodes, name: str, waits: Waits, listens: Listens
) -> None:
    nodes.operator.set("number_matching", "off")
    phone = nodes.phone(name)
    for _ in range(ROUNDS):
        # When
        browsers = at_once(lambda: waits(name, 0), lambda: waits(name, 1))
        # Then
        with nodes.operator.parts.store.read() as work:
            pending = work.confirmations.pending_of(nodes.operator.id_of(name), work.now)
        assert [one.number_required for one in pending] == [True, True]
        for one in pending:
            said = nodes.listening(phone, 0).connects()
            assert said.approves(one.request) == {"ok": False, "code": "number_required"}
            said.hangs_up()
        for browser in browsers:
            browser.cancels()
            browser.hangs_up()
    nodes.operator.set("number_matching", "new_browsers")


def test_of_six_phones_at_two_nodes_one_is_first_and_every_chain_is_whole(
    nodes: Nodes, name: str, waits: Waits, listens: Listens
) -> None:
    # Given
    phones = [listens(name, n % 2, f"phone {n}") for n in range(6)]
    browser = waits(name, 0)
    number = browser.hears()["number"]
    asked = [phone.is_asked()["confirmation"] for phone in phones]
    # When all say OK at once
    said = at_once(
        *(lambda p=p, a=a: p.approves(a, number=number) for p, a in zip(phones, asked, strict=True))
    )
    # Then one was first
    assert sum(answer["ok"] for answer in said) == 1
    assert {answer.get("code") for answer in said if not answer["ok"]} == {"already_settled"}
    [row] = [
        row for row in nodes.operator.rows("confirmations") if row["user_id"] == nodes.operator.id_of(name)
    ]
    assert row["state"] == State.APPROVED
    unbroken(nodes.operator)
