"""Checkpoints of the log: where its chains stood at a moment, signed, to be kept outside the database.

Each names the chains that have moved since the one before, and the hash of that one: together they hold all heads.
A checkpoint also announces cuts: rows that are old enough and are removed after it. Claims of the JWS
(typ astrow2fa-checkpoint+jwt): `iss`, `iat`, `n` (1, 2, 3 …), `previous` (base64url SHA-256 of the text of
number n − 1, null for the first), `heads` and `cuts` (writer → [number, hash]).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from astrow2fa.core.chain import Anchors, Places
from astrow2fa.core.errors import Malformed

TYP = "astrow2fa-checkpoint+jwt"
EVENT = "astrow2fa.checkpoint"
MOST_PLACES = 80
"""Heads and cuts in one: some 11 KiB, under the 16 KiB that a token may have."""

_TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One whose signature holds. `sha256` is of its own text, `previous` of the one before."""

    number: int
    at: int
    previous: str | None
    heads: Places
    cuts: Places
    sha256: str


def claims_of(
    issuer: str, number: int, at: int, previous: str | None, heads: Places, cuts: Places
) -> dict[str, object]:
    return {
        "iss": issuer,
        "iat": at,
        "n": number,
        "previous": previous,
        "heads": {writer: list(place) for writer, place in heads.items()},
        "cuts": {writer: list(place) for writer, place in cuts.items()},
    }


def read(claims: Mapping[str, object], sha256: str) -> Checkpoint:
    """Raises Malformed."""
    number, at, previous = claims.get("n"), claims.get("iat"), claims.get("previous")
    if type(number) is not int or type(at) is not int or number < 1:
        raise Malformed("a checkpoint without number or time")
    if previous is not None and not isinstance(previous, str):
        raise Malformed("a checkpoint that follows nothing")
    return Checkpoint(number, at, previous, _places(claims.get("heads")), _places(claims.get("cuts")), sha256)


def _places(found: object) -> dict[str, tuple[int, str]]:
    if not isinstance(found, Mapping):
        raise Malformed("a checkpoint without heads or cuts")
    places = {}
    for writer, place in found.items():
        match place:
            case [int(seq), str(digest)] if seq > 0 and _HASH.fullmatch(digest):
                places[str(writer)] = (seq, digest)
            case _:
                raise Malformed("a place in a chain that is none")
    return places


def anchors(heads: Iterable[Checkpoint], cuts: Iterable[Checkpoint]) -> Anchors:
    """What these checkpoints hold in place, and the cuts that those announce."""
    found = Anchors()
    for checkpoint in heads:
        found.stood(checkpoint.heads)
    for checkpoint in cuts:
        found.cut(checkpoint.cuts)
    return found


def gaps(checkpoints: Iterable[Checkpoint]) -> Iterator[int]:
    """The numbers, ascending, of those that do not follow the one before them, in a list ordered by number."""
    before: Checkpoint | None = None
    for checkpoint in checkpoints:
        if before is not None and (
            checkpoint.number != before.number + 1 or checkpoint.previous != before.sha256
        ):
            yield checkpoint.number
        before = checkpoint


def tokens_in(line: str) -> list[str]:
    """What could be compact JWS in a line of a log of any kind."""
    return _TOKEN.findall(line)
