"""`licence install|show|issue`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from astrow2fa.adapters.signatures import Es256, private_jwk
from astrow2fa.ports.outside import SigningKey
from astrow2fa.services.licences import TYP
from tests.commands.operator import Operator
from tests.support.house import House, install_licence
from tests.support.phone import payload_of

DAY = 86_400
BOTH = "--module astrow_mobile --module two_factor"
ORDER = f"--issuer Amano --customer 'ACME Ltd' {BOTH} --seats 25 --days 365"


@pytest.fixture
def issuer() -> SigningKey:
    return Es256().new_key()


@pytest.fixture
def key_file(tmp_path: Path, issuer: SigningKey) -> Path:
    """As other programs write it, with members that we do not need."""
    path = tmp_path / "issuer.jwk"
    path.write_text(json.dumps({**private_jwk(issuer), "kid": "issuer-1", "key_ops": ["sign"], "ext": True}))
    return path


@pytest.fixture
def trusting(tmp_path: Path, issuer: SigningKey) -> Operator:
    """An operator of an installation that trusts this issuer."""
    keys = tmp_path / "issuers.json"
    keys.write_text(json.dumps({"keys": [dict(issuer.public)]}))
    return Operator(House(tmp_path / "trusting", ASTROW2FA_LICENCE_KEYS=str(keys)))


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[str], Path]:
    def save(text: str) -> Path:
        path = tmp_path / "a.licence"
        path.write_text(text)
        return path

    return save


def test_an_issued_licence_is_one_line_and_says_what_was_ordered(operator: Operator, key_file: Path) -> None:
    [jws] = operator.does(f"licence issue --key {key_file} {ORDER}")

    claims = payload_of(jws)
    now = int(operator.house.clock.now())
    assert len(claims.pop("jti")) >= 22
    assert claims == {
        "iss": "Amano",
        "customer": "ACME Ltd",
        "modules": ["astrow_mobile", "two_factor"],
        "seats": 25,
        "nbf": now,
        "exp": now + 365 * DAY,
    }
    assert operator.house.log()[-1] == "operator:licence:issued"


def test_an_issued_licence_is_installed_where_its_issuer_is_trusted(
    trusting: Operator, key_file: Path, saved: Callable[[str], Path]
) -> None:
    assert trusting.reads("licence show") == {"licences": [], "missing": ["astrow_mobile", "two_factor"]}
    [jws] = trusting.does(f"licence issue --key {key_file} {ORDER}")

    [said] = trusting.does(f"licence install {saved(jws)}")

    assert said.startswith("Installed Astrow Mobile and 2 Factor Authentication for ACME Ltd, until 20")
    shown = trusting.reads("licence show")
    assert shown["missing"] == []
    assert (shown["licences"][0]["valid"], shown["licences"][0]["seats"]) == (True, 25)
    assert "ACME Ltd" in "".join(trusting.does("licence show"))
    assert trusting.house.log()[-1] == "operator:licence:installed"


def test_it_is_also_read_from_standard_input(trusting: Operator, key_file: Path) -> None:
    [jws] = trusting.does(f"licence issue --key {key_file} {ORDER}")

    trusting.does("licence install -", jws + "\n")

    assert "installed already" in trusting.is_refused("licence install -", jws)


def test_what_has_expired_or_is_missing_is_shown(trusting: Operator, key_file: Path) -> None:
    order = "--issuer I --customer C --module two_factor --seats 0 --days 1"
    [jws] = trusting.does(f"licence issue --key {key_file} {order}")
    trusting.does("licence install -", jws)
    assert trusting.does("licence show")[-1] == "Missing: Astrow Mobile"

    trusting.house.clock.advance(DAY)

    assert trusting.does("licence show")[-2:] == [
        "Missing: Astrow Mobile",
        "Missing: 2 Factor Authentication",
    ]
    assert "expired" in "".join(trusting.does("licence show"))
    assert not trusting.reads("licence show")["licences"][0]["valid"]


def test_an_unknown_issuer_is_refused(operator: Operator, key_file: Path) -> None:
    [jws] = operator.does(f"licence issue --key {key_file} {ORDER}")

    assert "issuer that is not trusted" in operator.is_refused("licence install -", jws)


def test_a_changed_licence_is_refused(trusting: Operator, key_file: Path) -> None:
    [jws] = trusting.does(f"licence issue --key {key_file} {ORDER}")
    header, _, signature = jws.split(".")
    [other] = trusting.does(f"licence issue --key {key_file} {ORDER}")

    forged = f"{header}.{other.split('.')[1]}.{signature}"

    assert trusting.is_refused("licence install -", forged) == "This is not a licence file (bad_signature)."


def test_an_expired_licence_is_refused(trusting: Operator, key_file: Path) -> None:
    [jws] = trusting.does(f"licence issue --key {key_file} {ORDER.replace('365', '1')}")
    trusting.house.clock.advance(DAY)

    assert trusting.is_refused("licence install -", jws) == "This licence has expired."


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff\x00\xfe", b"a.b.c", b"x" * 100_000])
def test_whatever_else_is_no_licence(trusting: Operator, content: bytes) -> None:
    assert trusting.is_refused("licence install -", content).startswith("This is not ")


@pytest.mark.parametrize("content", ["", "[]", "{}", '"text"', "not JSON", "{{", '{"kty": "EC", "d": 7}'])
def test_a_file_without_a_private_key_issues_nothing(
    operator: Operator, saved: Callable[[str], Path], content: str
) -> None:
    assert operator.is_refused(f"licence issue --key {saved(content)} {ORDER}").startswith("The key file")


def test_a_public_key_issues_nothing(
    operator: Operator, issuer: SigningKey, saved: Callable[[str], Path]
) -> None:
    public = saved(json.dumps(dict(issuer.public)))

    assert "no private P-256 key" in operator.is_refused(f"licence issue --key {public} {ORDER}")


def test_a_key_on_no_curve_issues_nothing_and_is_not_repeated(
    operator: Operator, issuer: SigningKey, saved: Callable[[str], Path]
) -> None:
    broken = {**private_jwk(issuer), "x": "AAAA"}

    said = operator.is_refused(f"licence issue --key {saved(json.dumps(broken))} {ORDER}")

    assert "no private P-256 key" in said
    assert broken["d"] not in said


@pytest.mark.parametrize(
    "order",
    [
        ORDER.replace(BOTH, "--module coffee"),
        ORDER.replace(BOTH, ""),
        ORDER.replace("25", "-1"),
        ORDER.replace("365", "0"),
    ],
)
def test_an_order_written_wrongly_issues_nothing(operator: Operator, key_file: Path, order: str) -> None:
    operator.is_wrong(f"licence issue --key {key_file} {order}")


def test_more_seats_than_there_are_people_are_a_slip(trusting: Operator, issuer: SigningKey) -> None:
    claims = {"jti": "1", "iss": "Amano", "customer": "ACME", "modules": ["two_factor"]}
    now = int(trusting.house.clock.now())
    jws = Es256().sign(TYP, {**claims, "seats": 2**31, "nbf": now, "exp": now + DAY}, issuer)

    assert trusting.is_refused("licence install -", jws) == "This licence lacks its seats or its dates."


def test_a_customer_has_a_name_that_fits(operator: Operator, key_file: Path) -> None:
    for customer in ("", "x" * 129):
        order = ORDER.replace("ACME Ltd", customer)
        assert "customer" in operator.is_refused(f"licence issue --key {key_file} {order}")


def test_a_file_that_cannot_be_read_is_a_reason(operator: Operator, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path):
        assert str(path) in operator.is_refused(f"licence install {path}")
        assert str(path) in operator.is_refused(f"licence issue --key {path} {ORDER}")


def test_the_seats_that_are_taken_are_told_with_the_licence(operator: Operator) -> None:
    house = operator.house
    house.delete("licences")
    install_licence(house.parts, seats=2)

    said = operator.does("licence show")

    assert "Seats for Astrow Mobile: 3 of 2 taken." in said
    assert "Whoever holds Mobile keeps it; nobody else can be given it until there are more seats." in said
