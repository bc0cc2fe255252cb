"""The phone API as a phone calls it, on the test client."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.test import TestResponse

from tests.support.house import House
from tests.support.phone import RobotPhone

API = "/mobile/api/v1"
NEW_PHONE = {"name": "Pixel 9", "platform": "Android 16", "storage": "persisted"}


def calls(
    house: House,
    method: str,
    path: str,
    body: object = None,
    *,
    phone: RobotPhone | None = None,
    proof: str | None = None,
    raw: bytes | None = None,
    address: str = "192.0.2.50",
) -> TestResponse:
    """One call; `phone` proves it, unless `proof` is what is sent instead. `raw` is the body as bytes."""
    data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
    if proof is None and phone is not None:
        proof = phone.proof(method, API + path, data)
    headers = {} if proof is None else {"Authorization": f"Bearer {proof}"}
    return house.app.test_client().open(
        API + path,
        method=method,
        data=data,
        headers=headers,
        content_type="application/json",
        environ_base={"REMOTE_ADDR": address},
    )


def decides(house: House, confirmation_id: str, decision: str | bytes) -> TestResponse:
    return house.app.test_client().post(
        f"{API}/confirmations/{confirmation_id}/decision", data=decision, content_type="application/jose"
    )


def problem(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    """Asserts that it is this refusal, as problem details (RFC 9457)."""
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    found = response.get_json(force=True)
    assert (found["status"], found["code"]) == (status, code)
    assert found["title"]
    return dict(found)


def succeeds(response: TestResponse, status: int = 200) -> Any:
    """Asserts that it went well; what it answered."""
    assert response.status_code == status, response.text
    return response.get_json() if status != 204 else None
