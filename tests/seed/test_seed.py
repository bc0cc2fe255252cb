"""Development data: through the services, the same for the same seed, and never into a database in use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from astrow2fa.services import log_check
from astrow2fa.store.tables import metadata
from scripts.seed import __main__ as command
from scripts.seed import story
from scripts.seed.parts import Refused, opened
from tests.support.house import House

START = 1_900_000_000 // story.DAY * story.DAY
Seeded = Callable[..., House]


@pytest.fixture
def seeded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seeded]:
    """A house whose past was made up by the dice of a seed: some days of each policy, one of them with an attack."""
    monkeypatch.setattr(story, "RANDOM_FROM", 2)
    monkeypatch.setattr(story, "ALWAYS_FROM", 3)
    monkeypatch.setattr(story, "BOMBED_ON", (4,))
    houses: list[House] = []

    def make(seed: int, days: int) -> House:
        monkeypatch.setattr(story, "DAYS", days)
        folder = tmp_path / str(len(houses))
        random = Random(seed)
        parts, clock = opened(folder / "instance", START, random)
        story.Story(parts, clock, random).happens()
        parts.store.close()  # type: ignore[attr-defined]
        houses.append(House(folder, clock))  # type: ignore[arg-type]
        return houses[-1]

    yield make
    for house in houses:
        house.parts.store.close()  # type: ignore[attr-defined]


def told(house: House) -> list[tuple[object, ...]]:
    """What happened to whom and when, without keys and signatures, which are new each time."""
    names = {row["id"]: row["name"] for row in house.rows("users")}
    return [(row["at"], row["tag"], names.get(row["user_id"])) for row in house.rows("log")]


def test_the_same_seed_tells_the_same_story_and_another_another(seeded: Seeded) -> None:
    first, again, other = (told(seeded(seed, 4)) for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_it_has_every_way_in_which_a_sign_in_ends_and_the_log_is_whole(seeded: Seeded) -> None:
    house = seeded(1, 12)

    states = {row["state"] for row in house.rows("confirmations")}
    tags = set(house.log())

    assert {"collected", "expired", "cancelled", "denied"} <= states
    assert states.isdisjoint({"pending", "approved"})
    assert {"browser:password:refused", "server:notifications:silenced", "phone:phone:paired"} <= tags
    assert house.rows("marks")
    *_, checked = log_check.verify(house.parts)
    assert isinstance(checked, log_check.Result)
    assert (checked.why, checked.finding) == ("", None)


def test_a_database_in_use_is_refused_and_nothing_changes(house: House) -> None:
    before = {name: house.rows(name) for name in metadata.tables}

    with pytest.raises(Refused, match="is in use"):
        opened(house.config.instance, START, Random(1))

    assert {name: house.rows(name) for name in metadata.tables} == before


def test_an_environment_that_means_another_database_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASTROW2FA_DATABASE_URL", "postgresql://astrow@db/production")
    monkeypatch.setattr("sys.argv", ["seed", str(tmp_path / "instance")])

    assert command.main() == 2
    assert capsys.readouterr().err == (
        "ASTROW2FA_DATABASE_URL is set; make seed fills a development database only: leave it out\n"
    )
    assert list(tmp_path.iterdir()) == []
