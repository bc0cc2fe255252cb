"""Fill a new instance of the product with users who wait, through its own services. Runs as a process of its own.

    python -m tests.load.seed USERS ANSWERING FILE

The database is the one that the environment names (docs/protocol.md). Every user gets a phone with a P-256 key and
one browser with a pending confirmation, asked and signed as a sign-in does it, with the number required (a browser
that is not known). For the first ANSWERING of them FILE gets the phone's key and the approval, signed.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from astrow2fa.adapters.signatures import private_jwk
from astrow2fa.app import create_app
from astrow2fa.config import Config
from astrow2fa.core.accounts import SESSION_SECONDS, Account, Phone, Session, SessionKind
from astrow2fa.core.confirmation import Confirmation, Purpose
from astrow2fa.ports import Parts
from astrow2fa.ports.outside import Client, Jwk, SigningKey
from astrow2fa.services import answer, asking
from astrow2fa.services.tokens import token_hash
from astrow2fa.services.unit import Unit, change
from astrow2fa.web.context import EXTENSION

BATCH = 200
LIFETIME_SECONDS = 3600
AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)


@dataclass(frozen=True, slots=True)
class Seeded:
    """One user: what the browser's cookie holds, and for an answering one the phone and its signed approval."""

    token: str
    confirmation: str
    device: str
    key: Jwk | None
    approval: str | None


def seed(parts: Parts, users: int, answering: int) -> list[Seeded]:
    """Rows for all of them."""
    with parts.store.write() as work:
        settings = work.settings.get()
        work.settings.save(
            replace(settings, version=settings.version + 1, confirmation_seconds=LIFETIME_SECONDS)
        )
    found: list[Seeded] = []
    for first in range(0, users, BATCH):
        with change(parts) as unit:
            found += [
                one(unit, number, answers=number < answering)
                for number in range(first, min(users, first + BATCH))
            ]
    return found


def one(unit: Unit, number: int, *, answers: bool) -> Seeded:
    """One user, phone, browser and confirmation."""
    parts, now = unit.parts, unit.now
    account = Account(
        id=0,
        name=f"user{number}",
        display_name=f"User {number}",
        email="",
        password_hash="never asked for",
        password_changed_at=now,
        enabled=True,
        failed_passwords=0,
        locked_at=None,
        had_phone=True,
        roles=(),
        mobile=("ess",),
    )
    account = replace(account, id=unit.work.accounts.add(account))
    key = parts.signatures.new_key()
    device = parts.chance.token(128)
    unit.work.phones.add(
        Phone(
            id=device,
            user_id=account.id,
            name="Phone",
            platform="Bench",
            storage="persisted",
            public_key=json.dumps(dict(key.public)),
            server_kid=parts.server_key.kid,
            source="bench",
            paired_at=now,
            seen_at=now,
            revoked_at=None,
            wrong_numbers=0,
            wrong_passwords=0,
        )
    )
    token, session = parts.chance.token(256), parts.chance.token(128)
    client = parts.clients.describe("127.0.0.1", AGENT)
    unit.work.sessions.add(waiting(session, account.id, token_hash(token), client, now))
    asked = asking.ask(unit, account, session, client, purpose=Purpose.SIGN_IN, browser=None, target="/")
    assert isinstance(asked, Confirmation)
    return Seeded(
        token,
        asked.id,
        device,
        private_jwk(key) if answers else None,
        approval(parts, asked, device, key) if answers else None,
    )


def waiting(session_id: str, user_id: int, hashed: str, client: Client, now: int) -> Session:
    """The session of a browser after its password step."""
    return Session(
        id=session_id,
        user_id=user_id,
        kind=SessionKind.WAITING,
        token_hash=hashed,
        predecessor_hash=None,
        confirmation_id=None,
        browser_id=None,
        factors=("pwd",),
        started_at=now,
        seen_at=now,
        expires_at=now + SESSION_SECONDS,
        fresh_at=None,
        pair_ok_at=None,
        ended_at=None,
        end_reason=None,
        address=client.address,
        browser=client.browser,
        os=client.os,
        place=client.place,
    )


def approval(parts: Parts, asked: Confirmation, device: str, key: SigningKey) -> str:
    """What the phone signs when its user types the number and says OK."""
    claims: dict[str, object] = {
        "aud": parts.public_url,
        "iat": asked.asked_at,
        "jti": asked.id,
        "decision": "approve",
        "confirmation_sha256": asked.request_sha256,
    }
    if asked.number is not None:
        claims["number"] = asked.number
    return parts.signatures.sign(answer.TYP, claims, SigningKey(device, key.public, key.private))


if __name__ == "__main__":
    app = create_app(Config.load(os.environ))
    everybody = seed(app.extensions[EXTENSION].parts, int(sys.argv[1]), int(sys.argv[2]))
    Path(sys.argv[3]).write_text(json.dumps([asdict(user) for user in everybody]))
