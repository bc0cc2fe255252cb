"""A real mail server on a free port, that keeps what it is given; with STARTTLS or TLS where a test wants it."""

from __future__ import annotations

import queue
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "astrow", "relay secret"


class MailServer:
    """What came, and how it answers. `refuses`: the reply to every recipient, instead of taking the letter."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.arrived: queue.Queue[EmailMessage] = queue.Queue()
        self.envelopes: list[tuple[str, list[str]]] = []
        self.refuses: str | None = None
        self.port = 0

    async def handle_RCPT(  # noqa: N802 (the name aiosmtpd calls)
        self, _server: object, _session: object, envelope: Any, address: str, _options: object
    ) -> str:
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.arrived.put(letter)
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        return "250 OK"


def _free(_server: object, _session: object, _envelope: object, _mechanism: str, data: Any) -> AuthResult:
    right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


class _AnyPort(Controller):  # type: ignore[misc]
    """On a port that is picked; aiosmtpd itself would knock at port 0."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(certificate: Path | None = None) -> Iterator[MailServer]:
    """`certificate`: demands STARTTLS with it, and a name and password."""
    server = MailServer()
    more: dict[str, Any] = {}
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        more = {
            "tls_context": context,
            "require_starttls": True,
            "authenticator": _free,
            "auth_required": True,
        }
    controller = _AnyPort(server, hostname="127.0.0.1", port=0, **more)
    controller.start()
    try:
        server.port = controller.port
        yield server
    finally:
        controller.stop(no_assert=True)


def certificate_in(folder: Path) -> Path:
    """A key with a certificate for 127.0.0.1 that signs itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "mail.pem"
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(plain + made.public_bytes(serialization.Encoding.PEM))
    return file


__all__ = ["PASSWORD", "USER", "MailServer", "certificate_in", "mail_server"]
