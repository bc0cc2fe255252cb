"""Licence files: one signed text, checked against the issuers this installation trusts."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from enum import StrEnum

from astrow2fa.core import policy
from astrow2fa.core.errors import BadSignature, Refusal
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.licence import DAY, Ending, Licence, Module, endings, seats_allowed
from astrow2fa.ports import Parts
from astrow2fa.ports.outside import SigningKey
from astrow2fa.ports.store import Work
from astrow2fa.services.accounts import OPERATOR, Impossible

LIMITS = {"seats": 2**31, "nbf": 2**40, "exp": 2**40}
"""What lies beyond is a slip of the issuer's: more seats than there are people, dates that nobody will see."""
TYP = "astrow2fa-licence+jwt"


class Why(StrEnum):
    """Why a file was not installed."""

    UNKNOWN_ISSUER = "unknown_issuer"
    BAD_SIGNATURE = "bad_signature"
    OTHER_TYPE = "other_type"
    MALFORMED = "malformed"
    EXPIRED = "expired"
    INSTALLED = "installed"


class NotInstalled(Impossible):
    """This file is no licence to be installed now; `why` is the reason, the message a sentence that says it."""

    def __init__(self, why: Why, message: str) -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True, slots=True)
class Seats:
    """How many users hold the Mobile permission, and how many may; `allowed` is None for any number."""

    used: int
    allowed: int | None

    def room_for(self, more: int) -> bool:
        """Whether so many more users may be given the permission."""
        return self.allowed is None or self.used + more <= self.allowed


@dataclass(frozen=True, slots=True)
class Overview:
    """What is installed, what is used of it, and the time and policy to judge it by."""

    licences: list[Licence]
    seats: Seats
    enforced: bool
    now: float


def issue(
    parts: Parts, key: SigningKey, *, issuer: str, customer: str, modules: list[Module], seats: int, days: int
) -> str:
    """A licence file's text, valid from now for `days` days. Raises Impossible for one that nobody could install."""
    now = int(parts.clock.now())
    claims: dict[str, object] = {
        "iss": issuer,
        "jti": parts.chance.token(128),
        "customer": customer,
        "modules": [module.value for module in modules],
        "seats": seats,
        "nbf": now,
        "exp": now + days * DAY,
    }
    _licence(claims)
    return parts.signatures.sign(TYP, claims, key)


def record_issue(parts: Parts, key: SigningKey, jws: str, actor: str = OPERATOR) -> None:
    """Records that this licence was issued here, for this installation or another one."""
    licence = _licence(parts.signatures.verify(jws, TYP, key.public))
    with parts.store.write() as work:
        work.log.record(Fact(Tag.LICENCE_ISSUED, actor=actor, details={**_details(licence), "kid": key.kid}))


def read(parts: Parts, jws: str) -> Licence:
    """The licence in `jws`. Raises NotInstalled for whatever is not a licence to be installed now."""
    try:
        header = parts.signatures.peek(jws, TYP)
        issuer = parts.licence_issuers.get(header.kid)
        if issuer is None:
            raise NotInstalled(Why.UNKNOWN_ISSUER, "This licence is from an issuer that is not trusted here.")
        claims = parts.signatures.verify(jws, TYP, issuer)
    except Refusal as refusal:
        why = _why(refusal, jws)
        raise NotInstalled(why, f"This is not a licence file ({why}).") from refusal
    licence = _licence(claims)
    if parts.clock.now() >= licence.expires:
        raise NotInstalled(Why.EXPIRED, "This licence has expired.")
    return licence


def _why(refusal: Refusal, jws: str) -> Why:
    if isinstance(refusal, BadSignature):
        return Why.BAD_SIGNATURE
    return Why.OTHER_TYPE if _typ(jws) not in (None, TYP) else Why.MALFORMED


def _typ(jws: str) -> str | None:
    """What a token says it is, for telling a person; nothing is decided by it."""
    head = jws.partition(".")[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, RecursionError):
        return None
    typ = header.get("typ") if isinstance(header, dict) else None
    return typ if isinstance(typ, str) else None


def _licence(claims: dict[str, object]) -> Licence:
    words = {name: claims.get(name) for name in ("jti", "iss", "customer")}
    numbers = {name: claims.get(name) for name in ("seats", "nbf", "exp")}
    modules = claims.get("modules")
    if not all(isinstance(word, str) and 0 < len(word) <= 128 for word in words.values()):
        raise NotInstalled(Why.MALFORMED, "This licence lacks its number, issuer or customer.")
    if not all(type(number) is int and 0 <= number < LIMITS[name] for name, number in numbers.items()):
        raise NotInstalled(Why.MALFORMED, "This licence lacks its seats or its dates.")
    if not isinstance(modules, list) or not modules or not all(m in list(Module) for m in modules):
        raise NotInstalled(Why.MALFORMED, "This licence names no module, or one that is not known.")
    return Licence(
        id=str(words["jti"]),
        issuer=str(words["iss"]),
        customer=str(words["customer"]),
        modules=tuple(sorted({Module(m) for m in modules})),
        seats=int(str(numbers["seats"])),
        not_before=int(str(numbers["nbf"])),
        expires=int(str(numbers["exp"])),
    )


def install(parts: Parts, jws: str, actor: str = OPERATOR) -> Licence:
    """Raises NotInstalled."""
    licence = read(parts, jws.strip())
    with parts.store.write() as work:
        add(work, licence, jws.strip(), actor)
    return licence


def add(work: Work, licence: Licence, jws: str, actor: str = OPERATOR) -> None:
    """Puts a licence that was read on the shelf. Raises NotInstalled."""
    if not work.licences.add(licence, jws, int(work.now)):
        raise NotInstalled(Why.INSTALLED, "This licence is installed already.")
    work.log.record(Fact(Tag.LICENCE_INSTALLED, actor=actor, details=_details(licence)))


def _details(licence: Licence) -> dict[str, object]:
    return {
        "licence": licence.id,
        "issuer": licence.issuer,
        "modules": list(licence.modules),
        "seats": licence.seats,
        "expires": licence.expires,
    }


def installed(parts: Parts) -> tuple[list[Licence], float]:
    """All of them, and the time to judge them by."""
    with parts.store.read() as work:
        return work.licences.all(), work.now


def seats(parts: Parts) -> Seats:
    """Used and allowed, now."""
    with parts.store.read() as work:
        return seats_in(work)


def seats_in(work: Work) -> Seats:
    """The same within a unit of work, so that giving the permission and counting it are one."""
    return Seats(work.accounts.mobile_users(), seats_allowed(work.licences.all(), work.now))


def overview(parts: Parts) -> Overview:
    """All that the page of licences shows."""
    with parts.store.read() as work:
        enforced = policy.enforced(work.settings.get().two_factor)
        return Overview(work.licences.all(), seats_in(work), enforced, work.now)


def warnings(parts: Parts) -> list[Ending]:
    """What ends within 30 days, or has ended."""
    with parts.store.read() as work:
        return endings(work.licences.all(), work.now)
