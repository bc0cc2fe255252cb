"""`log …`: verify, checkpoint, key, export, show-evidence."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from astrow2fa.core.policy import Mode
from astrow2fa.services import accounts
from tests.commands.operator import Operator
from tests.services.acting import Desk, approves


def spoils(operator: Operator, statement: str) -> None:
    with operator.house.parts.store.write() as work:
        work._connection.exec_driver_sql(statement)  # type: ignore[attr-defined]


def outside(operator: Operator, folder: Path, *lines: str) -> str:
    """A file with these lines among others, as a system's log has them."""
    file = folder / "system.log"
    file.write_text("\n".join(f"Nov 24 10:00:00 host astrow2fa[7]: {line}" for line in ("hello", *lines)))
    return str(file)


def test_verify_says_of_each_chain_how_it_stands(operator: Operator) -> None:
    operator.does("user exempt bob --reason lost")

    lines = operator.does("log verify")

    assert lines[-1].startswith("The log holds: ")
    writers = {str(row["writer"]) for row in operator.house.rows("log")}
    assert (
        sum(line.split()[0] in writers for line in lines if line.strip().endswith("holds"))
        >= len(writers) - 1
    )
    last = operator.house.rows("log")[-1]
    assert (last["tag"], last["actor"]) == ("server:log:verified", "operator")


def test_verify_ends_with_one_and_one_line(operator: Operator) -> None:
    spoils(operator, "UPDATE log SET user_id = 77 WHERE id = 3")

    result = operator.types("log verify")

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: Row 3 of writer ")
    assert result.stderr.endswith("was changed.\n")
    assert result.stderr.count("\n") == 1
    assert "row 3 was changed" in result.stdout
    found = json.loads(operator.types("log verify --json").stdout)
    assert (found["holds"], found["chains"][0]["fault"], found["chains"][0]["at"]) == (False, "changed", 3)


def test_verify_against_what_was_kept_elsewhere(operator: Operator, tmp_path: Path) -> None:
    # Given a checkpoint in a system's log, and the public key
    [line] = operator.does("log checkpoint")
    file = outside(operator, tmp_path, line)
    key = tmp_path / "key.json"
    key.write_text("\n".join(operator.does("log key")))
    assert operator.does(f"log verify --against {file} --key {key}")[-1].startswith("The log holds")
    # When the tail is cut off, and all checkpoints in the database with it
    spoils(operator, "DELETE FROM log WHERE id > 3")
    spoils(operator, "DELETE FROM checkpoints")
    # Then
    for more in ("", f" --key {key}"):
        result = operator.types(f"log verify --against {file}{more}")
        assert result.exit_code == 1
        assert "was signed, and it and all after it are gone" in result.stdout


def test_verify_with_somebody_elses_key_trusts_nothing(operator: Operator, tmp_path: Path) -> None:
    [line] = operator.does("log checkpoint")
    key = tmp_path / "key.json"
    key.write_text(json.dumps(dict(operator.house.parts.server_key.public)))

    assert "not trusted" in operator.is_refused(
        f"log verify --against {outside(operator, tmp_path, line)} --key {key}"
    )


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"keys": [{"kty": "RSA"}]}', '"x"', "7"])
def test_what_is_no_key_is_refused(operator: Operator, tmp_path: Path, text: str) -> None:
    key = tmp_path / "key.json"
    key.write_text(text)

    assert "no public JWK" in operator.is_refused(f"log verify --key {key}")


def test_a_file_without_checkpoints_is_refused(operator: Operator, tmp_path: Path) -> None:
    file = outside(operator, tmp_path)

    assert operator.is_refused(f"log verify --against {file}") == "There is no checkpoint in the file."


def test_checkpoints_are_printed_again_as_they_were(operator: Operator) -> None:
    lines = operator.does("log checkpoint") + operator.does("log checkpoint")

    assert operator.does("log checkpoints") == lines
    assert [json.loads(line)["number"] for line in lines] == [1, 2]
    assert {json.loads(line)["event"] for line in lines} == {"astrow2fa.checkpoint"}


def test_export_is_a_line_of_json_for_each_row(operator: Operator) -> None:
    before = operator.house.rows("log")

    rows = [json.loads(line) for line in operator.does("log export")]

    assert [row["hash"] for row in rows] == [row["hash"] for row in before]
    assert [row["tag"] for row in rows] == [row["tag"] for row in before]
    assert {row["user"] for row in rows} == {None, "anna", "bob", "charlie", "dora"}
    assert operator.house.log()[-1] == "browser:log:exported"


def test_export_as_csv_is_safe_in_a_spreadsheet(operator: Operator) -> None:
    # Given an actor whose name is a formula
    accounts.create(operator.house.parts, accounts.NewUser("eve", "correct Horse-7 battery"), actor="=1+1")
    # When
    text = operator.types("log export --format csv").stdout
    # Then
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"))))
    assert len(rows) == len(operator.house.rows("log")) - 1
    assert rows[-1]["actor"] == "'=1+1"
    assert rows[-1]["user"] == "eve"


def test_export_takes_what_is_asked_for(operator: Operator) -> None:
    def found(options: str) -> list[dict[str, object]]:
        return [json.loads(line) for line in operator.does(f"log export {options}")]

    assert {row["user"] for row in found("--user Bob")} == {"bob"}
    assert {row["tag"] for row in found("--tag operator:account:created")} == {"operator:account:created"}
    assert {str(row["tag"]).split(":")[1] for row in found("--tag '*:account:*' --user bob")} == {"account"}
    assert found("--since 2001-01-01 --until 2001-01-02") == []
    everything = found("--since 2001-01-01")
    operator.house.clock.advance(86_400 * 400)
    with_later = found("")
    assert with_later[: len(everything)] == everything


@pytest.mark.parametrize(
    ("options", "reason"),
    [("--user nobody", "There is no user 'nobody'."), ("--tag x:y", "There is no tag like 'x:y'.")],
)
def test_export_of_what_there_is_not_is_refused(operator: Operator, options: str, reason: str) -> None:
    assert operator.is_refused(f"log export {options}") == reason


def test_evidence_is_printed_and_verified(operator: Operator) -> None:
    # Given
    house = operator.house.policy(Mode.ALWAYS)
    phone, desk = house.phone("anna"), Desk(house)
    asked = desk.waits("anna")
    approves(house, phone, asked)
    # When
    lines = operator.does(f"log show-evidence {asked.id}")
    # Then
    assert lines[-1] == "Everything holds."
    assert asked.request in lines
    found = operator.reads(f"log show-evidence {asked.id}")
    assert found["holds"] is True
    assert found["request"] == asked.request
    for key in ("server_key", "phone_key"):
        assert f"Public key: {json.dumps(found[key])}" in lines
    assert found["phone_key"] == json.loads(str(house.rows("phones")[0]["public_key"]))
    assert found["server_key"]["x"] == house.parts.server_key.public["x"]
    assert found["decision_claims"]["decision"] == "approve"


def test_evidence_that_was_tampered_with_ends_with_one(operator: Operator) -> None:
    house = operator.house.policy(Mode.ALWAYS)
    phone, desk = house.phone("anna"), Desk(house)
    asked = desk.waits("anna")
    approves(house, phone, asked)
    spoils(
        operator, "UPDATE confirmations SET decision = substr(decision, 1, length(decision) - 4) || 'AAAA'"
    )

    result = operator.types(f"log show-evidence {asked.id}")

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: The decision is not signed by this key")


def test_an_id_may_begin_like_an_option(operator: Operator) -> None:
    assert operator.is_refused("log show-evidence -Rf") == "There is no confirmation '-Rf'."


def test_evidence_of_nothing_is_refused(operator: Operator) -> None:
    assert operator.is_refused("log show-evidence nothing") == "There is no confirmation 'nothing'."


@pytest.mark.parametrize("option", ["--against", "--key"])
def test_a_file_that_cannot_be_read_is_a_reason(operator: Operator, tmp_path: Path, option: str) -> None:
    assert "nowhere" in operator.is_refused(f"log verify {option} {tmp_path / 'nowhere'}")
