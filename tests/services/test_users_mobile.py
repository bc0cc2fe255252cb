"""Mobile given or taken for many users at once."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from astrow2fa.core.confirmation import Reason
from astrow2fa.services import directory, mobile_rights
from astrow2fa.services.helping import Refused, Why
from astrow2fa.services.mobile_rights import EVERY_KIND, Step
from tests.services.acting import Desk, again
from tests.support.house import House, install_licence
from tests.support.people import is_refused, moves_in


def total(steps: Iterable[Step | Refused]) -> tuple[int, int]:
    done = [step for step in steps if isinstance(step, Step)]
    return sum(step.changed for step in done), sum(step.untouched for step in done)


def refusals(steps: Iterable[Step | Refused]) -> list[object]:
    return [step for step in steps if isinstance(step, Refused)]


def mobile_of(house: House, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    profile = directory.profile(house.parts, house.id_of("anna"), house.id_of(name))
    assert profile is not None
    return profile.account.kinds, profile.account.mobile


def ids(house: House, *names: str) -> list[int]:
    return [house.id_of(name) for name in names]


@pytest.mark.parametrize(
    ("kind", "dora", "vera"),
    [
        (EVERY_KIND, (("ess",), ("ess",)), (("mss", "vt"), ("mss", "vt"))),
        ("vt", (("vt",), ("vt",)), (("mss", "vt"), ("vt",))),
        ("ess", (("ess",), ("ess",)), (("ess", "mss", "vt"), ("ess",))),
    ],
)
def test_it_comes_on_top_of_the_kinds_a_user_has(
    house: House, kind: str, dora: tuple[tuple[str, ...], ...], vera: tuple[tuple[str, ...], ...]
) -> None:
    # Given
    moves_in(house, "vera", mobile=("mss", "vt"))
    list(mobile_rights.remove(house.parts, house.id_of("anna"), ids(house, "vera")))
    # When
    done = total(mobile_rights.assign(house.parts, house.id_of("anna"), ids(house, "dora", "vera"), kind))
    # Then
    assert done == (2, 0)
    assert mobile_of(house, "dora") == dora
    assert mobile_of(house, "vera") == vera
    assert house.log()[-2:] == ["browser:account:changed"] * 2


def test_taken_away_the_kinds_stay_and_what_is_pending_ends(strict_house: House, desk: Desk) -> None:
    strict_house.phone("bob")
    asked = desk.waits("bob")

    done = total(
        mobile_rights.remove(
            strict_house.parts, strict_house.id_of("anna"), ids(strict_house, "bob", "charlie", "dora")
        )
    )

    assert done == (2, 0)
    assert mobile_of(strict_house, "bob") == (("ess",), ())
    assert again(strict_house, asked).reason is Reason.POLICY


def test_when_there_are_too_few_seats_for_all_nobody_gets_one(house: House) -> None:
    # Given a seat for one more, and two who want it
    house.delete("licences")
    install_licence(house.parts, seats=4)
    moves_in(house, "eve")
    # When, Then
    with is_refused(house, Why.NO_SEAT) as results:
        results += refusals(
            mobile_rights.assign(
                house.parts, house.id_of("anna"), ids(house, "dora", "eve", "bob"), EVERY_KIND
            )
        )
    assert isinstance(results[0], Refused)
    assert results[0].facts == {"needed": 2, "free": 1, "allowed": 4}
    # But for those who have one already none is needed
    assert total(mobile_rights.assign(house.parts, house.id_of("anna"), ids(house, "dora", "bob"), "vt")) == (
        2,
        0,
    )


def test_who_holds_more_than_the_helper_is_left_as_it_was(house: House) -> None:
    hanna = moves_in(house, "hanna", "HR")

    assert total(mobile_rights.remove(house.parts, hanna, ids(house, "anna", "bob"))) == (1, 1)
    assert mobile_of(house, "anna") == (("ess",), ("ess",))
    assert mobile_of(house, "bob") == (("ess",), ())


def test_there_is_no_other_kind_and_no_other_helper(house: House) -> None:
    with is_refused(house, Why.INVALID) as results:
        results += refusals(
            mobile_rights.assign(house.parts, house.id_of("anna"), ids(house, "dora"), "boss")
        )
    with is_refused(house, Why.NOT_ALLOWED) as results:
        results += refusals(mobile_rights.assign(house.parts, house.id_of("bob"), ids(house, "dora"), "ess"))
        results += refusals(mobile_rights.remove(house.parts, house.id_of("bob"), ids(house, "charlie")))


def test_many_are_done_in_pieces(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mobile_rights, "BATCH", 2)

    steps = list(
        mobile_rights.remove(house.parts, house.id_of("anna"), ids(house, "anna", "bob", "charlie", "dora"))
    )

    assert steps == [Step(2, 0), Step(1, 0)]
