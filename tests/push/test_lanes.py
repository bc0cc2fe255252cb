"""A lane for each phone: one that does not answer holds up nobody else, and nothing grows without bound."""

from __future__ import annotations

from astrow2fa.adapters.push.lanes import MOST_IN_A_LANE, REMEMBERED_SECONDS, Lanes, Task
from astrow2fa.core.push import Kind, Service, Subscription, WakeUp
from astrow2fa.ports.push import Outcome, Verdict

ACCEPTED = Outcome(Verdict.ACCEPTED, 201)
LATER = Outcome(Verdict.LATER)


def task(
    phone: str, about: str = "c", kind: Kind = Kind.CONFIRMATION, until: int = 1000, start: float = 0.0
) -> Task:
    subscription = Subscription(phone, 1, Service.WEB, f"https://push.example/{phone}", "", "", "", 0)
    return Task(subscription, WakeUp(kind, about, until), start)


def names(begun: list[Task]) -> list[str]:
    return [one.device_id for one in begun]


def test_each_phone_has_one_under_way() -> None:
    lanes = Lanes()
    for about in ("one", "two"):
        lanes.add(task("a", about), 0)
    lanes.add(task("b"), 0)

    begun, _ = lanes.take(0)

    assert names(begun) == ["a", "b"]
    assert lanes.take(0) == ([], [])
    lanes.done(begun[0], ACCEPTED, 0)
    assert names(lanes.take(0)[0]) == ["a"]


def test_phones_that_never_answer_leave_the_places_of_the_others_free() -> None:
    # Given more phones that failed than there are places
    lanes = Lanes(places=4, suspect_places=1)
    for number in range(20):
        lanes.add(task(f"bad {number}"), 0)
        for one in lanes.take(0)[0]:
            lanes.done(one, LATER, 0)
    # When all of them are due again, and a good one comes after them
    lanes.add(task("good"), 10)
    begun, _ = lanes.take(10)
    # Then
    assert names(begun) == ["good", "bad 0"]
    assert lanes.waiting == 19


def test_a_lane_that_recovers_is_no_suspect_any_more() -> None:
    lanes = Lanes(places=1, suspect_places=0)
    lanes.add(task("a"), 0)
    [one], _ = lanes.take(0)
    lanes.done(one, ACCEPTED, 0)
    lanes.add(task("a"), 0)

    assert names(lanes.take(0)[0]) == ["a"]


def test_a_later_word_takes_the_place_of_an_earlier_one() -> None:
    lanes = Lanes()
    lanes.add(task("a", kind=Kind.CONFIRMATION), 0)
    lanes.add(task("a", kind=Kind.CLOSED), 0)

    [one], _ = lanes.take(0)

    assert one.wake_up.kind is Kind.CLOSED
    assert lanes.waiting == 0


def test_a_try_that_failed_gives_way_to_a_later_word() -> None:
    lanes = Lanes()
    lanes.add(task("a", kind=Kind.CONFIRMATION), 0)
    [one], _ = lanes.take(0)
    lanes.add(task("a", kind=Kind.CLOSED), 0)

    assert not lanes.done(one, LATER, 0)

    [next_one], _ = lanes.take(5)
    assert next_one.wake_up.kind is Kind.CLOSED


def test_what_is_over_is_given_up() -> None:
    lanes = Lanes()
    lanes.add(task("a", until=10, start=20), 0)

    assert lanes.take(19) == ([], [])
    begun, over = lanes.take(20)

    assert (begun, names(over)) == ([], ["a"])
    assert lanes.waiting == 0


def test_a_lane_holds_only_so_many() -> None:
    lanes = Lanes()
    kept = [lanes.add(task("a", str(number)), 0) for number in range(MOST_IN_A_LANE + 5)]

    assert kept.count(False) == 5
    assert lanes.waiting == MOST_IN_A_LANE


def test_nothing_is_left_of_lanes_that_are_done() -> None:
    # Given good ones and one that failed for good
    lanes = Lanes()
    for phone in ("a", "b"):
        lanes.add(task(phone, until=2), 0)
    for one in lanes.take(0)[0]:
        lanes.done(one, LATER if one.device_id == "b" else ACCEPTED, 1.5)
    assert set(lanes._lanes) == {"b"}
    # When
    lanes.take(1.5 + 2 + REMEMBERED_SECONDS)
    # Then
    assert lanes._lanes == {}
    assert lanes._taken == {}
