"""A password hashed with less work than is asked for today is hashed anew at its next sign-in, once for all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from astrow2fa.adapters import passwords
from astrow2fa.adapters.chance import SystemChance
from astrow2fa.adapters.passwords import Argon2Passwords
from astrow2fa.runtime import offload
from astrow2fa.services import login
from astrow2fa.services.login import Admitted, Refused
from tests.services.acting import Desk
from tests.support.house import PASSWORD, House

NEW = "quite Another-9 staple"


@pytest.fixture
def hash_of(house: House) -> Callable[[], str]:
    return lambda: next(str(row["password_hash"]) for row in house.rows("users") if row["name"] == "anna")


@pytest.fixture
def stronger(house: House, monkeypatch: pytest.MonkeyPatch) -> Argon2Passwords:
    """More work is asked for from now on."""
    monkeypatch.setattr(passwords, "ROUNDS", 2)
    return Argon2Passwords(offload, SystemChance())


def between(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    """Has this happen once, after a password was checked and before the unit that relies on it."""
    real, left = login.on_one_account, [do]

    def first_that(*arguments: object) -> object:
        if left:
            left.pop()()
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(login, "on_one_account", first_that)


def test_it_is_hashed_anew(
    house: House,
    desk: Desk,
    stronger: Argon2Passwords,
    hash_of: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(house.parts.passwords, "_hasher", stronger._hasher)

    assert isinstance(desk.types("anna"), Admitted)

    assert ",t=2," in hash_of()
    assert not stronger.outdated(hash_of())


def test_two_sign_ins_at_once_both_get_in_though_the_first_one_hashed_it_anew(
    house: House, desk: Desk, other_desk: Desk, stronger: Argon2Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.parts.passwords, "_hasher", stronger._hasher)
    between(monkeypatch, lambda: other_desk.types("anna"))

    assert isinstance(desk.types("anna"), Admitted)

    assert other_desk.signed_in


def test_a_password_changed_meanwhile_refuses_the_old_one_and_counts_it(
    house: House, desk: Desk, hash_of: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    user = house.id_of("anna")
    before = hash_of()

    def changes() -> None:
        with house.parts.store.write() as work:
            work.accounts.rehash(user, house.parts.passwords.hash(NEW))

    between(monkeypatch, changes)

    assert isinstance(desk.types("anna", PASSWORD), Refused)

    assert hash_of() != before
    assert not desk.signed_in
    [anna] = [row for row in house.rows("users") if row["name"] == "anna"]
    assert anna["failed_passwords"] == 1
