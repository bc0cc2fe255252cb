"""A certificate authority for tests, and servers that it vouches for."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


class Authority:
    """Made anew in a folder; valid for a day around now."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._certificate = self._signed("Test authority", self._key, authority=True)

    @property
    def trust(self) -> ssl.SSLContext:
        """What a client trusts who knows this authority and no other."""
        return ssl.create_default_context(cadata=self.certificate)

    @property
    def certificate(self) -> str:
        """Its own, in PEM."""
        return self._certificate.public_bytes(Encoding.PEM).decode()

    def server(self, name: str, *more: str) -> ssl.SSLContext:
        """What a server of this name (and of these) shows."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.file(name, *more))
        return context

    def file(self, name: str, *more: str) -> Path:
        """The same as a file, PEM: first the key, then the certificate."""
        key = ec.generate_private_key(ec.SECP256R1())
        file = self._folder / f"{name}.pem"
        file.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + self._signed(name, key, more).public_bytes(Encoding.PEM)
        )
        return file

    def _signed(
        self,
        name: str,
        key: ec.EllipticCurvePrivateKey,
        more: tuple[str, ...] = (),
        *,
        authority: bool = False,
    ) -> x509.Certificate:
        issuer = name if authority else "Test authority"
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=True,
                    key_cert_sign=authority,
                    crl_sign=authority,
                    content_commitment=False,
                    key_encipherment=False,
                    data_encipherment=False,
                    key_agreement=False,
                    encipher_only=False,
                    decipher_only=False,
                ),
                critical=True,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
        )
        if not authority:
            names = x509.SubjectAlternativeName([x509.DNSName(one) for one in (name, *more)])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self._key, hashes.SHA256())
