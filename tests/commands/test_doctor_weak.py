"""`doctor` on set-ups that work and protect less than they could: each finding says the way out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from astrow2fa.commands import weak
from astrow2fa.commands.findings import Finding, Level
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.services.condition import look
from tests.commands.operator import Operator
from tests.support.house import House

KEY = "0123456789abcdef" * 3


def found(operator: Operator, what: str) -> dict[str, str]:
    """The finding about this thing, whatever the others say."""
    [one] = [f for f in json.loads(operator.types("doctor --json").stdout) if f["what"] == what]
    assert one["do"] or one["level"] == "ok"
    return dict(one)


@pytest.mark.parametrize(
    ("setting", "value", "what", "way_out"),
    [
        ("two_factor", "off", "Protection", "two-factor always"),
        ("number_matching", "off", "Number matching", "number_matching"),
        ("disable_after_failed", "0", "Lock-out", "disable_after_failed 4"),
    ],
)
def test_a_weak_setting(
    house: House, operator: Operator, setting: str, value: str, what: str, way_out: str
) -> None:
    house.set(setting, value)

    one = found(operator, what)

    assert one["level"] == "warn"
    assert way_out in one["do"]


def test_the_defaults_but_for_the_policy_are_in_order(operator: Operator) -> None:
    assert {found(operator, what)["level"] for what in ("Number matching", "Lock-out", "Demo users")} == {
        "ok"
    }


def test_one_administrator_only(operator: Operator) -> None:
    assert found(operator, "Second administrator")["level"] == "warn"
    operator.does("user create second --administrator")
    assert found(operator, "Second administrator")["level"] == "ok"


def test_an_open_file(house: House, operator: Operator) -> None:
    assert found(operator, "Instance files")["level"] == "ok"
    (house.config.instance / "copy.sqlite3").write_text("")
    (house.config.instance / "copy.sqlite3").chmod(0o644)

    one = found(operator, "Instance files")
    assert one["level"] == "warn"
    assert "copy.sqlite3" in one["found"]


def test_files_are_made_for_their_owner_alone(tmp_path: Path) -> None:
    house = House(tmp_path)
    modes = {path.name: path.stat().st_mode & 0o777 for path in house.config.instance.iterdir()}
    assert set(modes.values()) == {0o600}
    assert {"astrow2fa.sqlite3", "secret.key"} <= set(modes)
    house.parts.store.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("variables", "what", "level"),
    [
        ({"ASTROW2FA_SECRET_KEY": "k" * 40}, "Strength of secrets", "fail"),
        (
            {"ASTROW2FA_SECRET_KEY": KEY, "ASTROW2FA_SECRET_KEY_PREVIOUS": KEY[::-1]},
            "Strength of secrets",
            "warn",
        ),
        ({"ASTROW2FA_METRICS_TOKEN": "s3sam3"}, "Strength of secrets", "warn"),
        ({"ASTROW2FA_TRUSTED_PROXIES": "1"}, "Trusted proxies", "warn"),
        ({"ASTROW2FA_TRUSTED_PROXIES": "0"}, "Trusted proxies", "ok"),
    ],
)
def test_a_weak_environment(tmp_path: Path, variables: dict[str, str], what: str, level: str) -> None:
    operator = Operator(House(tmp_path, **variables))

    assert found(operator, what)["level"] == level
    for value in variables.values():
        assert len(value) < 4 or value not in operator.types("doctor").output
    operator.house.parts.store.close()  # type: ignore[attr-defined]


def test_debugging(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    assert found(operator, "Debugging")["level"] == "warn"


def test_a_clock_that_went_back(house: House, operator: Operator) -> None:
    house.clock.advance(-3600)
    assert found(operator, "Order of time")["level"] == "fail"


def test_demo_users_where_others_can_reach_them(house: House) -> None:
    with house.parts.store.write() as work:
        work.log.record(Fact(Tag.DEMO_CREATED))
    condition = look(house.parts)
    public = replace(house.config, public_url="https://login.example.com")
    assert weak.demo(house.config, condition).level is Level.OK
    one: Finding = weak.demo(public, condition)
    assert (one.level, bool(one.do)) == (Level.FAIL, True)
