"""CSV files and variables of the environment: read, or refused in the way that is meant for it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrow2fa.config import NAMES, Config, ConfigError
from astrow2fa.core import settings, user_csv
from astrow2fa.core.user_csv import COLUMNS, Unreadable
from tests.fuzz.words import ENCODABLE, TEXT, many

cells = (
    st.sampled_from(["anna", "yes", "no", "mss;ess", "Administrator", '"', ",", "\n", "'=1", "=cmd()"])
    | ENCODABLE
)
lines = st.lists(st.lists(cells, max_size=8).map(",".join), max_size=5).map("\n".join)
heading = st.lists(st.sampled_from(COLUMNS) | cells, max_size=8).map(",".join)
VARIABLES = [name for name in NAMES if name != "INSTANCE"]
files = st.binary(max_size=200) | st.builds(lambda head, rest: f"{head}\n{rest}".encode(), heading, lines)


@many
@given(files)
def test_any_file_of_users(data: bytes) -> None:
    with suppress(Unreadable):
        assert all(row.line > 1 for row in user_csv.read(data))


@many
@given(st.sampled_from(settings.NAMES) | TEXT, TEXT)
def test_any_value_of_a_setting(name: str, value: str) -> None:
    with suppress(ValueError):
        assert settings.text_of(settings.parse(name, value))


@many
@given(
    st.dictionaries(st.sampled_from(VARIABLES), TEXT.filter(lambda t: "\0" not in t), min_size=1, max_size=3)
)
def test_any_environment(tmp_path_factory: pytest.TempPathFactory, given_: dict[str, str]) -> None:
    environ = {f"ASTROW2FA_{name}": value for name, value in given_.items()}
    said = ""
    try:
        Config.load({**environ, "ASTROW2FA_INSTANCE": str(tmp_path_factory.getbasetemp() / "environment")})
    except ConfigError as error:
        said = str(error)
    assert "\n" not in said
    secret = environ.get("ASTROW2FA_SECRET_KEY", "")
    assert not said.startswith("ASTROW2FA_SECRET_KEY") or len(secret) < 8 or secret not in said
