"""What the process before this one left: who still waits is looked after, a few at a time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from astrow2fa import runtime
from astrow2fa.adapters.push import lanes, left_behind, queue
from astrow2fa.adapters.push.queue import PushQueue
from astrow2fa.core.confirmation import Confirmation
from astrow2fa.core.delivery import Mark, Step
from astrow2fa.ports.store import Unavailable
from astrow2fa.store.push import SqlMarks
from tests.push.conftest import Street
from tests.support.acts import asked, says_ok
from tests.support.browser import RobotBrowser


@pytest.fixture
def street(street: Street, monkeypatch: pytest.MonkeyPatch) -> Street:
    """Each confirmation is a piece of its own."""
    for module in (queue, left_behind):
        monkeypatch.setattr(module, "PIECE", 1)
    return street


def both_sign_in(street: Street) -> tuple[Confirmation, Confirmation]:
    """Anna and then Charlie, each in a browser of their own."""
    for name in ("anna", "charlie"):
        RobotBrowser(street.house.app).signs_in(name)
        street.house.clock.advance(1)
    return asked(street.house, "anna"), asked(street.house, "charlie")


def begins_anew(street: Street) -> None:
    """The queue forgets all, as at the end of its process, and begins anew."""
    push = street.house.parts.push
    assert isinstance(push, PushQueue)
    push._notes.clear()
    push._told.clear()
    push._left_behind.begin()


def meanwhile(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    """The first time that others have a turn, this happens."""
    turns = iter([do])
    monkeypatch.setattr(runtime, "sleep", lambda _: next(turns, lambda: None)())


def test_who_still_waits_is_woken(street: Street) -> None:
    # Given two who wait, and a process that ended before it woke anybody
    street.phone()
    street.phone("charlie", "/wake/charlie")
    both_sign_in(street)
    begins_anew(street)
    # When the next one begins
    street.works()
    # Then
    assert {pushed.path for pushed in street.service.all} == {"/wake/one", "/wake/charlie"}


def test_who_is_answered_while_others_are_taken_up_is_not_woken(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    phone = street.phone("charlie", "/wake/charlie").robot
    street.phone()
    _, charlies = both_sign_in(street)
    begins_anew(street)
    # When Charlie says OK before it is his turn
    meanwhile(monkeypatch, lambda: says_ok(street.house, phone, charlies))
    street.works()
    # Then
    assert {pushed.path for pushed in street.service.all} == {"/wake/one"}


def test_who_is_seen_while_others_are_looked_up_is_not_called_unreached(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given two whose phones have not been heard of
    for name in ("anna", "charlie"):
        street.house.phone(name)
    first, second = both_sign_in(street)
    street.works()
    push = street.house.parts.push
    # When the second one's phone is heard of while the first one is looked up
    meanwhile(monkeypatch, lambda: push.seen(second.id, "a phone"))
    street.passes(queue.UNREACHED_SECONDS)
    # Then
    with street.house.parts.store.read() as work:
        steps = {one.id: {mark.step for mark in work.marks.of(one.id)} for one in (first, second)}
    assert Step.UNREACHED in steps[first.id]
    assert Step.UNREACHED not in steps[second.id]


def test_a_phone_that_shows_it_already_is_not_woken(street: Street) -> None:
    # Given a phone that fetched the request over its own connection before the process ended
    phone = street.phone().robot
    street.phone("charlie", "/wake/charlie")
    annas, _ = both_sign_in(street)
    street.house.parts.trace.note(annas.id, Step.SHOWN, device_id=phone.id)
    street.house.parts.trace.flush()
    begins_anew(street)
    # When
    street.works()
    # Then
    assert {pushed.path for pushed in street.service.all} == {"/wake/charlie"}


def test_without_a_database_the_rest_waits_until_there_is_one(
    street: Street, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # Given two who wait, and a database that goes away after the first one
    street.phone()
    street.phone("charlie", "/wake/charlie")
    both_sign_in(street)
    begins_anew(street)
    store, reads = street.house.parts.store, street.house.parts.store.read

    def gone() -> None:
        raise Unavailable("gone")

    meanwhile(monkeypatch, lambda: monkeypatch.setattr(store, "read", gone))
    street.works()
    assert "who is reached is not known for now" in caplog.text
    # When it is back
    monkeypatch.setattr(store, "read", reads)
    street.works()
    woken = street.passes(lanes.FIRST_PAUSE)
    # Then nobody was forgotten, and nobody woken twice
    assert sorted(pushed.path for pushed in woken) == ["/wake/charlie", "/wake/one"]


def test_one_that_cannot_be_looked_up_holds_up_nobody_else(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given two who wait, and something wrong with what is known of Anna's
    street.phone()
    street.phone("charlie", "/wake/charlie")
    annas, _ = both_sign_in(street)
    begins_anew(street)
    reads = SqlMarks.of

    def of(marks: SqlMarks, confirmation_id: str) -> list[Mark]:
        if confirmation_id == annas.id:
            raise RuntimeError("a mistake of ours")
        return reads(marks, confirmation_id)

    monkeypatch.setattr(SqlMarks, "of", of)
    # When it is noticed, and the queue goes on
    with pytest.raises(RuntimeError):
        street.works()
    street.works()
    # Then
    assert {pushed.path for pushed in street.service.all} == {"/wake/charlie"}
