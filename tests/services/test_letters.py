"""Letters to users: what is told, to whom, when; and what becomes of a letter that nobody takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from astrow2fa.adapters.mail import SealedNotes
from astrow2fa.core.facts import Tag
from astrow2fa.core.user_csv import read
from astrow2fa.ports import Parts
from astrow2fa.ports.mail import Kind, Note, NotTaken
from astrow2fa.services import accounts, exemptions, language, letters, passwords, user_import, users
from astrow2fa.services.helping import Refused, Why
from astrow2fa.services.users import Reset
from tests.support.house import PASSWORD, House
from tests.support.people import form_of, is_refused, wanted

NEW = "another Horse-7 altogether"


class Box(SealedNotes):
    """Keeps what is sent, or does not take it."""

    on = True

    def __init__(self) -> None:
        super().__init__(b"k" * 32)
        self.sent: list[Note] = []
        self.fault: NotTaken | None = None

    def send(self, note: Note) -> None:
        if self.fault:
            raise self.fault
        self.sent.append(note)


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def parts(house: House, box: Box) -> Parts:
    """The house with a mail server; Bob has an address, too."""
    with house.parts.store.write() as work:
        run = work._connection.exec_driver_sql  # type: ignore[attr-defined]
        run("UPDATE users SET email = 'bob@example.org' WHERE name = 'bob'")
    house.parts = replace(house.parts, post=box)
    return house.parts


def told(parts: Parts, box: Box) -> list[tuple[Kind, str]]:
    letters.deliver(parts)
    return [(note.kind, note.to) for note in box.sent]


def test_a_new_phone_is_told_by_letter(house: House, parts: Parts, box: Box) -> None:
    house.phone("anna")

    assert told(parts, box) == [(Kind.PHONE_PAIRED, "anna@example.org")]
    assert box.sent[0].facts == {"phone": "Pixel 9", "address": "192.0.2.50"}


def test_a_changed_password_is_told(house: House, parts: Parts, box: Box) -> None:
    passwords.change_password(parts, house.id_of("anna"), PASSWORD, NEW)
    accounts.reset_password(parts, "anna", "yet another Horse-9")

    assert told(parts, box) == [
        (Kind.PASSWORD_CHANGED, "anna@example.org"),
        (Kind.PASSWORD_RESET, "anna@example.org"),
    ]
    assert box.sent[1].facts == {"by": "operator"}


def test_an_exemption_is_told_without_its_code(house: House, parts: Parts, box: Box) -> None:
    code = exemptions.issue(parts, "anna", "phone at home").code

    assert told(parts, box) == [(Kind.EXEMPTED, "anna@example.org")]
    assert code not in str(box.sent[0].facts)
    assert box.sent[0].facts == {"by": "operator", "reason": "phone at home"}


def test_a_reset_password_is_sent_and_not_shown(house: House, parts: Parts, box: Box) -> None:
    reset = users.reset_password(parts, house.id_of("anna"), house.id_of("bob"), by_mail=True)

    assert reset == Reset(password=None, first=False)
    assert told(parts, box) == [(Kind.PASSWORD_SENT, "bob@example.org")]
    # And it is the right one
    stored = accounts.named(parts, "bob").password_hash
    assert parts.passwords.matches(box.sent[0].facts["password"], stored)


def test_a_password_that_is_shown_is_not_sent(house: House, parts: Parts, box: Box) -> None:
    reset = users.reset_password(parts, house.id_of("anna"), house.id_of("bob"))

    assert isinstance(reset, Reset)
    assert reset.password
    assert told(parts, box) == [(Kind.PASSWORD_RESET, "bob@example.org")]
    assert reset.password not in str(box.sent[0].facts)


def test_who_has_no_address_has_to_be_given_one_first(house: House, parts: Parts) -> None:
    with is_refused(house, Why.NO_ADDRESS) as results:
        results.append(users.reset_password(parts, house.id_of("anna"), house.id_of("charlie"), by_mail=True))


def test_without_a_mail_server_nothing_is_sent_and_nothing_waits(house: House) -> None:
    with is_refused(house, Why.NO_MAIL) as results:
        results.append(
            users.reset_password(house.parts, house.id_of("anna"), house.id_of("bob"), by_mail=True)
        )
    house.phone("anna")

    assert house.rows("letters") == []


def test_another_address_is_told_to_the_old_one(house: House, parts: Parts, box: Box) -> None:
    form = form_of(house, "bob")
    changed = wanted(
        "bob", display_name=form["display_name"], email="new@example.org", kinds=("ess",), mobile=("ess",)
    )
    assert not isinstance(users.edit(parts, house.id_of("anna"), house.id_of("bob"), changed), Refused)

    assert told(parts, box) == [(Kind.ADDRESS_CHANGED, "bob@example.org")]


def test_an_address_that_a_file_changes_is_told_to_the_old_one_too(
    house: House, parts: Parts, box: Box
) -> None:
    """Else a helper leads a user's letters to himself in silence, and then has a new password sent."""
    anna = house.id_of("anna")
    begun = user_import.begin(parts, anna, read(b"user_name,email\nbob,thief@example.org\n"))
    assert isinstance(begun, str)
    user_import.look(parts, anna, begun)
    assert list(user_import.run(parts, anna, begun))

    assert told(parts, box) == [(Kind.ADDRESS_CHANGED, "bob@example.org")]


def test_what_was_rolled_back_is_not_told(house: House, parts: Parts, box: Box) -> None:
    anna = house.id_of("anna")
    with is_refused(house, Why.YOURSELF) as results:
        results.append(users.reset_password(parts, anna, anna, by_mail=True))

    assert told(parts, box) == []


def test_a_relay_that_is_away_is_tried_again_for_hours_and_then_given_up(
    house: House, parts: Parts, box: Box
) -> None:
    # Given
    box.fault = NotTaken("not reached", for_good=False)
    exemptions.issue(parts, "anna", "phone at home")
    begun = house.clock.now()
    # When
    tries = 0
    while house.rows("letters"):
        letters.deliver(parts)
        tries += 1
        house.clock.advance(
            0 if not (rows := house.rows("letters")) else float(str(rows[0]["next_at"])) - house.clock.now()
        )
    # Then
    assert tries == 1 + len(letters.WAITS)
    assert 4 * 3600 < house.clock.now() - begun < 6 * 3600
    [failed] = [row for row in house.rows("log") if row["tag"] == Tag.LETTER_FAILED]
    assert "not reached" in str(failed["details"])
    assert box.sent == []


def test_it_is_not_tried_before_its_time_and_arrives_once_when_the_relay_is_back(
    house: House, parts: Parts, box: Box
) -> None:
    box.fault = NotTaken("not reached", for_good=False)
    exemptions.issue(parts, "anna", "phone at home")
    letters.deliver(parts)
    box.fault = None
    assert letters.deliver(parts) == 0

    house.clock.advance(letters.WAITS[0])

    assert letters.deliver(parts) == 1
    assert letters.deliver(parts) == 0
    assert house.log()[-1] == Tag.LETTER_SENT


def test_what_will_never_be_taken_is_not_tried_again(house: House, parts: Parts, box: Box) -> None:
    box.fault = NotTaken("no such user", for_good=True)
    exemptions.issue(parts, "anna", "phone at home")

    assert letters.deliver(parts) == 0
    assert house.rows("letters") == []
    assert house.log()[-1] == Tag.LETTER_FAILED


def test_of_two_processes_one_sends(house: House, parts: Parts, box: Box) -> None:
    exemptions.issue(parts, "anna", "phone at home")
    with parts.store.read() as work:
        [letter] = work.letters.due(work.now, 10)
    with parts.store.write() as work:
        assert work.letters.claim(letter, int(work.now) + 60)
        assert not work.letters.claim(letter, int(work.now) + 60)

    assert letters.deliver(parts) == 0
    assert box.sent == []


def test_the_outbox_and_the_log_hold_no_password(house: House, parts: Parts, box: Box) -> None:
    users.reset_password(parts, house.id_of("anna"), house.id_of("bob"), by_mail=True)
    kept = str(house.rows("letters")) + str(house.rows("log"))
    letters.deliver(parts)

    assert box.sent[0].facts["password"] not in kept + str(house.rows("log"))


def test_it_knows_the_language_of_who_gets_it(house: House, parts: Parts, box: Box) -> None:
    language.choose(parts, house.id_of("anna"), "nl")

    passwords.change_password(parts, house.id_of("anna"), PASSWORD, NEW)
    passwords.change_password(parts, house.id_of("bob"), PASSWORD, NEW)
    letters.deliver(parts)

    assert [note.language for note in box.sent] == ["nl", ""]
