"""The hash chains of the log: how a row is chained, and how a whole log is checked, row by row.

Each writer (a process from its start to its end) numbers its rows 1, 2, 3 …; each row carries the hash of the one
before it. That shows whatever was changed, removed or put elsewhere inside a chain. What a chain cannot show by
itself, a tail cut off or all of it written anew, shows against *anchors*: places of chains that were signed while
they stood there, and the cuts that were announced before old rows were removed.

Nobody is kept out by this who can write to the database and who adds rows: the hashes need no key. It is what was
anchored that cannot be changed or removed unnoticed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeAlias

START = "0" * 64
"""What the first row of a writer follows."""

HASHED = (
    "writer", "seq", "at", "tag", "user_id", "confirmation_id", "session_id", "device_id", "address", "actor",
    "details",
)  # fmt: skip
"""The columns of a row that its hash covers; `details` as the text that is stored."""

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)

Places: TypeAlias = Mapping[str, tuple[int, str]]
"""Writer → a row of its chain, as its number and its hash."""


def chained(previous: str, row: Mapping[str, object]) -> str:
    """The hash of a row: SHA-256 (hexadecimal) over the previous hash and the row's canonical JSON."""
    text = _CANONICAL.encode(row)
    return hashlib.sha256(f"{previous}{text}".encode()).hexdigest()


class Link(NamedTuple):
    """A row as it is stored: what is hashed, the hash before it, its own."""

    content: Mapping[str, object]
    previous: str
    hash: str


class Fault(StrEnum):
    """What is wrong with a chain."""

    CHANGED = "changed"
    """The row does not have the hash that stands with it."""
    REPLACED = "replaced"
    """The row has a hash of its own, but not the one that the row after it follows."""
    REMOVED = "removed"
    """The row is not there, though there are later ones."""
    REORDERED = "reordered"
    """The row is not in its place."""
    REWRITTEN = "rewritten"
    """The row is not the one that was signed."""
    NO_BEGINNING = "no_beginning"
    """Rows up to this one are gone, and no cut was signed."""
    CUT_OFF = "cut_off"
    """This row was signed, and it and all later ones are gone."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing wrong with the chain of `writer`: at its row number `seq`."""

    writer: str
    seq: int
    fault: Fault


@dataclass(slots=True)
class Anchors:
    """What was signed: for each writer rows that stood (number → hash), and the last rows of announced cuts."""

    heads: dict[str, dict[int, str]] = field(default_factory=dict)
    cuts: dict[str, dict[int, str]] = field(default_factory=dict)

    def stood(self, places: Places) -> None:
        for writer, (seq, digest) in places.items():
            self.heads.setdefault(writer, {})[seq] = digest

    def cut(self, places: Places) -> None:
        """Everything up to and including these rows may be gone. Where they are not yet, they are the rows signed."""
        self.stood(places)
        for writer, (seq, digest) in places.items():
            self.cuts.setdefault(writer, {})[seq] = digest


@dataclass(slots=True)
class Chain:
    """What was seen of one writer: its first and last row, how many, and what is wrong."""

    writer: str
    first: int = 0
    last: int = 0
    rows: int = 0
    hash: str = START
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A whole log that was checked; chains in the order in which they began."""

    chains: list[Chain]

    @property
    def rows(self) -> int:
        return sum(chain.rows for chain in self.chains)

    @property
    def findings(self) -> list[Finding]:
        return [chain.finding for chain in self.chains if chain.finding is not None]


class Checker:
    """Takes a log row by row, in the order in which it is stored; chains may alternate.

    Its memory grows with writers and anchors, not with rows.
    """

    def __init__(self, anchors: Anchors) -> None:
        self._anchors = anchors
        self._chains: dict[str, Chain] = {}

    def take(self, link: Link) -> None:
        writer, seq = str(link.content["writer"]), int(str(link.content["seq"]))
        chain = self._chains.get(writer)
        if chain is None:
            chain = self._chains[writer] = Chain(writer, first=seq, last=seq - 1, hash=link.previous)
            self._begins(chain, link.previous)
        chain.rows += 1
        if chain.finding is None:
            self._follows(chain, link, seq)
        elif chain.finding == Finding(writer, seq, Fault.REMOVED):
            chain.finding = Finding(writer, seq, Fault.REORDERED)
        chain.last, chain.hash = max(chain.last, seq), link.hash

    def _begins(self, chain: Chain, previous: str) -> None:
        before = chain.first - 1
        cuts = self._anchors.cuts.get(chain.writer, {})
        # A cut may be under way: what is left of it still leads to the row that was signed.
        announced = cuts.get(before) == previous or any(seq > before for seq in cuts)
        if not (announced if before else previous == START):
            chain.finding = Finding(chain.writer, max(before, 1), Fault.NO_BEGINNING)

    def _follows(self, chain: Chain, link: Link, seq: int) -> None:
        expected = chain.last + 1
        fault, at = None, seq
        if seq > expected:
            fault, at = Fault.REMOVED, expected
        elif seq < expected:
            fault = Fault.REORDERED
        elif chained(link.previous, link.content) != link.hash:
            fault = Fault.CHANGED
        elif link.previous != chain.hash:
            fault, at = Fault.REPLACED, seq - 1
        elif self._anchors.heads.get(chain.writer, {}).get(seq, link.hash) != link.hash:
            fault = Fault.REWRITTEN
        if fault is not None:
            chain.finding = Finding(chain.writer, at, fault)

    def end(self) -> Report:
        """Nothing more comes: what was signed has to be there."""
        for writer, heads in self._anchors.heads.items():
            last = max(heads)
            chain = self._chains.get(writer)
            if chain is None:
                if last > max(self._anchors.cuts.get(writer, {}), default=0):
                    chain = self._chains[writer] = Chain(writer)
                    chain.finding = Finding(writer, last, Fault.CUT_OFF)
            elif chain.finding is None and chain.last < last:
                chain.finding = Finding(writer, chain.last + 1, Fault.CUT_OFF)
        return Report(list(self._chains.values()))


def check(links: Iterable[Link], anchors: Anchors) -> Report:
    """A whole log, as it is stored, against what was signed of it."""
    checker = Checker(anchors)
    for link in links:
        checker.take(link)
    return checker.end()


def in_pieces(places: Places, most: int) -> Iterator[dict[str, tuple[int, str]]]:
    """The same places, at most so many at a time; one empty piece when there are none."""
    names = list(places)
    for first in range(0, max(len(names), 1), most):
        yield {name: places[name] for name in names[first : first + most]}
