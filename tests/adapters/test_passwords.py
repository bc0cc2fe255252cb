"""Passwords are hashed with Argon2id at what OWASP asks for at least, and anew when that rises."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from astrow2fa.adapters import passwords as subject
from astrow2fa.adapters.chance import SystemChance
from astrow2fa.adapters.passwords import MEMORY_KIB, ROUNDS, Argon2Passwords
from astrow2fa.runtime import offload

PASSWORD = "correct Horse-7 battery"
ROOT = Path(__file__).parents[2]


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


LARGE_PAGES = """
import re, threading
from astrow2fa.adapters.chance import SystemChance
from astrow2fa.adapters.passwords import Argon2Passwords
from astrow2fa.runtime import offload

passwords = Argon2Passwords(offload, SystemChance())

def asked_for():
    # KiB of memory for which large pages were asked for
    parts = re.findall(r"^Size: +(\\d+) kB.*?^VmFlags:(.*?)$", open("/proc/self/smaps").read(), re.M | re.S)
    return sum(int(size) for size, flags in parts if " hg" in flags)

print(asked_for())
for _ in range(2):
    thread = threading.Thread(target=lambda: [passwords.matches("x", None) for _ in range(3)])
    thread.start()
    thread.join()
    print(asked_for())
"""


def test_a_thread_that_hashes_does_so_in_large_pages_and_asks_for_them_once() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LARGE_PAGES], cwd=ROOT, capture_output=True, text=True, check=True
    )
    before, first, second = map(int, done.stdout.split())
    assert before == 0
    # All but the pages at its ends.
    assert first > MEMORY_KIB - 16
    # The next thread takes over the memory of the one that has ended.
    assert second <= 2 * MEMORY_KIB
