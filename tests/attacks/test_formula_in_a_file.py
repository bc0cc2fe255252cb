"""A name that a spreadsheet takes for a formula, in a file that an administrator opens."""

from __future__ import annotations

import csv
import io

import pytest

from astrow2fa.core import csv_lines

FORMULA = "HYPERLINK(A1)"


@pytest.mark.parametrize(
    "sign", ["=", "+", "-", "@", "\t=", "\r=", "\n=", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
)
def test_no_cell_begins_with_what_begins_a_formula(sign: str) -> None:
    [[cell]] = csv.reader(io.StringIO(csv_lines.lines([[sign + FORMULA]]), newline=""))
    assert cell == f"'{sign}{FORMULA}"
