"""docs/protocol.md says what the vectors and the code say."""

from __future__ import annotations

import json
from pathlib import Path

from astrow2fa.adapters.compact import decode
from astrow2fa.core.errors import Refusal
from tests.vectors import read

VECTORS = read()
PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
ONE_LINE = " ".join(PAGE.split())


def without_spaces(text: str) -> str:
    return "".join(text.split())


def named(section: str, name: str) -> dict[str, str]:
    [vector] = [vector for vector in VECTORS[section] if vector["name"] == name]
    return dict(vector)


def shown(jws: str) -> list[str]:
    return [without_spaces(decode(part).decode()) for part in jws.split(".")[:2]]


def test_every_refusal_is_in_the_table_of_errors() -> None:
    table = PAGE.partition("## 9. Errors")[2].partition("## 10.")[0]
    for refusal in Refusal.__subclasses__():
        assert f"`{refusal.code}`" in table, refusal.code


def test_the_worked_example_is_that_of_the_vectors() -> None:
    example = PAGE.partition("## 13.")[2]
    asked = VECTORS["confirmations"]["new_browser"]
    decision = named("decisions", "approve with the number")
    proof = named("proofs", "a body and its hash")
    for part in [*shown(asked["jws"]), *shown(decision["jws"]), *shown(proof["proof"])]:
        assert part in without_spaces(example)
    for text in (asked["sha256"], asked["number"], proof["body"], *asked["jws"].split(".")[::2]):
        assert text in without_spaces(example)
    assert VECTORS["keys"]["server"]["public"]["x"] in example
    assert VECTORS["keys"]["phone"]["kid"] in example


def test_the_short_pieces_of_tokens_are_beginnings_of_real_ones() -> None:
    beginning = json.dumps({"alg": "ES256"}, separators=(",", ":"))[:6]
    assert decode("eyJhbGci").decode().startswith(beginning)
    assert "eyJhbGciOi…" in ONE_LINE


def test_links_between_chapters_lead_somewhere() -> None:
    titles = [line.lstrip("# ") for line in PAGE.splitlines() if line.startswith("## ")]
    anchors = {
        "".join(c for c in title.lower() if c.isalnum() or c in " -").replace(" ", "-") for title in titles
    }
    for piece in PAGE.split("](#")[1:]:
        assert piece.partition(")")[0] in anchors
