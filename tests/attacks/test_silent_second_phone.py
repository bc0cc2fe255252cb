"""Somebody has the password and got hold of a code: the phone that he adds does not come unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from astrow2fa.services import pairing
from astrow2fa.services.unit import change
from astrow2fa.web.context import EXTENSION
from astrow2fa.web.hub import Listening
from tests.support.api import NEW_PHONE, calls, problem, succeeds
from tests.support.house import PASSWORD, House
from tests.support.phone import RobotPhone
from tests.support.push import Phone, PushService

Heard = dict[str, list[tuple[str, Mapping[str, object]]]]


@pytest.fixture
def service() -> Iterator[PushService]:
    with PushService() as service:
        yield service


@pytest.fixture
def house(build: Callable[..., House], service: PushService) -> Iterator[House]:
    house = build(ASTROW2FA_PUSH_HOSTS=service.host)
    yield house
    house.parts.push.stop()


@pytest.fixture
def heard(house: House, monkeypatch: pytest.MonkeyPatch) -> Heard:
    """What came to each socket, by the phone that has it."""
    found: Heard = {}

    def send(_: str, sids: tuple[str, ...], event: str, about: Mapping[str, object]) -> None:
        for sid in sids:
            found.setdefault(sid, []).append((event, about))

    monkeypatch.setattr(house.app.extensions[EXTENSION].hub, "_send", send)
    return found


def listens(house: House, name: str, device_id: str) -> str:
    """The app of this phone is open."""
    hub = house.app.extensions[EXTENSION].hub
    hub.listen(device_id, Listening(device_id, house.id_of(name), "192.0.2.50"))
    return device_id


def can_be_woken(house: House, phone: RobotPhone, at: Phone) -> Phone:
    succeeds(calls(house, "PUT", "/push-subscription", at.subscription, phone=phone), 204)
    return at


def pairs(house: House, code: str, name: str = "anna", password: str = PASSWORD) -> Any:
    key = dict(house.parts.signatures.new_key().public)
    body = {**NEW_PHONE, "name": "Burner", "public_key": key, "code": code}
    return calls(house, "POST", "/pair", {**body, "username": name, "password": password})


def code_of(house: House, name: str = "anna") -> str:
    return pairing.issue_code(house.parts, house.id_of(name), "administrator").typed


def works(house: House) -> None:
    house.parts.push.tick()  # type: ignore[attr-defined]


def test_the_owners_phone_is_told_by_socket_by_push_and_when_it_asks(
    house: House, heard: Heard, service: PushService
) -> None:
    # Given the owner's phone, and a stranger's, both open and able to be woken
    owners, strangers = house.phone("anna"), house.phone("charlie")
    listens(house, "anna", owners.id)
    listens(house, "charlie", strangers.id)
    woken = can_be_woken(house, owners, service.phone("/wake/owner"))
    can_be_woken(house, strangers, service.phone("/wake/stranger"))
    # When
    added = succeeds(pairs(house, code_of(house)), 201)["device_id"]
    works(house)
    # Then the owner's alone hears of it
    now = int(house.clock.now())
    event = {"id": added, "name": "Burner", "platform": NEW_PHONE["platform"], "paired_at": now}
    assert heard == {owners.id: [("phone_paired", event)]}
    # And is woken for it, within a day
    [pushed] = service.all
    assert (pushed.path, pushed.headers["ttl"]) == ("/wake/owner", "86400")
    assert woken.reads(pushed) == {"v": 1, "kind": "paired", "id": None}
    # And finds it when it asks
    phones = succeeds(calls(house, "GET", "/me", phone=owners))["phones"]
    assert {phone["id"]: phone["this"] for phone in phones} == {owners.id: True, added: False}


def test_every_other_phone_is_told_and_the_new_one_is_not(
    house: House, heard: Heard, service: PushService
) -> None:
    # Given three phones, of which the last one is open and subscribed before anybody was told of it
    old = [house.phone("anna", label) for label in ("Pixel 9", "Tablet")]
    works(house)
    new = house.phone("anna", "Burner")
    for number, phone in enumerate((*old, new)):
        listens(house, "anna", phone.id)
        can_be_woken(house, phone, service.phone(f"/wake/{number}"))
    # When
    with change(house.parts) as unit:
        paired = unit.work.phones.get(new.id)
        assert paired is not None
        unit.paired.append(paired)
    works(house)
    # Then
    assert sorted(heard) == sorted(phone.id for phone in old)
    assert {pushed.path for pushed in service.all} == {"/wake/0", "/wake/1"}


def test_a_phone_that_was_refused_tells_nobody(house: House, heard: Heard, service: PushService) -> None:
    # Given
    owners = house.phone("anna")
    listens(house, "anna", owners.id)
    can_be_woken(house, owners, service.phone())
    code = code_of(house)
    # When he has one of the two only
    problem(pairs(house, "0000-0000"), 401, "bad_code")
    problem(pairs(house, code, password="guessed"), 401, "bad_code")
    problem(pairs(house, code, name="charlie"), 401, "bad_code")
    works(house)
    # Then
    assert heard == {}
    assert service.all == []
    phones = succeeds(calls(house, "GET", "/me", phone=owners))["phones"]
    assert [phone["id"] for phone in phones] == [owners.id]


def test_bombing_the_phone_into_silence_first_does_not_keep_it_from_hearing(
    house: House, heard: Heard, service: PushService
) -> None:
    # Given an account that is spared
    owners = house.phone("anna")
    listens(house, "anna", owners.id)
    can_be_woken(house, owners, service.phone())
    with change(house.parts) as unit:
        unit.work.fatigue.begin(house.id_of("anna"), unit.now, unit.now + 1800)
    # When
    succeeds(pairs(house, code_of(house)), 201)
    works(house)
    # Then
    assert [event for event, _ in heard[owners.id]] == ["phone_paired"]
    assert len(service.all) == 1
