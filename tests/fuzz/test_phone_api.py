"""The phone API against its own description, by a stranger and by a phone that proves each call: Schemathesis."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from astrow2fa.adapters.signatures import Es256
from astrow2fa.services.phones import pending
from tests.rules.tree import ROOT
from tests.support.browser import RobotBrowser
from tests.support.house import House

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

DOCUMENT = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text("utf-8"))
CALLS = [(method, path) for path, item in DOCUMENT["paths"].items() for method in item]
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 12
POINT = dict(Es256().new_key().public)

schemathesis.serializer.alias("application/jose", "text/plain")


class ProvenByPhone:
    """Around the application: signs a proof over each call, exactly as it arrives, by a phone that is still paired."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._phone = house.phone("anna")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        environ["wsgi.input"] = io.BytesIO(body)
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        if self._phone.id in {row["id"] for row in self._house.rows("phones") if row["revoked_at"]}:
            self._phone = self._house.phone("anna")
        environ["HTTP_AUTHORIZATION"] = f"Bearer {self._phone.proof(environ['REQUEST_METHOD'], path, body)}"
        return self._house.app(environ, start_response)


def is_as_described(
    app: WSGIApplication, method: str, path: str, mode: GenerationMode, ids: list[str]
) -> None:
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    schema.app = app
    operation = schema[path][method.upper()]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Case) -> None:
        for name, value in (case.path_parameters or {}).items():
            # Half of the time something that there is.
            if ids and len(str(value)) % 2:
                case.path_parameters[name] = ids[len(str(value)) % len(ids)]
        if isinstance(case.body, dict) and len(str(case.body.get("code"))) % 2 and "public_key" in case.body:
            case.body["public_key"] = POINT  # Hardly any two coordinates are those of a point on the curve.
        response = case.call(headers={"X-Forwarded-For": "192.0.2.1"})
        assert response.status_code < 500
        assert "Traceback" not in response.text
        case.validate_response(response, checks=CHECKS)

    run()


@pytest.fixture(scope="module")
def ids(shared_house: House) -> list[str]:
    """Things that there are: a pending confirmation, phones, sessions, browsers."""
    shared_house.phone("anna")
    RobotBrowser(shared_house.app).signs_in("anna")
    [confirmation] = pending(shared_house.parts, shared_house.id_of("anna"))
    tables = ("phones", "sessions", "browsers")
    return [confirmation.id, *(str(row["id"]) for table in tables for row in shared_house.rows(table))]


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_by_a_stranger(
    shared_house: House, ids: list[str], method: str, path: str, mode: GenerationMode
) -> None:
    is_as_described(shared_house.app, method, path, mode, ids)


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_by_a_phone(
    shared_house: House, ids: list[str], method: str, path: str, mode: GenerationMode
) -> None:
    is_as_described(ProvenByPhone(shared_house), method, path, mode, ids)
