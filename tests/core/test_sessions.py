"""How long a session lives, and how long it is fresh."""

from __future__ import annotations

from dataclasses import replace

import pytest

from astrow2fa.core.accounts import Session, SessionKind

START = 1_900_000_000
SESSION = Session(
    id="session",
    user_id=1,
    kind=SessionKind.SIGNED_IN,
    token_hash="hash",
    predecessor_hash=None,
    confirmation_id=None,
    browser_id=None,
    factors=("pwd",),
    started_at=START,
    seen_at=START,
    expires_at=START + 12 * 3600,
    fresh_at=START,
    pair_ok_at=None,
    ended_at=None,
    end_reason=None,
    address="",
    browser="",
    os="",
    place="",
)


@pytest.mark.parametrize(("idle", "alive"), [(0, True), (3599.9, True), (3600, False), (10**6, False)])
def test_an_hour_without_a_sign_of_life_ends_it(idle: float, alive: bool) -> None:
    assert SESSION.alive(START + idle) is alive


@pytest.mark.parametrize(("age", "alive"), [(43_199.9, True), (43_200, False)])
def test_twelve_hours_end_it_however_busy_it_is(age: float, alive: bool) -> None:
    assert replace(SESSION, seen_at=START + int(age)).alive(START + age) is alive


def test_an_ended_one_is_over_at_once() -> None:
    assert not replace(SESSION, ended_at=START).alive(START)


@pytest.mark.parametrize(("age", "fresh"), [(0, True), (899.9, True), (900, False)])
def test_it_is_fresh_for_fifteen_minutes(age: float, fresh: bool) -> None:
    assert SESSION.fresh(START + age) is fresh
    assert not replace(SESSION, fresh_at=None).fresh(START + age)


@pytest.mark.parametrize(("age", "may"), [(0, True), (899.9, True), (900, False)])
def test_a_phones_ok_to_pair_lasts_as_long_and_nothing_else_gives_it(age: float, may: bool) -> None:
    assert replace(SESSION, pair_ok_at=START).may_pair(START + age) is may
    assert not SESSION.may_pair(START + age)
