"""A phone was added: every other phone of its user is woken for it, and what comes later takes its place."""

from __future__ import annotations

import pytest

from tests.push.conftest import Street


@pytest.fixture
def unannounced() -> None:
    """They are told."""


def test_the_others_are_woken_and_the_new_phone_is_not(street: Street) -> None:
    # Given
    street.phone("charlie", "/wake/charlie")
    one = street.phone()
    street.works()
    two = street.phone(path="/wake/two", label="Tablet")
    street.works()
    assert [pushed.path for pushed in street.service.all] == ["/wake/one"]
    # When
    street.phone(path="/wake/three", label="Another")
    street.works()
    # Then
    said = {pushed.path: pushed for pushed in street.service.all}
    assert sorted(said) == ["/wake/one", "/wake/two"]
    for phone, path in ((one, "/wake/one"), (two, "/wake/two")):
        assert phone.push.reads(said[path]) == {"v": 1, "kind": "paired", "id": None}
        assert said[path].headers["ttl"] == "86400"


def test_a_phone_that_was_off_hears_of_two_by_one_word(street: Street) -> None:
    street.phone()
    street.works()
    for label in ("Tablet", "Another"):
        street.house.phone("anna", label)

    assert len(street.passes(0)) == 1


def test_after_a_day_nobody_is_woken_for_it(street: Street) -> None:
    # Given a push service that is away
    street.phone()
    street.works()
    street.answers(503)
    street.house.phone("anna", "Tablet")
    assert len(street.passes(0)) == 1
    # When
    street.passes(86_400)
    street.answers(201)
    # Then
    assert street.passes(3600) == []
