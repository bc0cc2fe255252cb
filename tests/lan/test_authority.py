"""The authority of one machine: what it makes, when it makes it anew, and what it can never vouch for."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509

from scripts.lan import authority
from scripts.lan.authority import Certified, certified, is_private

ADDRESS = "192.168.1.20"
NOW = datetime.now(UTC).replace(microsecond=0)


def read(file: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(file.read_bytes())


def is_trusted(made: Certified, address: str) -> str:
    """What a client that trusts the authority says to the server's certificate: nothing, or why not."""
    here, there = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(made.chain, made.key)
    client = ssl.create_default_context(cadata=made.authority)
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    ends = [
        client.wrap_bio(here, there, server_hostname=address),
        server.wrap_bio(there, here, server_side=True),
    ]
    for _ in range(3):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError as error:
                return str(error)
    return ""


def test_a_client_that_trusts_the_authority_trusts_the_server_at_its_address_only(tmp_path: Path) -> None:
    made = certified(tmp_path / "lan", ADDRESS, NOW)

    assert is_trusted(made, ADDRESS) == ""
    assert "IP address mismatch" in is_trusted(made, "192.168.1.21")


def test_it_keeps_to_what_phones_ask_of_certificates(tmp_path: Path) -> None:
    made = certified(tmp_path / "lan", ADDRESS, NOW)
    server, root = read(made.chain), x509.load_der_x509_certificate(made.authority)

    assert server.not_valid_after_utc - server.not_valid_before_utc <= timedelta(days=398)
    assert root.not_valid_after_utc - root.not_valid_before_utc <= timedelta(days=398)
    purposes = server.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [purpose._name for purpose in purposes] == ["serverAuth"]
    assert not server.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_keys_are_for_this_user_only(tmp_path: Path) -> None:
    folder = tmp_path / "lan"
    certified(folder, ADDRESS, NOW)

    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}


def test_a_second_start_makes_nothing(tmp_path: Path) -> None:
    first = certified(tmp_path, ADDRESS, NOW)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    again = certified(tmp_path, ADDRESS, NOW + timedelta(days=1))

    assert again == first
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_another_address_gets_another_certificate_of_the_same_authority(tmp_path: Path) -> None:
    first = certified(tmp_path, ADDRESS, NOW)

    moved = certified(tmp_path, "10.0.0.7", NOW)

    assert moved.fingerprint == first.fingerprint
    assert is_trusted(moved, "10.0.0.7") == ""


def test_it_is_renewed_before_it_ends_and_so_is_the_authority(tmp_path: Path) -> None:
    first = certified(tmp_path, ADDRESS, NOW)
    old = first.chain.read_bytes()

    later = certified(tmp_path, ADDRESS, NOW + timedelta(days=authority.SERVER_DAYS - 5))
    assert later.fingerprint == first.fingerprint
    assert later.chain.read_bytes() != old

    much_later = certified(tmp_path, ADDRESS, NOW + timedelta(days=authority.AUTHORITY_DAYS - 5))
    assert much_later.fingerprint != first.fingerprint


def test_what_cannot_be_read_is_said_in_a_line_and_stays(tmp_path: Path) -> None:
    certified(tmp_path, ADDRESS, NOW)
    (tmp_path / "ca.pem").write_text("nonsense")

    with pytest.raises(ValueError, match="remove it, and it is made anew"):
        certified(tmp_path, ADDRESS, NOW)

    assert (tmp_path / "ca.pem").read_text() == "nonsense"


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "172.32.0.1"])
def test_a_stolen_authority_vouches_for_nothing_on_the_internet(tmp_path: Path, address: str) -> None:
    # Given a thief with the authority's key, who makes a certificate for an address on the internet
    forged = certified(tmp_path, address, NOW)
    assert not is_private(ip_address(address))
    # Then nobody who trusts the authority believes it
    assert "permitted subtree violation" in is_trusted(forged, address)


def test_nor_for_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = certified(tmp_path, ADDRESS, NOW)
    monkeypatch.setattr(x509, "IPAddress", lambda _: x509.DNSName("bank.example.com"))
    monkeypatch.setattr(authority, "is_private", lambda _: True)
    authority._make_server(made.chain, made.key, tmp_path / "ca.pem", tmp_path / "ca.key", ADDRESS, NOW)

    assert "permitted subtree violation" in is_trusted(made, "bank.example.com")
