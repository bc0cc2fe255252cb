"""Tokens: whatever the text, whatever the claims, a refusal with a code and nothing else."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrow2fa.adapters.signatures import Es256
from astrow2fa.core.confirmation import Confirmation
from astrow2fa.core.errors import BadSignature, Malformed, Refusal
from astrow2fa.services import keys, licences
from astrow2fa.services.answer import answer
from astrow2fa.services.claims import CONNECT, PROOF, authenticate
from astrow2fa.services.keys import Purpose
from astrow2fa.services.licences import NotInstalled
from tests.fuzz.words import JSON, TEXT, few, many
from tests.support.acts import asked
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.phone import DECISION, RobotPhone, payload_of
from tests.support.unchanged import nothing_changes

signatures = Es256()
KEY = signatures.new_key()
WHOLE = signatures.sign("test+jwt", {"a": 1}, KEY)
SIGNS = st.text("abcXYZ019-_=.+/ \0é", max_size=12)

mangled = st.builds(
    lambda at, take, put: WHOLE[:at] + put + WHOLE[at + take :],
    st.integers(0, len(WHOLE)),
    st.integers(0, 5),
    SIGNS,
)
tokens = TEXT | mangled | st.lists(SIGNS, min_size=2, max_size=4).map(".".join)
Scene = tuple[House, RobotPhone, Confirmation]


@pytest.fixture(scope="module")
def scene(shared_house: House) -> Scene:
    """A phone, and what it is asked."""
    phone = shared_house.phone("anna")
    RobotBrowser(shared_house.app).signs_in("anna")
    return shared_house, phone, asked(shared_house, "anna")


@many
@given(tokens | JSON)
def test_any_text_as_a_token(token: object) -> None:
    if token == WHOLE:
        return
    with pytest.raises((Malformed, BadSignature)):
        signatures.verify(token, "test+jwt", KEY.public)  # type: ignore[arg-type]
    with suppress(Malformed, BadSignature):
        signatures.peek(token, "test+jwt")


@few
@given(JSON)
def test_any_json_as_a_public_key(jwk: object) -> None:
    with pytest.raises(Malformed):
        signatures.public_jwk(jwk)


def changes(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    """Some of these claims with something else in them, or (None) left out."""
    return st.dictionaries(
        st.sampled_from(names) | TEXT.filter(str.isidentifier), JSON, min_size=1, max_size=3
    )


def test_any_claims_in_a_decision(scene: Scene) -> None:
    house, phone, one = scene

    @many
    @given(changes("aud", "iat", "jti", "decision", "confirmation_sha256", "number", "reason"))
    def run(claims: dict[str, Any]) -> None:
        good = payload_of(phone.decision(one, number=one.number))
        if {**good, **claims} == good or not {
            "aud",
            "jti",
            "confirmation_sha256",
            "number",
            "decision",
        } & set(claims):
            return
        with pytest.raises(Refusal):
            answer(house.parts, phone.sign(DECISION, **{**good, **claims}), "192.0.2.50")

    # A wrong number ends a confirmation and counts on the phone; nothing else here does anything.
    with nothing_changes(house, "confirmations", "phones", "sessions", "recognised", "users"):
        run()


@pytest.mark.parametrize("typ", [PROOF, CONNECT])
def test_any_claims_in_a_proof(scene: Scene, typ: str) -> None:
    house, phone, _ = scene

    @few
    @given(changes("aud", "iat", "jti", "htm", "htu", "bsha"))
    def run(claims: dict[str, Any]) -> None:
        good: dict[str, object] = {"aud": house.parts.public_url, "iat": int(house.clock.now()), "jti": "x"}
        with suppress(Refusal):
            authenticate(house.parts, phone.sign(typ, **{**good, **claims}), typ, {})

    run()


@few
@given(tokens)
def test_any_text_as_an_answer(scene: Scene, token: str) -> None:
    house, _, _ = scene
    for act in (lambda: answer(house.parts, token, ""), lambda: authenticate(house.parts, token, PROOF, {})):
        with pytest.raises(Refusal):
            act()


def test_any_licence(scene: Scene) -> None:
    house, _, _ = scene
    issuer = keys.ensure(house.parts.store, house.parts.signatures, Purpose.DEMO_ISSUER)
    names = ("iss", "jti", "customer", "modules", "seats", "nbf", "exp")

    @many
    @given(
        tokens
        | st.dictionaries(st.sampled_from(names), JSON).map(
            lambda c: signatures.sign(licences.TYP, c, issuer)
        )
    )
    def run(text: str) -> None:
        with pytest.raises(NotInstalled):
            licences.read(house.parts, text)

    run()
