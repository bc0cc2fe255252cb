"""`user create|list|enable|disable`."""

from __future__ import annotations

import pytest

from astrow2fa.core.password import Strength, missing
from astrow2fa.core.policy import Mode
from tests.commands.operator import Operator
from tests.support.browser import RobotBrowser
from tests.support.house import House, install_licence

GOOD = "sparrow Kettle-9 moon"


def test_a_created_user_signs_in_with_the_password_from_standard_input(operator: Operator) -> None:
    printed = operator.does("user create eve --password-stdin", f"{GOOD}\nnot this line\n")

    assert printed == ["Created the user eve."]
    assert RobotBrowser(operator.house.app).signs_in("eve", GOOD).status_code == 303


def test_without_a_password_a_strong_one_is_made_and_is_the_last_line(operator: Operator) -> None:
    made = operator.does("user create eve")[-1]

    assert missing(made, Strength.STRONG) == []
    assert RobotBrowser(operator.house.app).signs_in("eve", made).status_code == 303
    assert made not in str(operator.house.rows("log"))


def test_everything_given_is_kept(operator: Operator) -> None:
    operator.does(
        "user create eve --administrator --role HR --role HR --email eve@example.org --display-name 'Eve Evers' "
        "--mobile vt --mobile ess"
    )

    eve = next(row for row in operator.reads("user list") if row["name"] == "eve")
    assert eve.pop("password_changed_at") == int(operator.house.clock.now())
    assert eve == {
        "name": "eve",
        "display_name": "Eve Evers",
        "email": "eve@example.org",
        "roles": ["Administrator", "HR"],
        "mobile": ["ess", "vt"],
        "enabled": True,
        "locked_at": None,
        "phones": 0,
    }


def test_creating_a_user_is_recorded(operator: Operator) -> None:
    operator.does("user create eve")

    [created] = operator.house.rows("log")[-1:]
    assert (created["tag"], created["actor"]) == ("operator:account:created", "operator")


@pytest.mark.parametrize("name", ["anna", "ANNA", " anna ", "\uff41nna"])
def test_a_name_is_taken_in_every_spelling(operator: Operator, name: str) -> None:
    assert "already" in operator.is_refused(f"user create '{name}'")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x1b[31mb", "x" * 129])
def test_a_name_is_short_visible_text(operator: Operator, name: str) -> None:
    assert operator.is_refused(f"user create '{name}'") == "A user name has 1 to 128 visible characters."


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31mb", "x" * 257])
def test_a_display_name_is_short_visible_text(operator: Operator, name: str) -> None:
    said = operator.is_refused(f"user create eve --display-name '{name}'")
    assert said == "A display name has at most 256 visible characters."


def test_an_e_mail_address_is_as_short_as_they_are(operator: Operator) -> None:
    said = operator.is_refused(f"user create eve --email {'e' * 320}@example.org")
    assert said == "An e-mail address has at most 320 characters."


@pytest.mark.parametrize(
    ("stdin", "reason"),
    [
        ("", "no password on standard input"),
        ("\nsecond line\n", "no password on standard input"),
        (b"\xff\xfe" * 8, "not UTF-8"),
        ("abc\n", "at least 6 characters"),
        ("x" * 300 + "\n", "more than 256"),
        ("password\n", "somebody would guess"),
        ("eve-1\n", "at least 6|own name"),
    ],
)
def test_a_bad_password_is_refused_in_words(operator: Operator, stdin: str | bytes, reason: str) -> None:
    said = operator.is_refused("user create eve --password-stdin", stdin)

    assert any(part in said for part in reason.split("|"))


def test_the_password_policy_counts_for_the_operator_too(operator: Operator) -> None:
    operator.house.set("use_password_policy", "yes").set("password_strength", "strong")

    said = operator.is_refused("user create eve --password-stdin", "longbutplain\n")

    assert "special character" in said
    assert "capital letter" in said
    assert "longbutplain" not in said


def test_roles_and_kinds_that_there_are_not_are_refused(operator: Operator) -> None:
    assert "'Boss'" in operator.is_refused("user create eve --role Boss")
    assert "'pager'" in operator.is_wrong("user create eve --mobile pager")


def test_the_list_shows_everybody_on_one_line_each(operator: Operator) -> None:
    operator.house.phone("bob")
    operator.does("user disable charlie")

    lines = [line.split() for line in operator.does("user list")]

    assert ["bob", "Bob", "Boer", "ess", "1", "active"] in lines
    assert ["charlie", "Charlie", "Cole", "ess", "0", "disabled"] in lines
    assert [row["phones"] for row in operator.reads("user list")] == [0, 1, 0, 0]


def test_no_name_writes_on_the_terminal(operator: Operator) -> None:
    # Given one from before names were looked at
    operator.does("user create eve --display-name '[red]'")
    with operator.house.parts.store.write() as work:
        run = work._connection.exec_driver_sql  # type: ignore[attr-defined]
        run("UPDATE users SET display_name = ? WHERE name = 'eve'", ("[red]\x1b[2J\u202e",))

    listed = operator.types("user list").stdout + operator.types("user list --json").stdout
    assert "[red]" in listed
    assert "\x1b" not in listed
    assert "\u202e" not in listed


def test_a_disabled_user_cannot_sign_in_until_enabled(operator: Operator) -> None:
    operator.does("user disable bob")
    assert RobotBrowser(operator.house.app).signs_in("bob").status_code == 401

    operator.does("user enable bob")
    assert RobotBrowser(operator.house.app).signs_in("bob").status_code == 303


def test_disabling_ends_the_sessions(operator: Operator) -> None:
    browser = RobotBrowser(operator.house.app)
    browser.signs_in("bob")
    assert browser.signed_in

    operator.does("user disable bob")

    assert not browser.signed_in


def test_disabling_withdraws_what_waits(house: House, operator: Operator) -> None:
    house.policy(Mode.ALWAYS).phone("bob")
    RobotBrowser(house.app).signs_in("bob")

    operator.does("user disable bob")

    [waited] = house.rows("confirmations")
    assert (waited["state"], waited["reason"]) == ("cancelled", "account_disabled")


def test_enabling_unlocks(operator: Operator) -> None:
    browser = RobotBrowser(operator.house.app)
    for _ in range(4):
        browser.signs_in("bob", "wrong")
    assert next(row for row in operator.reads("user list") if row["name"] == "bob")["locked_at"]
    assert "locked" in "".join(operator.does("user list"))

    operator.does("user enable bob")

    assert RobotBrowser(operator.house.app).signs_in("bob").status_code == 303


@pytest.mark.parametrize(
    "line",
    ["enable", "disable", "set-password", "pairing-code", "phones", "revoke-phone --all", "end-sessions"],
)
def test_a_user_that_there_is_not_is_named(operator: Operator, line: str) -> None:
    assert operator.is_refused(f"user {line} nobody") == "There is no user 'nobody'."


def test_a_user_with_mobile_takes_a_seat_of_the_licence(operator: Operator) -> None:
    # Given a licence with as many seats as there are users with Mobile
    house = operator.house
    house.delete("licences")
    install_licence(house.parts, seats=3)
    # Then
    assert operator.is_refused("user create eve --mobile ess") == (
        "The licences for Astrow Mobile have 3 seats, and all are taken. Install a licence with more, or create the "
        "user without --mobile."
    )
    operator.does("user create eve")
    install_licence(house.parts, seats=1)
    operator.does("user create eva --mobile ess")


def test_before_the_first_licence_no_seat_is_counted(operator: Operator) -> None:
    house = operator.house
    house.delete("licences")

    operator.does("user create eve --mobile ess")


def test_what_is_no_e_mail_address_is_refused(operator: Operator) -> None:
    assert "no e-mail address" in operator.is_refused(
        "user create eve --email 'eve@example.org, bob@example.org'"
    )


def test_the_operator_is_told_when_no_administrator_is_left(operator: Operator) -> None:
    operator.does("user disable bob")
    said = operator.does("user disable anna")

    assert said[1:] == [
        "No administrator is left who can sign in: enable one, or create one with --administrator."
    ]
    assert operator.does("user enable anna") == ["Enabled and unlocked anna."]
