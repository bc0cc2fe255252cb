"""What is thrown: text of every kind that has ever upset a parser, and the settings that keep a run short."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

NASTY = st.sampled_from(
    [
        "", " ", "\0", "\r\n", "null", "true", "[]", "{}", "0", "-1", "1e999", "NaN", "9" * 400, "x" * 5000, "é" * 300,
        "\ud800", "\U0010ffff" * 9, "\u202eabc", "%00", "%", "%ff", "../..", "//x", "/\\x", "a=b;c=d", "' OR 1=1 --",
        "<script>", "{{7*7}}", "${7*7}", "\x1b[2J", "0x10", "１２３", "²", "\N{ARABIC-INDIC DIGIT ONE}",
        "+1", "1_000", "1.5",
    ]
)  # fmt: skip
TEXT = NASTY | st.text(max_size=40)
ENCODABLE = TEXT.map(lambda text: text.encode("utf-8", "replace").decode())
HEADER = TEXT.map(
    lambda text: "".join(c for c in text if c.isprintable()).encode("utf-8", "replace").decode("latin-1")
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ENCODABLE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ENCODABLE, inner, max_size=4),
    max_leaves=6,
)

few = settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
"""A run is the same each time; who looks for more takes the numbers up."""
many = settings(few, max_examples=300)
