"""The list of everybody's sign-ins, and the story of one: what is in them, in how many queries, from which index."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from astrow2fa.core.delivery import Mark, Step
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.policy import Mode
from astrow2fa.core.sign_ins import PAGE, Outcome, Search, SignIn, Wanted
from astrow2fa.core.sign_ins import Mark as Place
from astrow2fa.services import exemptions, sign_ins
from tests.services.acting import Desk
from tests.support.acts import says_no, says_ok
from tests.support.house import ELSEWHERE, House
from tests.support.queries import plan, queries


def found(house: House, **search: object) -> list[SignIn]:
    return list(sign_ins.listed(house.parts, Search(**search)).entries)  # type: ignore[arg-type]


def outcomes(house: House, **search: object) -> list[Outcome]:
    return [one.outcome for one in found(house, **search)]


@pytest.fixture
def eventful(house: House) -> House:
    """Bob unasked; then Always: Anna in, Anna refused, a wrong password, a name that is nobody's, Bob waiting."""
    Desk(house).types("bob")
    house.policy(Mode.ALWAYS)
    phone = house.phone("anna")
    desk = Desk(house)
    house.clock.advance(10)
    confirmation = desk.waits("anna")
    house.clock.advance(2)
    says_ok(house, phone, confirmation)
    desk.collects()
    house.clock.advance(10)
    says_no(house, phone, Desk(house, ELSEWHERE).waits("anna"), "not_me")
    house.clock.advance(10)
    Desk(house, ELSEWHERE).types("anna", "wrong")
    house.clock.advance(10)
    Desk(house, ELSEWHERE).types("nobody at all", "wrong")
    house.clock.advance(10)
    Desk(house).waits("bob")
    return house


def test_all_kinds_of_sign_ins_are_in_one_list_newest_first(eventful: House) -> None:
    assert outcomes(eventful) == [
        Outcome.WAITING,
        Outcome.PASSWORD,
        Outcome.PASSWORD,
        Outcome.DENIED,
        Outcome.SIGNED_IN,
        Outcome.UNASKED,
    ]
    assert [one.user for one in found(eventful)] == ["bob", None, "anna", "anna", "anna", "bob"]
    assert [one.reason for one in found(eventful)][1:4] == ["unknown_name", "wrong_password", "not_me"]


def test_what_waits_now_is_told_apart_and_no_longer_once_its_time_is_over(eventful: House) -> None:
    [waiting] = sign_ins.listed(eventful.parts, Search()).waiting
    assert (waiting.user, waiting.outcome) == ("bob", Outcome.WAITING)

    eventful.clock.advance(120)

    assert sign_ins.listed(eventful.parts, Search()).waiting == []
    assert outcomes(eventful)[0] is Outcome.EXPIRED


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ({"outcome": Wanted.REFUSED}, [Outcome.PASSWORD, Outcome.PASSWORD, Outcome.DENIED]),
        ({"outcome": Wanted.IN}, [Outcome.SIGNED_IN, Outcome.UNASKED]),
        ({"outcome": Outcome.WAITING}, [Outcome.WAITING]),
        ({"outcome": Outcome.EXPIRED}, []),
        ({"user": "BOB"}, [Outcome.WAITING, Outcome.UNASKED]),
        ({"user": "bo"}, []),
        ({"text": "ansen firefox"}, [Outcome.DENIED]),
        ({"text": "198.51.100.7"}, [Outcome.PASSWORD, Outcome.PASSWORD, Outcome.DENIED]),
        ({"text": "netherlands"}, [Outcome.DENIED]),
        ({"text": "%"}, []),
        ({"user": "bob", "outcome": Outcome.UNASKED}, [Outcome.UNASKED]),
    ],
)
def test_it_is_searched_and_filtered(
    eventful: House, search: dict[str, object], expected: list[Outcome]
) -> None:
    assert outcomes(eventful, **search) == expected


def test_from_and_to_are_days_both_included(eventful: House) -> None:
    today = datetime.fromtimestamp(eventful.clock.now(), UTC).date()
    eventful.clock.advance(86_400)
    Desk(eventful).types("dora", "wrong")
    tomorrow = datetime.fromtimestamp(eventful.clock.now(), UTC).date()

    assert len(found(eventful)) == 7
    assert [one.user for one in found(eventful, since=tomorrow)][:1] == ["dora"]
    assert "dora" not in [one.user for one in found(eventful, until=today)]


def test_pages_follow_each_other_without_a_gap_or_a_repeat(house: House) -> None:
    # Given more than two pages, many of one second
    for n in range(2 * PAGE + 7):
        if n % 10 == 0:
            house.clock.advance(1)
        Desk(house).types("bob" if n % 3 else "anna", "wrong" if n % 2 else "correct Horse-7 battery")
    seen: list[str] = []
    mark: Place | None = None
    while True:
        page = sign_ins.listed(house.parts, Search(after=mark))
        seen += [one.id for one in page.entries]
        if not page.more:
            break
        mark = Place.read(str(page.entries[-1].mark))
        assert mark == page.entries[-1].mark

    assert len(seen) == len(set(seen)) == 2 * PAGE + 7


@pytest.mark.parametrize("text", ["", "x", "1_", "_a", "1e9_a", "1_a'b", "-1_a", "1" * 400 + "_a"])
def test_what_is_no_mark_is_none(text: str) -> None:
    assert Place.read(text) is None


def test_two_queries_make_a_page_and_no_table_is_read_to_its_end(eventful: House) -> None:
    with queries(eventful) as said:
        sign_ins.listed(eventful.parts, Search())
    assert len(said) == 2
    steps = plan(eventful, said)

    read = [step for step in steps if step.startswith("SCAN ") and "anon" not in step]
    assert read, steps
    assert [step for step in read if "USING INDEX" not in step] == []


def test_the_story_says_who_when_where_which_phone_and_how_long_each_step_took(eventful: House) -> None:
    [entry] = found(eventful, outcome=Outcome.SIGNED_IN)

    story = sign_ins.story(eventful.parts, entry.id)

    assert story is not None
    assert story.policy == "always"
    assert [phone.name for phone in story.phones] == ["Pixel 9"]
    assert story.answered_by is not None
    assert story.answered_by.name == "Pixel 9"
    assert story.session is not None
    assert [step.what.tag for step in story.steps if isinstance(step.what, Fact)] == [
        Tag.CONFIRMATION_ASKED,
        Tag.CONFIRMATION_APPROVED,
        Tag.CONFIRMATION_COLLECTED,
        Tag.SIGNED_IN,
    ]
    assert [step.after_ms for step in story.steps] == [0, 2000, 0, 0]
    assert story.steps[1].phone == "Pixel 9"


def test_one_that_was_let_in_unasked_has_a_story_too(eventful: House) -> None:
    [entry] = found(eventful, outcome=Outcome.UNASKED)

    story = sign_ins.story(eventful.parts, entry.id)

    assert story is not None
    assert (story.confirmation, story.policy) == (None, "off")
    assert [step.what.tag for step in story.steps if isinstance(step.what, Fact)] == [Tag.SIGNED_IN]


def test_an_exempted_one_is_called_so(house: House) -> None:
    house.policy(Mode.ALWAYS)
    desk = Desk(house)
    desk.waits("dora")
    code = exemptions.issue(house.parts, "dora", "phone lost").code
    assert desk.session is not None
    exemptions.use(house.parts, desk.session, desk.cookie, code, desk.client)

    assert outcomes(house, user="dora") == [Outcome.EXEMPTED]
    assert outcomes(house, outcome=Wanted.IN) == [Outcome.EXEMPTED]


def test_a_confirmation_that_is_no_sign_in_is_not_in_the_list(eventful: House) -> None:
    assert sign_ins.story(eventful.parts, "unheard-of") is None
    with eventful.parts.store.write() as work:
        work._connection.exec_driver_sql("UPDATE confirmations SET purpose = 'pair'")  # type: ignore[attr-defined]

    assert Outcome.SIGNED_IN not in outcomes(eventful)


def test_the_story_tells_how_far_the_request_came(eventful: House) -> None:
    [entry] = found(eventful, outcome=Outcome.SIGNED_IN)
    asked = entry.at
    with eventful.parts.store.write() as work:
        phone = eventful.rows("phones")[0]["id"]
        work.marks.add(
            [
                Mark(entry.id, Step.SENT, asked + 0.005, str(phone), "push"),
                Mark(entry.id, Step.SHOWN, asked + 1.25, str(phone)),
                Mark(entry.id, Step.ANSWERED, asked + 2.0, str(phone), "approved"),
            ]
        )

    story = sign_ins.story(eventful.parts, entry.id)

    assert story is not None
    way = [(step.what.step, step.phone) for step in story.steps if not isinstance(step.what, Fact)]
    assert way[:2] == [(Step.SENT, "Pixel 9"), (Step.SHOWN, "Pixel 9")]
    assert Step.ANSWERED not in [step for step, _ in way]
    assert sum(step.after_ms for step in story.steps) == pytest.approx(2000, abs=5)
