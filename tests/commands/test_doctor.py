"""`doctor`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from astrow2fa.commands import doctor, machine
from astrow2fa.commands.findings import Finding, Level
from astrow2fa.core.policy import Mode
from astrow2fa.ports.store import Health
from astrow2fa.services.condition import Condition, look
from scripts.vendor import FILES
from scripts.words import FOLDER
from tests.commands.operator import Operator
from tests.support.house import House, install_licence

DAY = 86_400
KEY = "0123456789abcdef" * 3


@pytest.fixture
def condition(house: House) -> Condition:
    return look(house.parts)


def levels(operator: Operator) -> dict[str, str]:
    return {finding["what"]: finding["level"] for finding in operator.reads("doctor")}


def test_an_installation_in_order_is_ok_throughout(house: House, operator: Operator) -> None:
    operator.does("user create second --administrator --mobile ess")
    for name in ("anna", "bob", "charlie", "second"):
        house.phone(name)
    operator.does("user disable dora")
    house.policy(Mode.ALWAYS)

    assert set(levels(operator).values()) == {"ok"}


def test_each_thing_is_a_line_that_begins_with_its_level(operator: Operator) -> None:
    lines = [line for line in operator.does("doctor") if not line.startswith(" ")]

    assert [line.split(":")[0].split(maxsplit=1) for line in lines] == [
        [level, what] for what, level in levels(operator).items()
    ]
    assert "ok    Durability: journal WAL, synchronous FULL" in lines


def test_it_writes_nothing(operator: Operator) -> None:
    recorded = operator.house.log()

    operator.does("doctor")

    assert operator.house.log() == recorded


def test_an_empty_database_is_worth_a_look_and_no_failure(newcomer: Operator) -> None:
    found = levels(newcomer)

    assert {what for what, level in found.items() if level == "warn"} == {
        "Licence Astrow Mobile",
        "Licence 2 Factor Authentication",
        "Administrators",
        "Protection",
    }
    assert "fail" not in found.values()


def test_users_without_an_administrator_are_a_failure(operator: Operator) -> None:
    operator.does("user disable anna")

    said = operator.is_refused("doctor")

    assert said.startswith("1 of ")
    assert "fail  Administrators: nobody" in operator.types("doctor").stdout


def test_an_open_key_is_a_failure(house: House, operator: Operator) -> None:
    (house.config.instance / "secret.key").chmod(0o644)

    operator.is_refused("doctor")

    assert "chmod 600" in operator.types("doctor").stdout


def test_an_open_folder_is_a_failure(house: House, operator: Operator) -> None:
    house.config.instance.chmod(0o755)

    operator.is_refused("doctor")

    assert "chmod 700" in operator.types("doctor").stdout


def test_those_who_cannot_answer_are_named_while_the_policy_is_on(house: House, operator: Operator) -> None:
    for name in ("anna", "bob"):
        house.phone(name)
    assert levels(operator)["Policy"] == "ok"

    house.policy(Mode.ALWAYS)

    [line] = [line for line in operator.does("doctor") if "Policy" in line]
    assert line.startswith("warn")
    assert line.endswith("2 (charlie, dora)")


@pytest.mark.parametrize(("days", "level"), [(31, "ok"), (29, "warn"), (1, "warn")])
def test_a_licence_that_ends_soon_is_worth_a_look(newcomer: Operator, days: int, level: str) -> None:
    install_licence(newcomer.house.parts, days=days)

    assert levels(newcomer)["Licence Astrow Mobile"] == level


def test_a_later_licence_counts_for_one_that_ends_soon(newcomer: Operator) -> None:
    install_licence(newcomer.house.parts, days=5)
    install_licence(newcomer.house.parts, days=300)

    assert levels(newcomer)["Licence Astrow Mobile"] == "ok"


def test_an_expired_licence_is_told_from_a_missing_one(newcomer: Operator) -> None:
    install_licence(newcomer.house.parts, days=1)
    newcomer.house.clock.advance(2 * DAY)

    assert "warn  Licence Astrow Mobile: expired" in newcomer.does("doctor")


def test_more_users_than_seats_are_worth_a_look(condition: Condition) -> None:
    few = [replace(one, seats=2) for one in condition.licences]

    found = doctor.licences(replace(condition, licences=few))

    assert found[-1].found == "3 users have the Mobile permission, 2 are licensed"
    assert len(doctor.licences(replace(condition, licences=few, mobile_users=2))) == 2


@pytest.mark.parametrize(
    "finding",
    [
        doctor.migrated(Health(current=False, journal="WAL", synchronous="FULL")),
        doctor.durable(Health(current=True, journal="DELETE", synchronous="FULL")),
        doctor.durable(Health(current=True, journal="WAL", synchronous="NORMAL")),
        doctor.clock(86_400.0),
        machine.vendor_files(Path("/nowhere")),
    ],
)
def test_what_would_lose_sign_ins_is_a_failure_with_advice(finding: Finding) -> None:
    assert finding.level is Level.FAIL
    assert finding.do


def test_the_open_files_are_compared_with_the_sockets() -> None:
    assert machine.open_files(10).level is Level.OK
    assert machine.open_files(10**12).level is Level.WARN


def test_the_vendor_files_are_those_that_set_up_brings() -> None:
    assert set(machine.VENDOR) <= set(FILES)


def test_words_that_are_not_compiled_are_a_warning(tmp_path: Path) -> None:
    found = machine.languages(tmp_path)

    assert found.level is Level.WARN
    assert "Nederlands" in found.found
    assert found.do == "Type: make setup"
    assert machine.languages(FOLDER).level is Level.OK


def test_a_public_address_wants_a_proxy_and_an_issuer(tmp_path: Path) -> None:
    public = Operator(House(tmp_path, ASTROW2FA_PUBLIC_URL="https://login.example.com"))

    assert levels(public)["Public URL"] == "warn"
    assert levels(public)["Licence issuers"] == "warn"


def test_a_key_from_the_environment_is_in_order(tmp_path: Path) -> None:
    operator = Operator(House(tmp_path, ASTROW2FA_SECRET_KEY=KEY))

    assert "ok    Secret key: from the environment" in operator.does("doctor")
