"""Pairing: only with the server that the link names, and only where nobody listens in."""

from __future__ import annotations

import pytest

from astrow2fa.phone.client import Phone
from astrow2fa.phone.errors import BadLink, Refused, Unreachable, Untrusted
from astrow2fa.phone.link import origin, read_link
from tests.phone.standin import CODE, Standin
from tests.vectors import read

VECTORS = read()


def test_a_link_is_enough(server: Standin) -> None:
    phone = Phone.pair(server.link, name="Ada’s phone")
    assert (phone.identity.username, phone.identity.display_name) == ("ada", "Ada")
    sent = server.phones[phone.identity.device_id]
    assert sent == {
        "code": CODE,
        "public_key": phone.identity.key.public,
        "name": "Ada’s phone",
        "platform": "simulator",
        "storage": "persisted",
    }


def test_a_typed_code_goes_with_name_and_password(server: Standin) -> None:
    phone = Phone.pair(url=server.url + "/", code=CODE, username="ada", password="secret")
    sent = server.phones[phone.identity.device_id]
    assert (sent["username"], sent["password"]) == ("ada", "secret")


def test_an_invitation_is_changed_for_a_code(server: Standin) -> None:
    link = server.link.replace("#pair=", "#invite=")
    phone = Phone.pair(link, username="ada", password="secret")
    assert server.phones[phone.identity.device_id]["username"] == "ada"


def test_an_invitation_needs_name_and_password(server: Standin) -> None:
    with pytest.raises(BadLink):
        Phone.pair(server.link.replace("#pair=", "#invite="))


def test_a_wrong_code_is_refused(server: Standin) -> None:
    with pytest.raises(Refused) as refused:
        Phone.pair(server.link.replace(CODE, "another"))
    assert refused.value.code == "bad_code"


def test_a_server_with_another_key_than_the_links_is_not_paired_with(server: Standin) -> None:
    link = server.link
    server.key = server.signatures.new_key()
    with pytest.raises(Untrusted):
        Phone.pair(link)
    assert ("DELETE", "device", None) in server.calls, "what was paired is unpaired"


def test_no_server_at_all() -> None:
    with pytest.raises(Unreachable):
        Phone.pair(f"http://127.0.0.1:9/mobile/#pair={CODE}&key=x")


@pytest.mark.parametrize("vector", VECTORS["links"], ids=lambda vector: vector["link"][-40:])
def test_links_of_the_vectors(vector: dict[str, str | None]) -> None:
    if vector["kind"] is None:
        with pytest.raises(BadLink):
            read_link(str(vector["link"]))
        return
    link = read_link(str(vector["link"]))
    assert {"url": link.url, "kind": link.kind, "code": link.code, "key": link.key} == {
        name: value for name, value in vector.items() if name != "link"
    }


@pytest.mark.parametrize(
    "url",
    [
        "",
        "login.example.com",
        "http://login.example.com",
        "ftp://localhost",
        "https://a@b.example",
        "https://b/c",
        "https://",
    ],
)
def test_addresses_where_somebody_could_listen_in_are_refused(url: str) -> None:
    with pytest.raises(BadLink):
        origin(url)


@pytest.mark.parametrize(
    "url", ["https://b.example", "http://localhost:5000", "http://127.0.0.1:1", "http://[::1]:1"]
)
def test_addresses_that_are_fine(url: str) -> None:
    assert origin(url) == origin(url + "/") == url
