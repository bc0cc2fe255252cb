"""`demo`."""

from __future__ import annotations

import re
from pathlib import Path

from astrow2fa.core.password import Strength, missing
from astrow2fa.services import pairing
from tests.commands.operator import Operator
from tests.support.acts import asked, says_ok
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.phone import RobotPhone

NAMES = ["anna", "ben", "chloe", "admin"]


def passwords(lines: list[str]) -> dict[str, str]:
    rows = [line.split() for line in lines]
    return {row[0]: row[1] for row in rows if row and row[0] in NAMES}


def code(lines: list[str]) -> str:
    """The code of the one pairing link, which stands alone on its line."""
    [found] = [
        m[1] for line in lines if (m := re.fullmatch(r"http://localhost:5000/mobile/#pair=(.+)&key=.+", line))
    ]
    return found


def pair(house: House, code: str) -> RobotPhone:
    signatures = house.parts.signatures
    key = signatures.new_key()
    new = pairing.NewPhone(code, key.public, "Pixel 9", "robot", "persisted", None, None)
    paired = pairing.pair(house.parts, new, "192.0.2.50")
    return RobotPhone(signatures, key, paired.device_id, house.parts.public_url, house.clock.now)  # type: ignore[arg-type]


def test_from_nothing_to_a_first_ok(newcomer: Operator) -> None:
    house = newcomer.house
    lines = newcomer.does("demo")
    phone = pair(house, code(lines))
    browser = RobotBrowser(house.app)

    browser.signs_in("anna", passwords(lines)["anna"])
    says_ok(house, phone, asked(house, "anna"))
    browser.collects()

    assert browser.signed_in


def test_it_makes_four_users_a_licence_and_switches_on(newcomer: Operator) -> None:
    lines = newcomer.does("demo")

    users = {row["name"]: row for row in newcomer.reads("user list")}
    assert sorted(users) == sorted(NAMES)
    assert (users["admin"]["roles"], users["admin"]["mobile"]) == (["Administrator"], ["mss"])
    assert all(users[name]["mobile"] == ["ess"] and not users[name]["roles"] for name in NAMES[:3])
    assert all(row["display_name"] not in ("", name) for name, row in users.items())
    assert newcomer.reads("licence show")["missing"] == []
    assert newcomer.does("settings get two_factor") == ["always"]
    assert "operator:demo:created" in newcomer.house.log()
    assert list(passwords(lines)) == NAMES


def test_its_passwords_are_strong_different_and_nowhere_else(newcomer: Operator) -> None:
    made = list(passwords(newcomer.does("demo")).values())

    assert len(set(made)) == 4
    assert all(missing(password, Strength.STRONG) == [] for password in made)
    kept = str([newcomer.house.rows(table) for table in ("users", "passwords", "log", "pairing_codes")])
    assert not any(password in kept for password in made)


def test_it_says_what_to_type_next(newcomer: Operator) -> None:
    lines = newcomer.does("demo")

    assert "http://localhost:5000" in lines
    assert ".venv/bin/flask --app server user pairing-code ben" in lines
    assert ".venv/bin/flask --app server user set-password ben" in lines
    assert "make run" in " ".join(lines)


def test_a_database_in_use_gets_no_demo(operator: Operator) -> None:
    assert operator.is_refused("demo") == "There are users already; a demo needs an empty database."


def test_a_second_demo_is_refused(newcomer: Operator) -> None:
    newcomer.does("demo")

    assert "users already" in newcomer.is_refused("demo")


def test_if_empty_makes_one_on_an_empty_database(newcomer: Operator) -> None:
    lines = newcomer.does("demo --if-empty")

    assert list(passwords(lines)) == NAMES
    assert pair(newcomer.house, code(lines)).id


def test_if_empty_leaves_a_database_in_use_alone(operator: Operator) -> None:
    recorded = operator.house.log()

    assert operator.does("demo --if-empty") == ["The database is in use, so no demo was made."]

    assert operator.house.log() == recorded


def test_again_it_gives_the_next_user_without_a_phone_a_new_link(newcomer: Operator) -> None:
    pair(newcomer.house, code(newcomer.does("demo --if-empty")))

    for name in NAMES[1:]:
        lines = newcomer.does("demo --if-empty")
        assert passwords(lines) == {}
        assert f"sign in as {name}" in " ".join(lines)
        pair(newcomer.house, code(lines))
        assert [row["phones"] for row in newcomer.reads("user list") if row["name"] == name] == [1]


def test_with_phones_for_everybody_it_needs_no_link(newcomer: Operator) -> None:
    newcomer.does("demo")
    for name in NAMES:
        newcomer.house.phone(name)
    issued = newcomer.house.rows("pairing_codes")

    lines = newcomer.does("demo --if-empty")

    assert "http://localhost:5000/mobile/" in lines
    assert newcomer.house.rows("pairing_codes") == issued


def test_a_disabled_demo_user_gets_no_link(newcomer: Operator) -> None:
    newcomer.does("demo")
    newcomer.does("user disable anna")

    assert "sign in as ben" in " ".join(newcomer.does("demo --if-empty"))


def test_users_of_those_names_elsewhere_get_no_link(newcomer: Operator) -> None:
    newcomer.does("user create anna --mobile ess")

    assert newcomer.does("demo --if-empty") == ["The database is in use, so no demo was made."]
    assert newcomer.house.rows("pairing_codes") == []


def test_only_localhost_gets_a_demo(tmp_path: Path) -> None:
    public = Operator(House(tmp_path, ASTROW2FA_PUBLIC_URL="https://login.example.com"))

    assert public.is_refused("demo").startswith("A demo is for localhost only")
    assert public.is_refused("demo --if-empty").startswith("A demo is for localhost only")


def test_a_demo_made_here_is_none_at_a_public_address(tmp_path: Path) -> None:
    Operator(House(tmp_path)).does("demo")
    public = Operator(House(tmp_path, ASTROW2FA_PUBLIC_URL="https://login.example.com"))
    issued = public.house.rows("pairing_codes")

    assert public.does("demo --if-empty") == ["The database is in use, so no demo was made."]

    assert public.house.rows("pairing_codes") == issued


def test_other_issuers_leave_no_place_for_a_demo(tmp_path: Path) -> None:
    keys = tmp_path / "issuers.json"
    key = House(tmp_path / "issuer").parts.signatures.new_key()
    keys.write_text(f'{{"keys": [{dict(key.public)}]}}'.replace("'", '"'))
    house = House(tmp_path / "house", ASTROW2FA_LICENCE_KEYS=str(keys))

    assert "ASTROW2FA_LICENCE_KEYS" in Operator(house).is_refused("demo")
