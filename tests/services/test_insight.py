"""Thirty days of sign-ins, phones, who is at risk and what needs attention, on both databases."""

from __future__ import annotations

import pytest

from astrow2fa.core.insight import DAY, DAYS, HOUR, Alert, Burst, Seen, Tally
from astrow2fa.services import accounts, disown, readiness, upkeep
from astrow2fa.services.insight import Insight
from astrow2fa.services.preview import UNSEEN_DAYS
from tests.services.acting import Desk, again, approves, denies
from tests.support.databases import BOTH
from tests.support.house import ELSEWHERE, House
from tests.support.phone import RobotPhone

pytestmark = BOTH


@pytest.fixture
def insight(strict_house: House) -> Insight:
    return Insight(strict_house.parts, lambda: None)


def today(insight: Insight) -> Tally:
    return insight.days()[-1].tally


def test_a_quiet_house_has_thirty_empty_days(strict_house: House, insight: Insight) -> None:
    days = insight.days()

    assert len(days) == DAYS
    assert {one.tally.asked for one in days} == {0}
    assert not insight.attention().needed


def test_what_became_of_today_is_counted_with_how_long_it_took(
    strict_house: House, phone: RobotPhone, insight: Insight
) -> None:
    # Given one answered after 4 s and in 20 s later, one refused after 10 s, one never answered, and one that waits
    desk = Desk(strict_house)
    asked = desk.waits("anna")
    strict_house.clock.advance(4)
    approves(strict_house, phone, asked)
    strict_house.clock.advance(20)
    desk.collects()
    asked = Desk(strict_house, ELSEWHERE).waits("anna")
    strict_house.clock.advance(10)
    denies(strict_house, phone, asked)
    Desk(strict_house, ELSEWHERE).waits("anna")
    strict_house.clock.advance(121)
    Desk(strict_house).waits("anna")
    # Then
    found = today(insight)
    assert (found.asked, found.approved, found.refused, found.expired) == (4, 1, 1, 1)
    assert (found.median, found.p90) == (4, 10)
    assert insight.today() == found
    # When the one that is over is written down, nothing changes
    upkeep.expire_overdue(strict_house.parts)
    assert today(insight) == found


def test_an_answer_that_nobody_knows_the_time_of_is_counted_without_one(
    strict_house: House, phone: RobotPhone, insight: Insight
) -> None:
    # Given one from before answers had a time of their own, and one of today
    Desk(strict_house).comes_in("anna", phone)
    with strict_house.parts.store.write() as work:
        work._connection.exec_driver_sql("UPDATE confirmations SET decided_at = NULL")  # type: ignore[attr-defined]
    asked = Desk(strict_house, ELSEWHERE).waits("anna")
    strict_house.clock.advance(7)
    denies(strict_house, phone, asked)
    # Then
    found = today(insight)
    assert (found.asked, found.approved, found.refused) == (2, 1, 1)
    assert (found.median, found.p90) == (7, 7)


def test_a_cancel_after_the_ok_is_the_answer(
    strict_house: House, phone: RobotPhone, insight: Insight
) -> None:
    asked = Desk(strict_house).waits("anna")
    strict_house.clock.advance(3)
    approves(strict_house, phone, asked)
    strict_house.clock.advance(5)
    denies(strict_house, phone, again(strict_house, asked))

    assert (today(insight).refused, today(insight).median) == (1, 8)


def test_a_confirmation_for_something_else_is_no_sign_in(
    strict_house: House, phone: RobotPhone, insight: Insight
) -> None:
    Desk(strict_house).comes_in("anna", phone)
    with strict_house.parts.store.write() as work:
        work._connection.exec_driver_sql("UPDATE confirmations SET purpose = 'pair'")  # type: ignore[attr-defined]

    assert today(insight).asked == 0


def test_days_move_on_and_what_is_settled_is_read_once(
    strict_house: House, phone: RobotPhone, insight: Insight
) -> None:
    # Given a sign-in of yesterday, counted a day later
    Desk(strict_house).comes_in("anna", phone)
    strict_house.clock.advance(DAY + 3 * HOUR)
    assert [one.tally.approved for one in insight.days()[-2:]] == [1, 0]
    # When its row is gone, because it is old enough
    strict_house.delete("confirmations")
    # Then this process still knows of it, and forgets it after thirty days
    assert insight.days()[-2].tally.approved == 1
    strict_house.clock.advance(DAYS * DAY)
    assert sum(one.tally.asked for one in insight.days()) == 0


def test_phones_are_counted_by_when_they_were_seen(strict_house: House, insight: Insight) -> None:
    phone = strict_house.phone("anna")
    strict_house.clock.advance(40 * DAY)
    strict_house.phone("bob")

    standing = insight.standing()

    assert standing.phones == {Seen.TODAY: 1, Seen.LONGER: 1}
    assert standing.asks
    assert (standing.counts.users, standing.counts.without_permission, standing.counts.without_phone) == (
        4,
        1,
        1,
    )
    assert standing.counts.at_risk == 2, (
        f"{phone.device_id}: not seen for {UNSEEN_DAYS} days; bob: never answered"
    )


def test_counted_in_pieces_it_is_what_it_is_at_once(
    strict_house: House, insight: Insight, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given phones of three users, one of them disabled
    for name in ("anna", "bob", "charlie"):
        strict_house.phone(name)
    accounts.disable(strict_house.parts, "charlie")
    pauses: list[None] = []
    # When each user and each phone is a piece
    monkeypatch.setattr("astrow2fa.services.readiness.PIECE", 1)
    monkeypatch.setattr("astrow2fa.services.insight.PIECE", 1)
    counts = readiness.count(strict_house.parts, 0, lambda: pauses.append(None))
    # Then
    with strict_house.parts.store.read() as work:
        last = work.readiness.last_user()
        assert counts == work.readiness.counts(0, last, 0)
    assert (counts.users, counts.phones, counts.locked_out) == (3, 3, 1)
    assert len(pauses) == last
    assert sum(insight.standing().phones.values()) == counts.phones


def test_what_stands_is_counted_again_after_a_minute(strict_house: House, insight: Insight) -> None:
    assert insight.standing().phones == {}
    strict_house.phone("anna")
    assert insight.standing().phones == {}

    strict_house.clock.advance(60)

    assert insight.standing().phones == {Seen.TODAY: 1}


def test_three_refusals_within_an_hour_need_attention(
    strict_house: House, phone: RobotPhone, insight: Insight
) -> None:
    # Given a browser that is recognised, so that nothing falls quiet
    desk = Desk(strict_house)
    desk.comes_in("anna", phone)
    for _ in range(2):
        denies(strict_house, phone, desk.waits("anna"))
    assert insight.attention().bursts == []
    # When
    denies(strict_house, phone, desk.waits("anna"))
    # Then
    [alert] = insight.attention().bursts
    assert alert == Alert(Burst.REFUSED, "anna", 3, alert.last)
    # When an hour has passed
    strict_house.clock.advance(HOUR)
    # Then
    assert insight.attention().bursts == []


def test_each_not_me_is_one_of_its_own_and_leads_to_its_sign_in_if_it_is_of_one(
    strict_house: House, phone: RobotPhone, insight: Insight
) -> None:
    # Given a sign-in, and a question of another purpose
    desk = Desk(strict_house)
    sign_in = desk.comes_in("anna", phone)
    other = Desk(strict_house, ELSEWHERE).waits("anna")
    with strict_house.parts.store.write() as work:
        run = work._connection.exec_driver_sql  # type: ignore[attr-defined]
        run("UPDATE confirmations SET purpose = 'pair' WHERE state = 'pending'")
    # When
    for confirmation in (sign_in, sign_in, other):
        disown.sign_in(strict_house.parts, sign_in.user_id, confirmation.id)
    # Then
    found = insight.attention().not_me
    assert [one.sign_in for one in found] == [None, sign_in.id, sign_in.id]
    assert len({one.number for one in found}) == 3


def test_not_me_of_a_session_leads_to_its_sign_in(house: House) -> None:
    # Given one that no phone was asked about
    desk = Desk(house)
    desk.types("anna")
    held = desk.held()
    assert held is not None
    # When
    assert disown.session(house.parts, held.account.id, held.session.id)
    # Then
    [alert] = Insight(house.parts, lambda: None).attention().not_me
    assert alert.sign_in == held.session.id
    with house.parts.store.read() as work:
        assert work.sign_ins.get(held.session.id, work.now) is not None


def test_many_wrong_passwords_need_attention_by_user_and_by_address(
    strict_house: House, insight: Insight
) -> None:
    strict_house.set("disable_after_failed", "0")
    for number in range(10):
        Desk(strict_house, ELSEWHERE).types("anna" if number % 2 else "nobody", "wrong")
    [alert] = insight.attention().bursts
    assert alert == Alert(Burst.PASSWORDS_FROM_ADDRESS, ELSEWHERE.address, 10, alert.last)

    for _ in range(5):
        Desk(strict_house).types("anna", "wrong")

    kinds = {(one.kind, one.who, one.times) for one in insight.attention().bursts}
    assert kinds == {
        (Burst.PASSWORDS_FROM_ADDRESS, ELSEWHERE.address, 10),
        (Burst.PASSWORDS_OF_USER, "anna", 10),
    }


def test_an_account_that_fell_quiet_needs_attention_until_it_is_over(
    strict_house: House, phone: RobotPhone, insight: Insight
) -> None:
    for _ in range(3):
        denies(strict_house, phone, Desk(strict_house, ELSEWHERE).waits("anna"))

    [one] = insight.attention().silenced

    assert one.name == "anna"
    assert insight.attention().needed
    strict_house.clock.advance(one.until - strict_house.clock.now())
    assert insight.attention().silenced == []


def test_not_me_needs_attention_for_a_day(strict_house: House, phone: RobotPhone, insight: Insight) -> None:
    asked = Desk(strict_house).comes_in("anna", phone)
    disown.sign_in(strict_house.parts, strict_house.id_of("anna"), asked.id)

    [one] = insight.attention().not_me

    assert (one.user, one.sign_in) == ("anna", asked.id)
    strict_house.clock.advance(DAY)
    assert insight.attention().not_me == []
