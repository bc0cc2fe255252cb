"""The phone's side is right by the example of RFC 8291, and reads what the server encrypts."""

from __future__ import annotations

import base64

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec

from astrow2fa.adapters.push.sealing import sealed
from astrow2fa.core.push import PAYLOAD_BYTES, Kind, Service, Subscription, WakeUp
from tests.support.push import Phone, Pushed, decrypted


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


# RFC 8291 section 5 and appendix A.
PRIVATE = decoded("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")
AUTH = decoded("BTBZMqHH6r4Tts7J_aSIgg")
BODY = decoded(
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def subscription(phone: Phone) -> Subscription:
    keys = phone.subscription["keys"]
    return Subscription("id", 1, Service.WEB, phone.endpoint, keys["p256dh"], keys["auth"], "", 0)


def test_the_example_of_the_standard_is_read() -> None:
    key = ec.derive_private_key(int.from_bytes(PRIVATE, "big"), ec.SECP256R1())

    assert decrypted(BODY, key, AUTH) == b"When I grow up, I want to be a watermelon"


@pytest.mark.parametrize("kind", Kind)
def test_the_phone_reads_what_the_server_encrypts(kind: Kind) -> None:
    phone = Phone("https://push.example.net/x")
    wake_up = WakeUp(kind, "c" * 27, 100)

    body = sealed(wake_up.payload, subscription(phone))

    assert phone.reads(Pushed("/", {}, body)) == {"v": 1, "kind": kind.value, "id": "c" * 27}
    assert len(wake_up.payload) == PAYLOAD_BYTES <= 200


def test_no_two_are_alike_and_nobody_else_reads_them() -> None:
    phone, other = Phone("https://push.example.net/x"), Phone("https://push.example.net/y")
    plain = WakeUp(Kind.TEST, None, 100).payload

    one, two = (sealed(plain, subscription(phone)) for _ in range(2))

    assert one[:16] != two[:16]
    assert one[21:86] != two[21:86]
    with pytest.raises(InvalidTag):
        other.reads(Pushed("/", {}, one))
