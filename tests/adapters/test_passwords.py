"""Passwords are hashed with Argon2id at what OWASP asks for at least, and anew when that rises."""

from __future__ import annotations

import pytest

from astrow2fa.adapters import passwords as subject
from astrow2fa.adapters.chance import SystemChance
from astrow2fa.adapters.passwords import MEMORY_KIB, ROUNDS, Argon2Passwords
from astrow2fa.runtime import offload

PASSWORD = "correct Horse-7 battery"


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Argon2Passwords:
    """As the product makes it: other tests hash with less work."""
    monkeypatch.setattr(subject, "MEMORY_KIB", MEMORY_KIB)
    monkeypatch.setattr(subject, "ROUNDS", ROUNDS)
    return Argon2Passwords(offload, SystemChance())


def test_hashed_as_owasp_asks_for(real: Argon2Passwords) -> None:
    assert real.hash(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_same_password_twice_gives_two_hashes(real: Argon2Passwords) -> None:
    assert real.hash(PASSWORD) != real.hash(PASSWORD)


def test_a_hash_made_with_less_work_is_made_anew(
    real: Argon2Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "ROUNDS", 1)
    older = Argon2Passwords(offload, SystemChance()).hash(PASSWORD)
    assert real.outdated(older)
    assert real.matches(PASSWORD, older)
    assert not real.outdated(real.hash(PASSWORD))
