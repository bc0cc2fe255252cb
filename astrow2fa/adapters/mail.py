"""Letters by SMTP, written by `email` and handed over by `smtplib`: header injection is theirs to refuse, and they do.

Sending waits on a socket; it is called from a task of its own, where the loop goes on meanwhile.
"""

from __future__ import annotations

import json
import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Literal

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from astrow2fa.ports.mail import Kind, Note, NotTaken

SECONDS = 15
LABEL = b"astrow2fa sealed letters"
_HEADER = {"alg": "dir", "enc": "A256GCM"}
_FIRST_LASTING = 500
"""From here on an SMTP reply is lasting (RFC 5321 §4.2.1)."""

Words = Callable[[Note], tuple[str, str]]
"""The subject and the text of a letter."""


@dataclass(frozen=True, slots=True)
class Server:
    """The relay. `user` None: it takes letters without a name."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    user: str | None = None
    password: str = ""


class SealedNotes:
    """The half of `ports.mail.Post` that needs no relay."""

    def __init__(self, secret_key: bytes, previous: Sequence[bytes] = ()) -> None:
        self._keys = [_key(secret) for secret in (secret_key, *previous)]

    def seal(self, note: Note) -> str:
        plain = json.dumps({**asdict(note), "facts": dict(note.facts)}).encode()
        return jwe.encrypt_compact(dict(_HEADER), plain, self._keys[0], algorithms=["dir", "A256GCM"])

    def open(self, sealed: str) -> Note:
        for key in self._keys:
            try:
                plain = jwe.decrypt_compact(sealed, key, algorithms=["dir", "A256GCM"]).plaintext
            except JoseError:
                continue
            values = json.loads(plain or b"{}")
            return Note(**{**values, "kind": Kind(values["kind"])})
        raise ValueError("a letter cannot be opened with this secret key")


class NoPost(SealedNotes):
    """No relay is configured: nothing is put into the outbox."""

    on = False

    def send(self, note: Note) -> None:
        raise NotTaken(f"no relay is configured to send a {note.kind}", for_good=False)


class SmtpPost(SealedNotes):
    """Implements ports.mail.Post."""

    on = True

    def __init__(
        self, server: Server, sender: str, words: Words, secret_key: bytes, previous: Sequence[bytes] = ()
    ) -> None:
        super().__init__(secret_key, previous)
        self._server = server
        self._sender = sender
        self._words = words
        # Made once: reading the certificates of all authorities takes longer than all the rest.
        self._tls = None if server.security == "none" else ssl.create_default_context()

    def send(self, note: Note) -> None:
        try:
            message = self._written(note)
        except (
            ValueError,
            IndexError,
            MessageError,
        ) as error:  # the parser of addresses trips over an empty one
            raise NotTaken(f"no letter can be written to this address: {error}", for_good=True) from error
        try:
            with self._connected() as relay:
                relay.send_message(message)
        except smtplib.SMTPAuthenticationError as error:
            # The operator can mend it, and then it is sent.
            raise NotTaken(
                f"the relay does not take our name and password ({error.smtp_code})", for_good=False
            ) from error
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise NotTaken(f"recipient refused ({codes})", for_good=min(codes) >= _FIRST_LASTING) from error
        except smtplib.SMTPResponseException as error:
            raise NotTaken(
                f"refused ({error.smtp_code})", for_good=error.smtp_code >= _FIRST_LASTING
            ) from error
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            raise NotTaken(
                f"not reached: {type(error).__name__}", for_good=isinstance(error, UnicodeError)
            ) from error

    def _written(self, note: Note) -> EmailMessage:
        """Raises ValueError for an address with a line break, a second address, or none."""
        subject, text = self._words(note)
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = Address(addr_spec=note.to)
        message["Subject"] = subject
        message["Date"] = format_datetime(datetime.fromtimestamp(note.at, UTC))
        message["Message-ID"] = make_msgid(domain=parseaddr(self._sender)[1].rpartition("@")[2])
        # RFC 3834: no out-of-office notes in answer.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return message

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if self._tls is not None and server.security == "tls":
            relay: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=SECONDS, context=self._tls
            )
        else:
            relay = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        try:
            if self._tls is not None and server.security == "starttls":
                # Raises when the relay does not offer it: a letter never goes in the clear instead.
                relay.starttls(context=self._tls)
            if server.user is not None:
                relay.login(server.user, server.password)
        except BaseException:
            relay.close()
            raise
        return relay


def _key(secret: bytes) -> OctKey:
    return OctKey.import_key(HKDF(SHA256(), length=32, salt=None, info=LABEL).derive(secret))
