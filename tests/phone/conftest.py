"""A stand-in server, and a phone that is paired with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from astrow2fa.phone.client import Phone
from tests.phone.standin import Standin, running


@pytest.fixture
def server() -> Iterator[Standin]:
    with running() as standin:
        yield standin


@pytest.fixture
def phone(server: Standin) -> Phone:
    return Phone.pair(server.link, name="Ada’s phone")
