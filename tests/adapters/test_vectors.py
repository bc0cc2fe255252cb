"""The published test vectors, as far as signatures and the shape of tokens go."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from astrow2fa.adapters.compact import encode
from astrow2fa.adapters.signatures import JoseSignatures
from astrow2fa.core.errors import BadSignature, Malformed, Refusal
from tests.vectors import read

ROOT = Path(__file__).parents[2]
VECTORS = read()
PUBLIC = {key["kid"]: key["public"] for name, key in VECTORS["keys"].items() if name != "stranger"}
NOT_SIGNED_RIGHT = {
    "signed by another key",
    "signed by another key under the pinned kid",
    "signed by a key that is not pinned",
    "another key",
    "an unknown phone",
    "by the new key alone",
    "its claims were changed",
    "no signature",
    "HS256 with the public key as the secret",
    "a signature in DER",
    "a signature cut short",
    "a critical extension",
}
NOT_A_TOKEN = {"another type", "a member twice", "a fourth part", "padded base64", "a line end", "empty"}

signatures = JoseSignatures(b"a secret key for the tests, 32 B")


def outcome(token: str, typ: str, pinned: str = "") -> type[Refusal] | None:
    """What the check of a token alone says, with the key that its `kid` names (of those in `pinned`, if given)."""
    try:
        kid = signatures.peek(token, typ).kid
        if kid not in PUBLIC or (pinned and kid != pinned):
            return BadSignature
        signatures.verify(token, typ, PUBLIC[kid])
    except Refusal as refusal:
        return type(refusal)
    return None


def expected(name: str) -> type[Refusal] | None:
    return BadSignature if name in NOT_SIGNED_RIGHT else Malformed if name in NOT_A_TOKEN else None


def named(section: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("vector", VECTORS[section], ids=lambda vector: vector["name"])


@pytest.mark.parametrize("name", VECTORS["keys"])
def test_a_key_has_its_thumbprint(name: str) -> None:
    key = VECTORS["keys"][name]
    assert signatures.public_jwk(key["public"]) == key["public"]
    assert signatures.thumbprint(key["public"]) == key["thumbprint"]


@pytest.mark.parametrize("name", VECTORS["confirmations"])
def test_a_confirmation_holds_its_claims_and_has_its_hash(name: str) -> None:
    asked, server = VECTORS["confirmations"][name], VECTORS["keys"]["server"]
    header = signatures.peek(asked["jws"], "astrow2fa-confirmation+jwt")
    assert header.kid == server["kid"]
    assert signatures.verify(asked["jws"], header.typ, server["public"]) == asked["claims"]
    assert encode(hashlib.sha256(asked["jws"].encode()).digest()) == asked["sha256"]


@named("refused_confirmations")
def test_a_confirmation_that_must_not_be_shown(vector: dict[str, Any]) -> None:
    found = outcome(vector["jws"], "astrow2fa-confirmation+jwt", VECTORS["keys"]["server"]["kid"])
    assert found is expected(vector["name"])


@named("decisions")
def test_a_decision(vector: dict[str, Any]) -> None:
    assert outcome(vector["jws"], "astrow2fa-decision+jwt") is expected(vector["name"])


@named("proofs")
def test_a_proof(vector: dict[str, Any]) -> None:
    assert outcome(vector["proof"], "astrow2fa-proof+jwt") is expected(vector["name"])


@named("connects")
def test_a_connect_assertion(vector: dict[str, Any]) -> None:
    assert outcome(vector["assertion"], "astrow2fa-connect+jwt") is expected(vector["name"])


@named("server_keys")
def test_a_list_of_server_keys(vector: dict[str, Any]) -> None:
    found = outcome(vector["jws"], "astrow2fa-server-keys+jwt", VECTORS["keys"]["server"]["kid"])
    assert found is expected(vector["name"])


@pytest.mark.parametrize("section", ["decisions", "proofs", "connects"])
def test_a_token_that_is_refused_has_the_code_of_its_refusal(section: str) -> None:
    for vector in VECTORS[section]:
        refusal = expected(vector["name"])
        assert refusal is None or refusal.code == vector["code"], vector["name"]


def test_the_file_is_what_its_source_makes() -> None:
    subprocess.run([sys.executable, "-m", "tests.vectors", "--check"], cwd=ROOT, check=True)
