"""Checkpoints of the log: signing where its chains stand, and reading what was signed, from the database or a file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from astrow2fa.core import checkpoint as core
from astrow2fa.core.chain import Places, in_pieces
from astrow2fa.core.checkpoint import EVENT, MOST_PLACES, TYP, Checkpoint
from astrow2fa.core.errors import BadSignature, Malformed
from astrow2fa.ports import Parts
from astrow2fa.ports.history import Kept
from astrow2fa.ports.outside import Jwk, Signatures, SigningKey
from astrow2fa.services import keys
from astrow2fa.services.tokens import sha256_b64

EVERY_SECONDS = 15 * 60
BATCH = 200


class NotSigned(Exception):
    """What should be a checkpoint is none, or not by a key that is trusted. The message is for people."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint whose signature holds, and its text."""

    checkpoint: Checkpoint
    jws: str


def due(parts: Parts) -> bool:
    """Whether the last one is old enough for another."""
    with parts.store.read() as work:
        newest = work.ledger.newest()
        return newest is None or not newest.made_at <= work.now < newest.made_at + EVERY_SECONDS


def sign(parts: Parts, cuts: Places | None = None, *, always: bool = False) -> list[str]:
    """Signs where every chain stands that has moved since it was last signed, and announces `cuts`.

    Returns the lines to be written where the database cannot reach. None when nothing has moved and nothing is cut,
    unless `always`: then that is what is signed.
    """
    key = keys.ensure(parts.store, parts.signatures, keys.Purpose.CHECKPOINTS)
    with parts.store.read() as work:
        marked = work.ledger.marked()
        heads = {
            writer: place for writer, place in work.ledger.heads().items() if marked.get(writer) != place
        }
    # Of this process's own chain the memory counts, not what a database that was tampered with holds of it.
    with parts.store.write() as work:
        own = work.ledger.own_head()
        heads.update({writer: place for writer, place in own.items() if marked.get(writer) != place})
    lines = []
    if heads or always:
        lines += [_keep(parts, key, piece, {}) for piece in in_pieces(heads, MOST_PLACES)]
    if cuts:
        lines += [_keep(parts, key, {}, piece) for piece in in_pieces(cuts, MOST_PLACES)]
    return lines


def _keep(parts: Parts, key: SigningKey, heads: Places, cuts: Places) -> str:
    with parts.store.write() as work:
        last = work.ledger.newest()
        number, now = (last.number + 1 if last else 1), int(work.now)
        previous = sha256_b64(last.jws) if last else None
        claims = core.claims_of(parts.public_url, number, now, previous, heads, cuts)
        jws = parts.signatures.sign(TYP, claims, key)
        work.ledger.keep(Kept(number, now, jws), heads, cuts)
    return line_of(number, now, jws)


def line_of(number: int, at: int, jws: str) -> str:
    """A checkpoint as a line of JSON."""
    moment = datetime.fromtimestamp(at, UTC).isoformat()
    return json.dumps({"event": EVENT, "at": moment, "number": number, "jws": jws}, separators=(",", ":"))


def public_keys(parts: Parts) -> dict[str, Jwk]:
    """The keys that sign checkpoints, by their ids: what to keep beside the checkpoints to verify them."""
    keys.ensure(parts.store, parts.signatures, keys.Purpose.CHECKPOINTS)
    return keys.public_keys(parts, keys.Purpose.CHECKPOINTS)


def trusted(signatures: Signatures, text: str) -> dict[str, Jwk]:
    """The keys in a file with a public JWK or a set of them (RFC 7517), by thumbprint. Raises ValueError."""
    try:
        found = json.loads(text)
        jwks = found["keys"] if isinstance(found, dict) and "keys" in found else [found]
        publics = [signatures.public_jwk(jwk) for jwk in jwks]
    except (Malformed, ValueError, TypeError) as error:
        raise ValueError("The file with the key is no public JWK (P-256), and no set of them.") from error
    return {signatures.thumbprint(public): public for public in publics}


def opened(signatures: Signatures, jws: str, trusted: Mapping[str, Jwk]) -> Checkpoint:
    """Raises NotSigned."""
    try:
        public = trusted.get(signatures.peek(jws, TYP).kid)
        if public is None:
            raise NotSigned("it is not signed by a key that is trusted here")
        return core.read(signatures.verify(jws, TYP, public), sha256_b64(jws))
    except (BadSignature, Malformed) as error:
        raise NotSigned(f"its signature does not hold: {error}") from error


def in_file(signatures: Signatures, lines: Iterable[str], trusted: Mapping[str, Jwk]) -> list[Signed]:
    """Every checkpoint in a log of any kind, by number, each once; other lines are passed over.

    Raises NotSigned for a line with a forged one, and when there is none at all.
    """
    found: dict[str, Signed] = {}
    for number, line in enumerate(lines, 1):
        for token in core.tokens_in(line):
            if not _is_one(signatures, token):
                continue
            try:
                found[token] = Signed(opened(signatures, token, trusted), token)
            except NotSigned as error:
                raise NotSigned(
                    f"The checkpoint in line {number} of the file is not trusted: {error}."
                ) from error
    if not found:
        raise NotSigned("There is no checkpoint in the file.")
    return sorted(found.values(), key=lambda signed: signed.checkpoint.number)


def _is_one(signatures: Signatures, token: str) -> bool:
    try:
        signatures.peek(token, TYP)
    except Malformed:
        return False
    except BadSignature:
        return True
    return True


def stored(parts: Parts, trusted: Mapping[str, Jwk]) -> Iterator[Signed]:
    """All of the database, by number, in short reading units. Raises NotSigned."""
    last = 0
    while True:
        with parts.store.read() as work:
            batch = work.ledger.checkpoints(last, BATCH)
        if not batch:
            return
        for kept in batch:
            try:
                checkpoint = opened(parts.signatures, kept.jws, trusted)
            except NotSigned as error:
                raise NotSigned(f"Checkpoint {kept.number} is not trusted: {error}.") from error
            if checkpoint.number != kept.number:
                raise NotSigned(f"Checkpoint {kept.number} is another one in disguise.")
            yield Signed(checkpoint, kept.jws)
        last = batch[-1].number
