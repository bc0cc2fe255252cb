"""When a step looks for garbage: when enough is new, also where as many leave as arrive, and never for nothing."""

from __future__ import annotations

import pytest

from astrow2fa.runtime import collector as module
from astrow2fa.runtime.collector import Collector


class StubGc:
    """Python's collector, as far as it is asked."""

    def __init__(self) -> None:
        self.new = 0
        self.done: list[str] = []

    def get_count(self) -> tuple[int, int, int]:
        return self.new, 0, 0

    def collect(self) -> None:
        self.done.append("collect")
        self.new = 0

    def freeze(self) -> None:
        self.done.append("freeze")


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> StubGc:
    found = StubGc()
    monkeypatch.setattr(module, "gc", found)
    return found


def test_it_looks_when_much_is_new(stub: StubGc) -> None:
    collector = Collector(lambda: 1, lambda: 0)
    stub.new = Collector.WORTHWHILE - 1
    collector.step()
    assert stub.done == []
    stub.new += 1
    collector.step()
    assert stub.done == ["collect", "freeze"]
    collector.step()
    assert stub.done == ["collect", "freeze"]


def test_it_looks_when_many_came_although_as_many_went(stub: StubGc) -> None:
    """Python counts what is made less what is freed, and there is as much to be walked as was made."""
    come = 0
    collector = Collector(lambda: 1, lambda: come)
    come = Collector.MANY - 1
    collector.step()
    assert stub.done == []
    come = Collector.MANY
    collector.step()
    assert stub.done == ["collect", "freeze"]
    come += Collector.MANY - 1
    collector.step()
    assert stub.done == ["collect", "freeze"]
