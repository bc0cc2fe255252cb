"""What a push service answers, and what becomes of it: 201, 404, 410, 413, 429, 500, a redirect, never."""

from __future__ import annotations

import pytest

from astrow2fa.adapters.push import network
from astrow2fa.core.delivery import Step
from astrow2fa.services.trace import story
from tests.push.conftest import Street


def failures(street: Street) -> list[str]:
    """What stood against waking a phone for what Anna is asked, without the service's name."""
    told = story(street.house.parts, street.asked.id)
    return [step.how.partition(" ")[2] for step in told if step.step is Step.FAILED]


def places(street: Street) -> list[str]:
    """Where phones can be woken."""
    return [str(row["endpoint"]).rpartition("/")[2] for row in street.house.rows("push_subscriptions")]


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_is_gone_is_dropped(street: Street, status: int) -> None:
    street.phone()
    street.phone(path="/wake/two", label="Tablet")
    street.answers(status)

    street.asks()

    assert places(street) == ["two"]
    assert "server:push:gone" in street.house.log()
    assert failures(street) == [f"{status} the subscription is gone"]


def test_a_phone_that_subscribed_anew_meanwhile_keeps_its_new_place(street: Street) -> None:
    phone = street.phone(path="/wake/new")
    with street.house.parts.store.write() as work:
        dropped = work.subscriptions.drop(phone.robot.id, street.service.phone("/wake/old").endpoint)

    assert not dropped
    assert places(street) == ["new"]


@pytest.mark.parametrize("status", [400, 401, 403, 413])
def test_what_is_refused_is_not_tried_again_and_the_subscription_stays(street: Street, status: int) -> None:
    street.phone()
    street.answers(status)

    tries = [len(street.asks()), *(len(street.passes(30)) for _ in range(3))]

    assert tries == [1, 0, 0, 0]
    assert places(street) == ["one"]
    failed = [row["how"] for row in street.house.rows("marks") if row["step"] == "failed"]
    assert failed == [f"127.0.0.1:{street.service.port} {status} refused"]


def test_a_redirect_is_not_followed(street: Street) -> None:
    street.phone()
    street.answers(307, Location=f"http://127.0.0.1:{street.service.port}/elsewhere")

    assert [pushed.path for pushed in street.asks()] == ["/wake/one"]

    assert failures(street) == ["307 a redirect"]


def test_a_service_in_trouble_is_tried_again_later_each_time(street: Street) -> None:
    street.phone()
    street.answers(500)

    tries = [len(street.asks()), *(len(street.passes(1)) for _ in range(31))]

    assert [second for second, tried in enumerate(tries) if tried] == [0, 1, 3, 7, 15, 31]


def test_a_service_that_recovers_gets_it(street: Street) -> None:
    phone = street.phone()
    street.answers(503)
    street.asks()
    street.answers(201)

    [pushed] = street.passes(2)

    assert phone.push.reads(pushed)["kind"] == "confirmation"
    assert failures(street) == []


def test_a_service_that_names_a_time_is_given_it(street: Street) -> None:
    street.phone()
    street.answers(429, Retry_After="40")

    assert [len(street.asks()), len(street.passes(39)), len(street.passes(2))] == [1, 0, 1]


def test_nothing_is_tried_beyond_the_life_of_the_question(street: Street) -> None:
    street.phone()
    street.answers(429, Retry_After="300")
    assert len(street.asks()) == 1
    told = failures(street)

    assert street.passes(301) == []

    assert told == ["429 not now"]


def test_a_service_that_never_answers_is_left_after_a_while(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    street.phone()
    street.service.silent.add("/wake/one")
    # When
    with monkeypatch.context() as patch:
        patch.setattr(network, "ANSWER_SECONDS", 1.5)
        assert len(street.asks()) == 1
    # Then it may have arrived, so the phone is told when it is over
    street.service.silent.clear()
    street.withdraws()
    [closing] = street.passes(5)
    assert closing.path == "/wake/one"


def test_a_service_that_is_not_there(street: Street) -> None:
    street.phone()
    street.service.server.shutdown()  # first: a socket that somebody waits on stays open for as long
    street.service.server.server_close()

    response = street.browser.signs_in("anna")
    street.works()

    assert response.status_code == 303
    [report] = street.house.parts.push.reports()
    assert report.last is not None
    assert report.last.why.startswith("not reached")


def test_the_reports_count_by_service(street: Street) -> None:
    street.phone()
    street.phone(path="/wake/two", label="Tablet")
    street.answers(410, "/wake/two")
    street.asks()

    [report] = street.house.parts.push.reports()

    assert report.host == f"127.0.0.1:{street.service.port}"
    assert report.counts == {"accepted": 1, "gone": 1}
