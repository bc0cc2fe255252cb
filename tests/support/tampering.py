"""Somebody who can write to the database, and what the log says to it."""

from __future__ import annotations

import base64

from astrow2fa.core.chain import HASHED, START, Fault, chained
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.services import checkpoints, log_check, log_keeping
from astrow2fa.services.checkpoints import Signed
from astrow2fa.services.log_check import Result
from tests.support.house import House

DAY = 86_400


def writes(house: House, count: int = 5) -> str:
    """So many rows by this process; its name as a writer."""
    for n in range(count):
        with house.parts.store.write() as work:
            work.log.record(Fact(Tag.SIGNED_OUT, user_id=n, details={"n": n}))
    return str(house.rows("log")[-1]["writer"])


def sql(house: House, statement: str, *values: object) -> None:
    """What a database administrator can do."""
    with house.parts.store.write() as work:
        work._connection.exec_driver_sql(statement, values)  # type: ignore[attr-defined]


def verified(house: House, against: list[Signed] | None = None) -> Result:
    *_, result = log_check.verify(house.parts, against=against)
    assert isinstance(result, Result)
    return result


def found(result: Result) -> tuple[str, int, Fault]:
    assert result.finding is not None, result.why
    assert str(result.finding.seq) in result.why
    assert result.finding.writer in result.why
    return result.finding.writer, result.finding.seq, result.finding.fault


def signs(house: House) -> list[str]:
    """A checkpoint; the lines that went to standard output."""
    return checkpoints.sign(house.parts, always=True)


def kept_outside(house: House, lines: list[str]) -> list[Signed]:
    return checkpoints.in_file(house.parts.signatures, lines, checkpoints.public_keys(house.parts))


def rehashed(house: House, writer: str, **changed: object) -> None:
    """Writes the whole chain of a writer anew, every hash right, with these columns changed in all of its rows."""
    previous = START
    for row in [row for row in house.rows("log") if row["writer"] == writer]:
        new = {**row, **changed, "previous": previous}
        previous = new["hash"] = chained(previous, {name: new[name] for name in HASHED})
        sets = ", ".join(f"{name} = ?" for name in new)
        sql(house, f"UPDATE log SET {sets} WHERE id = ?", *new.values(), row["id"])  # noqa: S608


def payload(jws: str) -> str:
    part = jws.split(".")[1]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()


def pruned(house: House) -> list[str]:
    """The log is brought to its days; the lines that went to standard output."""
    return [line for lines in log_keeping.prune(house.parts) for line in lines]
