"""`user set-password`."""

from __future__ import annotations

from astrow2fa.core.policy import Mode
from tests.commands.operator import Operator
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House

NEW = "sparrow Kettle-9 moon"


def test_the_new_password_counts_and_the_old_one_does_not(operator: Operator) -> None:
    operator.does("user set-password bob --password-stdin", NEW)

    assert RobotBrowser(operator.house.app).signs_in("bob", PASSWORD).status_code == 401
    assert RobotBrowser(operator.house.app).signs_in("bob", NEW).status_code == 303


def test_a_line_from_windows_ends_before_its_line_break(operator: Operator) -> None:
    operator.does("user set-password bob --password-stdin", f"{NEW}\r\n")

    assert RobotBrowser(operator.house.app).signs_in("bob", NEW).status_code == 303


def test_without_standard_input_one_is_made_and_is_the_last_line(operator: Operator) -> None:
    made = operator.does("user set-password bob")[-1]

    assert RobotBrowser(operator.house.app).signs_in("bob", made).status_code == 303


def test_it_ends_what_rested_on_the_old_one(house: House, operator: Operator) -> None:
    signed_in = RobotBrowser(house.app)
    signed_in.signs_in("bob")
    house.phone("bob")
    house.policy(Mode.ALWAYS)
    RobotBrowser(house.app).signs_in("bob")
    operator.does("user pairing-code bob")

    operator.does("user set-password bob")

    assert not signed_in.signed_in
    assert [(c["state"], c["reason"]) for c in house.rows("confirmations")] == [
        ("cancelled", "password_changed")
    ]
    assert house.log()[-1] == "server:password:changed"


def test_a_password_that_was_used_before_is_refused(house: House, operator: Operator) -> None:
    house.set("use_password_policy", "yes").set("password_history", "2")

    assert "used before" in operator.is_refused("user set-password bob --password-stdin", PASSWORD)


def test_no_password_gets_into_the_log(house: House, operator: Operator) -> None:
    operator.does("user set-password bob --password-stdin", NEW)

    assert NEW not in str(house.rows("log"))
