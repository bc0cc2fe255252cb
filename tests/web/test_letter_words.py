"""The words of every letter: written without a request, and without anything that opens an account."""

from __future__ import annotations

import pytest

from astrow2fa.ports.mail import Kind, Note
from astrow2fa.web.letters import Writer
from tests.support.house import House

FACTS = {
    "by": "anna",
    "password": "Tannenbaum-7",
    "phone": "Pixel\n 9",
    "address": "192.0.2.50",
    "reason": "phone at home",
}


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_a_subject_and_a_text(shared_house: House, kind: Kind) -> None:
    write = Writer(shared_house.app, "https://login.example.com")

    subject, text = write(Note(kind, "bob@example.org", "Bob Boer", 1_790_000_000, FACTS))

    assert "Astrow" in subject or "phone" in subject
    assert "\n" not in subject
    assert text.startswith("Hello Bob Boer,")
    assert "https://login.example.com/my-info/security" in text
    assert "21 September 2026" in text
    assert "UTC" in text
    assert "%(" not in subject + text
    assert ("Tannenbaum-7" in text) is (kind is Kind.PASSWORD_SENT)


def test_no_two_kinds_say_the_same(shared_house: House) -> None:
    write = Writer(shared_house.app, "https://login.example.com")

    assert len({write(Note(kind, "b@example.org", "Bob", 0, FACTS)) for kind in Kind}) == len(Kind)


def test_it_is_in_the_language_of_who_gets_it(shared_house: House) -> None:
    write = Writer(shared_house.app, "https://login.example.com")

    subject, text = write(Note(Kind.PASSWORD_CHANGED, "b@example.org", "Bob", 1_790_000_000, {}, "nl"))

    assert subject == "Uw Astrow-wachtwoord is gewijzigd"
    assert text.startswith("Hallo Bob,")
    assert "21 september 2026" in text
