"""Licence files: one signed text, checked against the issuers this installation trusts."""

from __future__ import annotations

from astrow2fa.core.errors import Refusal
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.licence import Licence, Module
from astrow2fa.ports import Parts
from astrow2fa.ports.outside import SigningKey
from astrow2fa.ports.store import Work
from astrow2fa.services.accounts import OPERATOR, Impossible

TYP = "astrow2fa-licence+jwt"
DAY = 86_400


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
    """The licence in `jws`. Raises Impossible, with the reason, for whatever is not a licence to be installed now."""
    try:
        header = parts.signatures.peek(jws, TYP)
        issuer = parts.licence_issuers.get(header.kid)
        if issuer is None:
            raise Impossible("This licence is from an issuer that is not trusted here.")
        claims = parts.signatures.verify(jws, TYP, issuer)
    except Refusal as refusal:
        raise Impossible(f"This is not a licence file ({refusal.code}).") from refusal
    licence = _licence(claims)
    if parts.clock.now() >= licence.expires:
        raise Impossible("This licence has expired.")
    return licence


def _licence(claims: dict[str, object]) -> Licence:
    words = {name: claims.get(name) for name in ("jti", "iss", "customer")}
    numbers = {name: claims.get(name) for name in ("seats", "nbf", "exp")}
    modules = claims.get("modules")
    if not all(isinstance(word, str) and 0 < len(word) <= 128 for word in words.values()):
        raise Impossible("This licence lacks its number, issuer or customer.")
    if not all(type(n) is int and 0 <= n < 2**40 for n in numbers.values()):
        raise Impossible("This licence lacks its seats or its dates.")
    if not isinstance(modules, list) or not modules or not all(m in list(Module) for m in modules):
        raise Impossible("This licence names no module, or one that is not known.")
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
    """Raises Impossible."""
    licence = read(parts, jws.strip())
    with parts.store.write() as work:
        add(work, licence, jws.strip(), actor)
    return licence


def add(work: Work, licence: Licence, jws: str, actor: str = OPERATOR) -> None:
    """Puts a licence that was read on the shelf. Raises Impossible."""
    if not work.licences.add(licence, jws, int(work.now)):
        raise Impossible("This licence is installed already.")
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
