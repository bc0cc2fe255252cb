"""Bodies of the phone API that are none: an answer in 4xx with a code, never 500, and nothing changed."""

from __future__ import annotations

import pytest

from tests.support.api import API, calls, problem
from tests.support.house import House
from tests.support.unchanged import nothing_changes

NO_OBJECTS = [
    b"",
    b"x",
    b"null",
    b"true",
    b"7",
    b'"text"',
    b"[]",
    b'[{"code": "x"}]',
    b"{",
    b"{}",
    b'{"code": "x"',
    b"\xff\xfe\x00",
    b'{"code": "\xff"}',
    b"[" * 30_000 + b"]" * 30_000,
    b'{"code":' * 7_000 + b"1" + b"}" * 7_000,
    b"9" * 60_000,
    b'{"code": ' + b"9" * 60_000 + b"}",
    b'{"code": NaN}',
    b'{"code": "\\ud800"}',
    b'{"code": "\\u0000"}',
    b"a=b&c=d",
]


@pytest.mark.parametrize("path", ["/pair", "/invitations"])
def test_open_calls(house: House, path: str) -> None:
    with nothing_changes(house):
        for raw in NO_OBJECTS:
            problem(calls(house, "POST", path, raw=raw), 400, "malformed")


def test_proven_calls(house: House) -> None:
    phone, other = house.phone("anna"), house.phone("anna", "Tablet")
    with nothing_changes(house):
        for raw in NO_OBJECTS:
            problem(calls(house, "POST", "/password", raw=raw, phone=phone), 400, "malformed")
            problem(calls(house, "DELETE", f"/phones/{other.id}", raw=raw, phone=phone), 400, "malformed")


@pytest.mark.parametrize("path", ["/pair", "/invitations", "/confirmations/x/decision"])
def test_a_body_that_is_too_large_is_malformed(house: House, path: str) -> None:
    with nothing_changes(house):
        problem(calls(house, "POST", path, raw=b"x" * (64 * 1024 + 1)), 400, "malformed")


def test_a_proven_body_that_is_too_large_is_malformed(house: House) -> None:
    with nothing_changes(house, "phones", "pairing_codes", "users"):
        phone = house.phone("anna")
        problem(calls(house, "POST", "/password", raw=b"x" * 100_000, phone=phone), 400, "malformed")


@pytest.mark.parametrize("path", ["%00", "%ED%A0%80", "%FF", "x" * 5000, "..%2F..%2Fme", "a%0d%0ab"])
def test_an_identifier_that_is_none(house: House, path: str) -> None:
    phone = house.phone("anna")
    client = house.app.test_client()
    with nothing_changes(house):
        decided = client.post(f"{API}/confirmations/{path}/decision", data="a.b.c")
        deleted = client.delete(f"{API}/sessions/{path}")
    assert decided.status_code in (400, 404)
    assert deleted.status_code in (400, 401, 404)
    assert phone
