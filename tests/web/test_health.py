"""/healthz and /readyz."""

from __future__ import annotations

from tests.support.browser import RobotBrowser
from tests.support.house import House


def test_alive_and_ready(house: House, browser: RobotBrowser) -> None:
    for path in ("/healthz", "/readyz"):
        response = browser.get(path)
        assert response.status_code == 200
        assert "Set-Cookie" not in response.headers


def test_without_its_database_it_is_alive_and_not_ready_and_lets_nobody_in(
    house: House, browser: RobotBrowser
) -> None:
    # Given a signed-in browser, and a database that cannot be read any more
    browser.signs_in("anna")
    browser.get("/my-info/security")
    token = browser.csrf()
    house.loses_its_database()
    # Then
    assert browser.get("/healthz").status_code == 200
    for path in ("/readyz", "/", "/my-info/security"):
        response = browser.get(path)
        assert response.status_code == 503, path
        assert response.headers["Retry-After"]
    assert browser.another().get("/").status_code == 303
    answer = browser.sends("/login", username="anna", password="correct Horse-7 battery", csrf_token=token)
    assert answer.status_code == 503
    api = browser.client.post(
        "/mobile/api/v1/invitations", json={"code": "x", "username": "a", "password": "b"}
    )
    assert (api.status_code, api.get_json(force=True)["code"]) == (503, "unavailable")
