"""The systemd unit that is delivered lets the server do what it does to be quick."""

from __future__ import annotations

from tests.rules.tree import ROOT

UNIT = ROOT / "deploy" / "astrow2fa@.service"


def test_threads_that_hash_may_give_up_their_priority() -> None:
    """`setpriority` is among what the unit takes away (@resources), and it would fail without a word."""
    filters = [
        words.split()
        for name, _, words in (line.partition("=") for line in UNIT.read_text("utf-8").splitlines())
        if name == "SystemCallFilter"
    ]
    taken = next(number for number, words in enumerate(filters) if "@resources" in words)
    assert filters[taken][0].startswith("~")
    assert any("setpriority" in words for words in filters[taken + 1 :])
