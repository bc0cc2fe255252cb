"""Verifying the whole log: its chains, its checkpoints, and checkpoints that were kept elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from astrow2fa.core.chain import Chain, Checker, Fault, Finding
from astrow2fa.core.checkpoint import Checkpoint, anchors, gaps
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.ports import Parts
from astrow2fa.ports.outside import Jwk
from astrow2fa.ports.store import LogRow
from astrow2fa.services import checkpoints
from astrow2fa.services.checkpoints import NotSigned, Signed

PIECE = 200
"""Rows read and hashed at a time: 3 ms."""
TRIES = 3
MAY_PASS = (Fault.REMOVED, Fault.REORDERED)
"""What rows look like that other processes are writing meanwhile, and that become visible out of order."""
SAYS = {
    Fault.CHANGED: "was changed",
    Fault.REPLACED: "was replaced by another one",
    Fault.REMOVED: "was removed",
    Fault.REORDERED: "is not in its place",
    Fault.REWRITTEN: "is not the row that was signed",
    Fault.NO_BEGINNING: "and those before it are gone, and no signed cut says so",
    Fault.CUT_OFF: "was signed, and it and all after it are gone",
}


@dataclass(frozen=True, slots=True)
class Result:
    """What came out. `why` is empty when everything holds, else one sentence. `notes` are worth knowing, not faults."""

    chains: Sequence[Chain] = ()
    checkpoints: int = 0
    why: str = ""
    finding: Finding | None = None
    notes: Sequence[str] = field(default=())
    others: int = 0
    """How many more chains do not hold."""

    @property
    def rows(self) -> int:
        return sum(chain.rows for chain in self.chains)


def told(finding: Finding) -> str:
    return f"Row {finding.seq} of writer {finding.writer} {SAYS[finding.fault]}."


def verify(
    parts: Parts,
    *,
    against: Sequence[Signed] | None = None,
    trusted: Mapping[str, Jwk] | None = None,
    piece: int = PIECE,
) -> Iterator[int | Result]:
    """Yields how many rows are done, again and again, and at last the Result.

    With `against`, checkpoints from outside count: only cuts that they announce are legitimate, and whatever they
    signed has to be there. `trusted` are the keys to be used instead of those in the database. Rows that are removed
    for their age while they are being read are no fault: then it begins anew.
    """
    keys = trusted if trusted is not None else checkpoints.public_keys(parts)
    result = Result()
    for _ in range(TRIES):
        before = _newest_number(parts)
        for step in _once(parts, against, keys, piece):
            if isinstance(step, int):
                yield step
            else:
                result = step
        late = result.finding is not None and result.finding.fault in MAY_PASS
        if not late and not (result.why and _cut_since(parts, before, keys)):
            break
    yield result


def _once(
    parts: Parts, against: Sequence[Signed] | None, keys: Mapping[str, Jwk], piece: int
) -> Iterator[int | Result]:
    mine: list[Checkpoint] = []
    theirs = {signed.checkpoint.number: signed for signed in against or ()}
    try:
        for signed in checkpoints.stored(parts, keys):
            other = theirs.get(signed.checkpoint.number)
            if other is not None and other.jws != signed.jws:
                raise NotSigned(f"Checkpoint {signed.checkpoint.number} is not the one in the file.")
            mine.append(signed.checkpoint)
        for number in gaps(mine):
            raise NotSigned(f"Checkpoint {number} does not follow the one before it.")
    except NotSigned as error:
        yield Result(checkpoints=len(mine), why=str(error))
        return
    outside = [signed.checkpoint for signed in against or ()]
    held = anchors([*mine, *outside], mine if against is None else outside)
    rows = 0
    checker = Checker(held)
    for done in _rows(parts, checker, piece):
        rows = done
        yield rows
    report = checker.end()
    findings = report.findings
    first = findings[0] if findings else None
    why = told(first) if first else ""
    if len(findings) > 1:
        why += f" And {len(findings) - 1} more chains do not hold."
    yield Result(report.chains, len(mine), why, first, _notes(outside, mine), max(0, len(findings) - 1))


def _rows(parts: Parts, checker: Checker, piece: int) -> Iterator[int]:
    last = rows = 0
    while True:
        with parts.store.read() as work:
            batch = work.ledger.links(last, piece)
        if not batch:
            return
        for _, link in batch:
            checker.take(link)
        last, rows = batch[-1][0], rows + len(batch)
        yield rows


def _notes(outside: Sequence[Checkpoint], mine: Sequence[Checkpoint]) -> list[str]:
    notes = [f"Checkpoints before number {number} are missing in the file." for number in gaps(outside)]
    if outside and mine and mine[-1].number > outside[-1].number:
        notes.append(
            f"The file ends with checkpoint {outside[-1].number}, the log with {mine[-1].number}: "
            "what came in between is held by the log's own checkpoints only."
        )
    return notes


def _newest_number(parts: Parts) -> int:
    with parts.store.read() as work:
        newest = work.ledger.newest()
    return newest.number if newest else 0


def _cut_since(parts: Parts, number: int, keys: Mapping[str, Jwk]) -> bool:
    """Whether a cut was announced after checkpoint `number`."""
    try:
        return any(s.checkpoint.cuts for s in checkpoints.stored(parts, keys) if s.checkpoint.number > number)
    except NotSigned:
        return False


def record(parts: Parts, result: Result, actor: str | None) -> None:
    """Writes to the log that it was verified, and what came out."""
    details: dict[str, object] = {"rows": result.rows, "chains": len(result.chains)}
    if result.why:
        details["why"] = result.why
    if result.finding is not None:
        details |= {
            "fault": result.finding.fault.value,
            "writer": result.finding.writer,
            "seq": result.finding.seq,
        }
        details |= {"others": result.others} if result.others else {}
    tag = Tag.LOG_FAULT_FOUND if result.why else Tag.LOG_VERIFIED
    with parts.store.write() as work:
        work.log.record(Fact(tag, actor=actor, details=details))


def last_time(parts: Parts) -> LogRow | None:
    """When it was last verified, and what came out."""
    with parts.store.read() as work:
        found = [row for tag in (Tag.LOG_VERIFIED, Tag.LOG_FAULT_FOUND) for row in work.log.newest(tag, 1)]
    return max(found, key=lambda row: row.id, default=None)
