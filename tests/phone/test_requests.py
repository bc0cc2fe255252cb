"""A request is shown only when the pinned key signed it, for this user, and its time has come and not gone."""

from __future__ import annotations

import time
from typing import Any

import pytest

from astrow2fa.adapters.signatures import signing_key
from astrow2fa.phone.calls import Clock
from astrow2fa.phone.client import Phone
from astrow2fa.phone.errors import Untrusted
from astrow2fa.phone.identity import Identity
from astrow2fa.phone.request import read_request
from tests.phone.standin import Standin
from tests.vectors import read

VECTORS = read()
KEYS = VECTORS["keys"]
ADA = Identity(
    url=VECTORS["public_url"],
    device_id=KEYS["phone"]["kid"],
    name="phone",
    username="ada",
    display_name="Ada",
    key=signing_key(KEYS["phone"]["private"]),
    server_keys=(KEYS["server"]["public"],),
)


def envelope(jws: object) -> dict[str, Any]:
    return {"confirmation": jws, "quiet": False, "others_pending": 0}


@pytest.mark.parametrize("name", VECTORS["confirmations"])
def test_confirmations_of_the_vectors(name: str) -> None:
    asked = VECTORS["confirmations"][name]
    request = read_request(envelope(asked["jws"]), ADA, VECTORS["asked_at"] + 5)
    assert (request.id, request.sha256) == (asked["id"], asked["sha256"])
    assert request.known == asked["claims"]["browser"]["known"]
    assert request.number_required == (asked["number"] is not None)


@pytest.mark.parametrize("vector", VECTORS["refused_confirmations"], ids=lambda vector: vector["name"])
def test_refused_confirmations_of_the_vectors(vector: dict[str, Any]) -> None:
    with pytest.raises(Untrusted):
        read_request(envelope(vector["jws"]), ADA, vector["now"])


@pytest.mark.parametrize("delivered", [None, "x", [], {}, {"confirmation": None}, {"confirmation": 7}])
def test_what_is_no_envelope_is_not_shown(delivered: object) -> None:
    with pytest.raises(Untrusted):
        read_request(delivered, ADA, VECTORS["asked_at"])


def test_a_request_for_another_user_is_not_shown(server: Standin, phone: Phone) -> None:
    server.ask(username="eve")
    assert phone.confirmations() == []


def test_a_bad_request_does_not_hide_a_good_one(server: Standin, phone: Phone) -> None:
    server.ask("bad", key=server.signatures.new_key())
    server.ask("good")
    assert [request.id for request in phone.confirmations()] == ["good"]


def rotate(server: Standin, *, signed_by_old: bool = True) -> None:
    old, server.key = server.key, server.signatures.new_key()
    keys = [{**key.public, "kid": key.kid} for key in (server.key, old)]
    signer = old if signed_by_old else server.key
    server.keys = lambda: server.sign("astrow2fa-server-keys+jwt", {"iss": server.url, "keys": keys}, signer)


def test_a_new_key_of_the_server_is_believed_when_the_old_one_signed_for_it(
    server: Standin, phone: Phone
) -> None:
    rotate(server)
    server.ask()
    assert [request.id for request in phone.confirmations()] == ["request-1"]
    assert len(phone.identity.server_keys) == 2


def test_a_new_key_that_signs_for_itself_is_not_believed(server: Standin, phone: Phone) -> None:
    rotate(server, signed_by_old=False)
    server.ask()
    before = phone.identity
    assert phone.confirmations() == []
    assert phone.identity is before


@pytest.mark.parametrize("off", [-3600, 3600, 90])
def test_a_wrong_clock_is_corrected_and_the_call_made_again(server: Standin, off: float) -> None:
    phone = Phone.pair(server.link, clock=Clock(wrong_by=off))
    server.ask()
    [request] = phone.confirmations()
    assert phone.clock.now() == pytest.approx(time.time(), abs=30)
    assert phone.decide(request, "approve") == "approved"


def test_a_wrong_clock_is_corrected_at_connect_too(server: Standin) -> None:
    phone = Phone.pair(server.link, clock=Clock(wrong_by=-1000))
    with phone.connect() as live:
        server.ask()
        request = live.wait_for_request()
    assert request.id == "request-1"


def test_the_server_s_clock_may_be_anything(server: Standin) -> None:
    server.ahead = 1_000_000
    phone = Phone.pair(server.link)
    server.ask()
    [request] = phone.confirmations()
    assert phone.decide(request, "deny", reason="not_me") == "denied"
    assert server.decisions[-1]["reason"] == "not_me"
    assert server.decisions[-1]["confirmation_sha256"] == request.sha256
