"""Letters by SMTP, to a real server: plain, with STARTTLS and a name, and what it does not take."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from astrow2fa.adapters.mail import NoPost, SealedNotes, Server, SmtpPost
from astrow2fa.ports.mail import Kind, Note, NotTaken
from tests.support.mail import PASSWORD, USER, certificate_in, mail_server

SENDER = "Astrow <astrow@example.com>"
NOTE = Note(Kind.PHONE_PAIRED, "anna@example.org", "Anna", 1_790_000_000, {"phone": "Pixel"})
SECRET = b"k" * 32


def words(note: Note) -> tuple[str, str]:
    return f"About {note.kind}", f"Hello {note.name}, äöü.\n"


def post(server: Server) -> SmtpPost:
    return SmtpPost(server, SENDER, words, SECRET)


def test_a_letter_arrives_as_it_was_written() -> None:
    with mail_server() as server:
        post(Server("127.0.0.1", server.port, "none")).send(NOTE)

    [letter] = server.letters
    assert (letter["From"], letter["To"]) == (SENDER, "anna@example.org")
    assert letter["Subject"] == "About phone_paired"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime.timestamp() == NOTE.at
    assert letter["Message-ID"].endswith("@example.com>")
    assert letter.get_content() == "Hello Anna, äöü.\r\n"
    assert server.envelopes == [("astrow@example.com", ["anna@example.org"])]


def test_with_starttls_a_name_and_a_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = certificate_in(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(certificate) as server:
        post(Server("localhost", server.port, "starttls", USER, PASSWORD)).send(NOTE)
        with pytest.raises(NotTaken, match="name and password") as refused:
            post(Server("localhost", server.port, "starttls", USER, "wrong")).send(NOTE)

    assert len(server.letters) == 1
    assert not refused.value.for_good


def test_a_certificate_that_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    with mail_server(certificate_in(tmp_path)) as server, pytest.raises(NotTaken) as refused:
        post(Server("localhost", server.port, "starttls", USER, PASSWORD)).send(NOTE)

    assert isinstance(refused.value.__cause__, ssl.SSLCertVerificationError)
    assert server.letters == []


def test_a_relay_that_does_not_offer_starttls_gets_nothing_in_the_clear() -> None:
    with mail_server() as server, pytest.raises(NotTaken) as refused:
        post(Server("127.0.0.1", server.port, "starttls", USER, PASSWORD)).send(NOTE)

    assert not refused.value.for_good
    assert server.letters == []


@pytest.mark.parametrize(("reply", "for_good"), [("550 no such user", True), ("451 later", False)])
def test_whether_a_refusal_lasts_is_the_relays_to_say(reply: str, for_good: bool) -> None:
    with mail_server() as server:
        server.refuses = reply
        with pytest.raises(NotTaken) as refused:
            post(Server("127.0.0.1", server.port, "none")).send(NOTE)

    assert refused.value.for_good is for_good


def test_a_relay_that_is_away_is_tried_later() -> None:
    with mail_server() as server:
        port = server.port
    with pytest.raises(NotTaken) as refused:
        post(Server("127.0.0.1", port, "none")).send(NOTE)

    assert not refused.value.for_good


@pytest.mark.parametrize(
    "address",
    [
        "anna@example.org\r\nBcc: mallory@example.org",
        "anna@example.org\nSubject: other",
        "anna@example.org, mallory@example.org",
        "anna@example.org>",
        "anna",
        "@",
        "",
    ],
)
def test_an_address_cannot_bring_headers_or_readers_of_its_own(address: str) -> None:
    with mail_server() as server, pytest.raises(NotTaken) as refused:
        post(Server("127.0.0.1", server.port, "none")).send(Note(Kind.PHONE_PAIRED, address, "Anna", NOTE.at))

    assert refused.value.for_good
    assert server.envelopes == []


def test_a_sealed_note_is_unreadable_and_comes_back_as_it_was() -> None:
    note = Note(Kind.PASSWORD_SENT, "anna@example.org", "Anna", 1, {"password": "Tannenbaum"})
    old, new = SealedNotes(b"o" * 32), SealedNotes(b"n" * 32, [b"o" * 32])

    sealed = old.seal(note)

    assert "Tannenbaum" not in sealed
    assert "Tannenbaum" not in repr(note)
    assert new.open(sealed) == note
    with pytest.raises(ValueError, match="secret key"):
        SealedNotes(b"n" * 32).open(sealed)
    assert not NoPost(SECRET).on
