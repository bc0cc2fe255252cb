"""docs/openapi.yaml and the phone API name the same routes, methods, codes and kinds of proof, both ways."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask

from astrow2fa.web.errors import API, STATUS
from astrow2fa.web.guard import AUDIENCES, Audience
from tests.rules.tree import ROOT
from tests.support.house import House

DOCUMENT: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text("utf-8"))
METHODS = {"get", "put", "post", "delete", "patch"}
OTHER_CODES = {"not_found": 404, "unavailable": 503}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return House(tmp_path_factory.mktemp("openapi")).app


def documented() -> dict[tuple[str, str], dict[str, Any]]:
    """(method, path) → operation."""
    return {
        (method, path): operation
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def offered(app: Flask) -> dict[tuple[str, str], str]:
    """(method, path as OpenAPI writes it) → endpoint."""
    return {
        (
            method.lower(),
            re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule.removeprefix(f"{API}v1")),
        ): rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(API)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_route_is_described_and_every_description_has_a_route(app: Flask) -> None:
    assert set(documented()) == set(offered(app))


def test_what_needs_a_proof_says_so(app: Flask) -> None:
    said = {
        call: operation.get("security", DOCUMENT["security"]) != []
        for call, operation in documented().items()
    }
    needed = {call: AUDIENCES[endpoint] is Audience.PHONE for call, endpoint in offered(app).items()}
    assert said == needed


def codes_of(response: dict[str, Any]) -> set[str]:
    return {
        code
        for content in response["content"].values()
        for part in content["schema"]["allOf"]
        for code in [part.get("properties", {}).get("code", {})]
        for code in code.get("enum", [code.get("const")])
        if code
    }


def test_every_code_has_the_status_of_the_protocol() -> None:
    named = set()
    for operation in documented().values():
        for status, response in operation["responses"].items():
            if status.startswith("2"):
                continue
            found = codes_of(DOCUMENT["components"]["responses"][Path(response["$ref"]).name])
            assert {(STATUS | OTHER_CODES)[code] for code in found} == {int(status)}
            named |= found
    assert named == set(STATUS) | set(OTHER_CODES)
