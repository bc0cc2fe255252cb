"""Letters leave a running server by themselves: on each loop, with STARTTLS, while the one who acted has gone on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from astrow2fa.services import exemptions
from tests.support.live import PATIENCE, LiveHouse
from tests.support.mail import PASSWORD, USER, MailServer, certificate_in, mail_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    with mail_server(certificate_in(tmp_path)) as server:
        yield server


@pytest.mark.parametrize("mode", ["eventlet", "gevent"])
def test_a_letter_of_the_operators_act_is_sent_by_the_server(
    tmp_path: Path, server: MailServer, mode: str
) -> None:
    folder = tmp_path / "house"
    folder.mkdir()
    relay = f"smtp+starttls://{USER}:{PASSWORD.replace(' ', '%20')}@localhost:{server.port}"
    live = LiveHouse(
        folder,
        ASTROW2FA_ASYNC_MODE=mode,
        ASTROW2FA_SMTP_URL=relay,
        ASTROW2FA_MAIL_FROM="astrow@example.com",
        SSL_CERT_FILE=str(tmp_path / "mail.pem"),
    )
    try:
        code = exemptions.issue(live.parts, "anna", "phone at home").code

        letter = server.arrived.get(timeout=PATIENCE)
        assert letter["To"] == "anna@example.org"
        text = letter.get_content()
        assert "phone at home" in text
        assert f"{live.url}/my-info/security" in text
        assert code not in text
        # And it is no longer in the outbox, which the log says a moment later.
        ends = time.monotonic() + PATIENCE
        while live.operator.log()[-1] != "server:letter:sent":
            assert time.monotonic() < ends, live.server.log()
        assert live.operator.rows("letters") == []
    finally:
        live.close()
