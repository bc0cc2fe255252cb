"""A reset password by e-mail: the button, what it answers, and who has to be given an address first."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.house import House
from tests.support.people import posts, signed_in


@pytest.fixture
def house(build: Callable[..., House]) -> House:
    """With a mail server that is never reached: what is sent waits in the outbox."""
    house = build(ASTROW2FA_SMTP_URL="smtp://localhost:9", ASTROW2FA_MAIL_FROM="Astrow <astrow@example.com>")
    with house.parts.store.write() as work:
        run = work._connection.exec_driver_sql  # type: ignore[attr-defined]
        run("UPDATE users SET email = 'bob@example.org' WHERE name = 'bob'")
    return house


def test_the_password_is_sent_and_not_shown(house: House) -> None:
    anna = signed_in(house, "anna")
    path = f"/system/users/{house.id_of('bob')}"
    assert 'value="mail"' in anna.get(path).text

    answer = posts(anna, f"{path}/reset-password", by="mail")

    assert answer.status_code == 303
    assert "on its way" in anna.get(answer.location).text
    [letter] = house.rows("letters")
    assert letter["kind"] == "password_sent"


def test_who_has_no_address_is_not_reset_and_the_page_says_what_to_do(house: House) -> None:
    anna = signed_in(house, "anna")
    path = f"/system/users/{house.id_of('charlie')}"
    page = anna.get(path).text
    assert 'value="mail"' not in page
    assert 'id="no-address"' in page
    before = house.rows("users")

    answer = posts(anna, f"{path}/reset-password", by="mail")

    assert answer.status_code == 422
    assert "has no e-mail address" in answer.text
    assert house.rows("users") == before


def test_the_page_of_a_shown_password_does_not_blame_a_missing_mail_server(house: House) -> None:
    anna = signed_in(house, "anna")
    anna.get(f"/system/users/{house.id_of('bob')}")

    page = posts(anna, f"/system/users/{house.id_of('bob')}/reset-password").text

    assert 'id="generated-password"' in page
    assert "No mail server" not in page
    assert [row["kind"] for row in house.rows("letters")] == ["password_reset"]
