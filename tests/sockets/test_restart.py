"""The server is killed or drained while browsers wait: the state is in the database, so nothing is lost."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.live import LiveBrowser, LiveHouse, LivePhone

Waiting = Callable[[str], LiveBrowser]
Listening = Callable[..., LivePhone]


def test_killed_while_waiting(live: LiveHouse, name: str, waiting: Waiting, listening: Listening) -> None:
    # Given a browser that waits
    phone = listening(name)
    browser = waiting(name)
    before = browser.hears()
    request = phone.is_asked()
    page = browser.http.get(f"{live.url}/login/waiting").text
    # When the server is killed without a word, and started again
    live.server.kill()
    assert browser.is_cut_off()
    assert phone.is_cut_off()
    live.server.start()
    # Then the page, the socket and the request are what they were
    again = browser.http.get(f"{live.url}/login/waiting").text
    assert before["number"] in page
    assert before["number"] in again
    assert browser.connects().hears()["number"] == before["number"]
    phone.connects()
    assert phone.is_asked() == request
    # Then the answer works
    assert phone.approves(request["confirmation"], number=before["number"])["ok"]
    assert browser.hears()["state"] == "approved"
    assert browser.collects().headers["Location"] == "/"
    assert browser.signed_in


def test_killed_between_the_answer_and_the_collect(
    live: LiveHouse, name: str, waiting: Waiting, listening: Listening
) -> None:
    # Given an acknowledged approval
    phone = listening(name)
    browser = waiting(name)
    number = browser.hears()["number"]
    request = phone.is_asked()["confirmation"]
    assert phone.approves(request, number=number) == {"ok": True, "state": "approved"}
    # When
    live.server.kill()
    live.server.start()
    # Then it stands
    assert browser.connects().hears()["state"] in ("pending", "approved")
    browser.collects()
    assert browser.signed_in
    phone.connects()
    assert phone.approves(request, number=number) == {"ok": True, "state": "collected"}


def test_a_proof_that_was_used_before_the_kill_is_still_used(live: LiveHouse, name: str) -> None:
    # Given an assertion that was used
    phone = live.phone(name)
    once = {"assertion": phone.assertion()}
    live.listening(phone).connects(once).hangs_up()
    # When
    live.server.kill()
    live.server.start()
    # Then
    assert live.listening(phone).is_refused(once) == {"message": "replayed"}


def test_sigterm_closes_sockets_and_ends_with_zero(
    live: LiveHouse, name: str, waiting: Waiting, listening: Listening
) -> None:
    # Given a browser that waits and a phone
    phone = listening(name)
    browser = waiting(name)
    number = browser.hears()["number"]
    request = phone.is_asked()["confirmation"]
    # When the operator stops the server
    code = live.server.stop()
    # Then
    assert code == 0
    assert browser.is_cut_off()
    assert phone.is_cut_off()
    # Then the next server goes on where it was
    live.server.start()
    assert browser.connects().hears()["number"] == number
    phone.connects()
    assert phone.approves(request, number=number)["ok"]
    assert browser.hears()["state"] == "approved"


def test_a_signed_in_session_survives_both(
    live: LiveHouse, name: str, waiting: Waiting, listening: Listening
) -> None:
    phone = listening(name)
    browser = waiting(name)
    phone.approves(phone.is_asked()["confirmation"], number=browser.hears()["number"])
    browser.hears()
    browser.collects()

    live.server.stop()
    live.server.start()

    assert browser.signed_in
