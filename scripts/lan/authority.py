"""A certificate authority of this machine's own, and a certificate for its address in the local network.

Phones accept what this makes: P-256 and SHA-256, the address as subjectAltName, serverAuth, at most 398 days (Apple's
requirements for trusted certificates, HT210176). The authority can vouch for private addresses only (name constraints,
RFC 5280 §4.2.1.10), so that its key, were it stolen, makes no certificate for a name on the internet.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PRIVATE = [
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "192.0.2.0/24",
    "127.0.0.0/8",     "fc00::/7", "fe80::/10", "::1/128",
]  # fmt: skip
"""RFC 1918, 3927, 6598, 5737, 4193, 4291, and this machine: nothing that is routed on the internet."""
NOBODY = "invalid"
"""The only host names that it could vouch for (RFC 2606): none that exists."""

AUTHORITY_DAYS, SERVER_DAYS, SPARE_DAYS = 365, 90, 14
EARLIER = timedelta(hours=1)
"""Clocks of phones are not always right."""


@dataclass(frozen=True, slots=True)
class Certified:
    """What serving needs, on the disk; and what a phone has to be given."""

    chain: Path
    key: Path
    authority: bytes
    """DER."""
    fingerprint: str
    """Of the authority: SHA-256, in pairs of hexadecimal digits, as phones show it."""


def is_private(address: IPv4Address | IPv6Address) -> bool:
    """Whether the authority may vouch for it."""
    return any(address in ip_network(network) for network in PRIVATE)


def certified(folder: Path, address: str, now: datetime | None = None) -> Certified:
    """The certificates in `folder` (0700), made or renewed where they are missing, for another address or nearly over.

    Raises OSError, or ValueError when what is there cannot be read; the message is for people.
    """
    now = now or datetime.now(UTC)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    root = folder / "ca.pem"
    server, key = folder / "server.pem", folder / "server.key"
    try:
        if not _holds(root, now + timedelta(days=SERVER_DAYS + SPARE_DAYS)):
            _make_authority(root, folder / "ca.key", now)
            server.unlink(missing_ok=True)
        if not _holds(server, now + timedelta(days=SPARE_DAYS), address):
            _make_server(server, key, root, folder / "ca.key", address, now)
        authority = x509.load_pem_x509_certificate(root.read_bytes())
    except ValueError as error:
        raise ValueError(f"{folder} cannot be read ({error}); remove it, and it is made anew") from None
    print_ = authority.fingerprint(SHA256()).hex(":").upper()
    return Certified(server, key, authority.public_bytes(Encoding.DER), print_)


def _holds(file: Path, until: datetime, address: str | None = None) -> bool:
    if not file.exists():
        return False
    found = x509.load_pem_x509_certificate(file.read_bytes())
    if found.not_valid_after_utc < until:
        return False
    if address is None:
        return True
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return ip_address(address) in names.get_values_for_type(x509.IPAddress)


def _make_authority(file: Path, key_file: Path, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    # The day in its name tells two of them apart in a phone's list.
    name = _name(f"Astrow 2FA on this network, {now:%Y-%m-%d}")
    permitted: list[x509.GeneralName] = [x509.IPAddress(ip_network(network)) for network in PRIVATE]
    made = (
        _builder(name, name, key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.NameConstraints([*permitted, x509.DNSName(NOBODY)], None), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    _write(key_file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    _write(file, made.public_bytes(Encoding.PEM))


def _make_server(file: Path, key_file: Path, root: Path, root_key: Path, address: str, now: datetime) -> None:
    authority = x509.load_pem_x509_certificate(root.read_bytes())
    signer = load_pem_private_key(root_key.read_bytes(), password=None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{root_key.name} is no P-256 key")
    key = ec.generate_private_key(ec.SECP256R1())
    public = signer.public_key()
    # A name with blanks: one that looks like a host's would be held against the authority's constraints, too.
    made = (
        _builder(_name(f"Astrow 2FA at {address}"), authority.subject, key.public_key(), now, SERVER_DAYS)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .sign(signer, SHA256())
    )
    _write(key_file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    _write(file, made.public_bytes(Encoding.PEM))


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + timedelta(days=days))
    )


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        key_cert_sign=certificates,
        crl_sign=certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all, and for this user only (0600)."""
    draft = file.with_suffix(file.suffix + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
    draft.replace(file)
