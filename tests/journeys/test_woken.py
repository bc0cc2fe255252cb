"""The app is closed, and a push wakes its worker: what is on the locked screen then, and what a finger does there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.chromium import Desk, Palm
from tests.support.live import LiveHouse
from tests.support.woken import Woken

ASKED = "Is this you, signing in?"
UNKNOWN = "ufBa1zb7eRYDIGO6cy5eow"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHouse]:
    """One server for this file: every test has a user of its own."""
    house = LiveHouse(tmp_path_factory.mktemp("journey"))
    yield house
    house.close()


@pytest.fixture
def who(live: LiveHouse) -> str:
    return live.newcomer()


def pending(live: LiveHouse, who: str) -> str:
    """The id of what this user was asked last."""
    mine = [row for row in live.operator.rows("confirmations") if row["user_id"] == live.operator.id_of(who)]
    return str(mine[-1]["id"])


def state(live: LiveHouse, confirmation_id: str) -> object:
    return next(row["state"] for row in live.operator.rows("confirmations") if row["id"] == confirmation_id)


def test_a_push_shows_who_signs_in_and_never_the_number(
    live: LiveHouse, desk: Desk, palm: Palm, who: str
) -> None:
    # Given a closed app, and a browser that waits
    phone = Woken(palm).app_is_closed()
    desk.signs_in(who)
    number = desk.waits()
    asked = pending(live, who)
    # When the push comes
    phone.gets("confirmation", asked)
    # Then it says who, with what, and offers Cancel and Open, but nothing that says OK
    (shown,) = phone.shows(ASKED)
    assert who.title() in shown["body"]
    assert "Chrom" in shown["body"]
    assert shown["actions"] == ["cancel", "open"]
    assert (shown["tag"], shown["silent"]) == (asked, False)
    assert number not in str(shown)


def test_cancel_on_the_notification_refuses_without_opening_the_app(
    live: LiveHouse, desk: Desk, palm: Palm, who: str
) -> None:
    # Given
    phone = Woken(palm).app_is_closed()
    desk.signs_in(who)
    desk.waits()
    asked = pending(live, who)
    phone.gets("confirmation", asked)
    phone.shows(ASKED)
    # When
    phone.presses(asked, "cancel")
    # Then
    desk.is_told("denied")
    assert state(live, asked) == "denied"
    phone.shows("Refused. Nobody was let in")


def test_no_press_on_a_notification_says_ok(
    request: pytest.FixtureRequest, live: LiveHouse, desk: Desk, palm: Palm, who: str
) -> None:
    # Given a browser that needs no number
    live.operator.set("number_matching", "off")
    request.addfinalizer(lambda: live.operator.set("number_matching", "new_browsers"))
    phone = Woken(palm).app_is_closed()
    desk.signs_in(who)
    assert desk.waits() == ""
    asked = pending(live, who)
    phone.gets("confirmation", asked)
    phone.shows(ASKED)
    # When buttons that do not exist are pressed
    for action in ("approve", "ok"):
        phone.presses(asked, action)
        phone.gets("confirmation", asked)
        phone.shows(ASKED)
    # Then
    assert state(live, asked) == "pending"


def test_open_leads_to_the_request_in_the_app(live: LiveHouse, desk: Desk, palm: Palm, who: str) -> None:
    # Given the app open behind something else, at another of its pages
    phone = Woken(palm)
    palm.page.click("#to-security")
    palm.see("#screen-security")
    desk.signs_in(who)
    desk.waits()
    asked = pending(live, who)
    phone.gets("confirmation", asked)
    phone.shows(ASKED)
    # When
    phone.presses(asked, "open")
    # Then
    palm.is_asked()
    assert palm.page.get_attribute("#screen-request", "data-confirmation") == asked


def test_a_closed_request_takes_its_notification_away(
    live: LiveHouse, desk: Desk, palm: Palm, who: str
) -> None:
    # Given
    phone = Woken(palm).app_is_closed()
    desk.signs_in(who)
    desk.waits()
    asked = pending(live, who)
    phone.gets("confirmation", asked)
    phone.shows(ASKED)
    # When it was withdrawn, and the push about it comes
    desk.page.click("#cancel button, button#cancel")
    phone.gets("closed", asked)
    # Then something true is shown for a moment, in its place, and then nothing
    phone.shows_in_passing("Nothing more to do")
    phone.shows()


def test_a_push_too_late_says_that_nothing_waits(palm: Palm) -> None:
    phone = Woken(palm).app_is_closed()
    # When
    phone.gets("confirmation", UNKNOWN)
    # Then
    (shown,) = phone.shows_in_passing("Nothing is waiting")
    assert shown["silent"]
    phone.shows()


def test_test_and_silence_are_said(palm: Palm) -> None:
    phone = Woken(palm).app_is_closed()
    phone.gets("test")
    phone.shows("Notifications work")
    phone.gets("silence")
    phone.shows("Notifications work", "Somebody has your password")


def test_pushes_that_come_together_leave_no_dead_notification(palm: Palm) -> None:
    """While one is being shown another looks for what is on the screen, and Chromium takes the first for closed."""
    # Given
    phone = Woken(palm).app_is_closed()
    # When
    closed = [f"{number:022}" for number in range(20)]
    phone.gets_at_once("closed", closed)
    # Then each is still known, and can be pressed
    assert sorted(note["tag"] for note in phone.notifications()) == sorted(closed)


def test_a_push_that_cannot_be_read_is_looked_after_all_the_same(
    live: LiveHouse, desk: Desk, palm: Palm, who: str
) -> None:
    # Given
    phone = Woken(palm).app_is_closed()
    desk.signs_in(who)
    desk.waits()
    # When
    phone.gets_text("{not json")
    # Then
    phone.shows(ASKED)
    # When it comes again, of a kind that this app is too old for
    phone.gets_text('{"v": 9, "kind": "ring"}')
    # Then there is still one, and it was not shown twice
    phone.shows(ASKED)


def test_forged_request_from_the_push_service_is_not_shown(live: LiveHouse, palm: Palm) -> None:
    """Whoever runs the push service can wake the phone, and cannot make it show anything the server did not sign."""
    phone = Woken(palm).app_is_closed()
    # When a push brings words of its own
    phone.gets_text(
        '{"v": 1, "kind": "confirmation", "id": "x", "title": "Win a prize", "confirmation": "a.b.c"}'
    )
    # Then
    shown = phone.shows_in_passing("Nothing is waiting")
    assert "prize" not in str(shown)
