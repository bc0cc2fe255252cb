"""An error says what happened and leads out: back to the page that the form was on, where that can be opened again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.browser import RobotBrowser
from tests.support.house import House

OUT = '<a class="button button-primary button-wide" href="{}">{}</a>'


def from_page(browser: RobotBrowser, path: str, referrer: str, **fields: str) -> TestResponse:
    """Posts what the page at `referrer` would, with the token of the page that the browser is on."""
    client: FlaskClient = browser.client
    data = {"csrf_token": browser.csrf(), **fields}
    return client.post(path, data=data, headers={"Referer": referrer})


@pytest.fixture
def signed_in(browser: RobotBrowser) -> RobotBrowser:
    browser.signs_in("anna")
    browser.get("/")
    return browser


def test_a_form_that_was_open_for_too_long_leads_back_to_its_page(
    house: House, signed_in: RobotBrowser
) -> None:
    page = f"{house.parts.public_url}/system/users?q=anna"

    response = from_page(signed_in, "/logout", page, csrf_token="stale")

    assert response.status_code == 400
    assert OUT.format("/system/users?q=anna", "Open the page again") in response.text


@pytest.mark.parametrize(
    "referrer",
    [
        "",
        "https://elsewhere.example/system/users",
        "{ours}.elsewhere.example/system/users",
        "{ours}//elsewhere.example/",
        "{ours}/system/users/mobile",  # takes forms only
        "{ours}/no/such/page",
        "{ours}/login",
    ],
)
def test_where_that_page_cannot_be_opened_it_leads_to_the_start_page(
    house: House, signed_in: RobotBrowser, referrer: str
) -> None:
    page = referrer.format(ours=house.parts.public_url)

    response = from_page(signed_in, "/logout", page, csrf_token="stale")

    assert OUT.format("/", "Go to the start page") in response.text


def test_a_file_that_is_too_large_leads_back_to_where_it_was_chosen(
    house: House, signed_in: RobotBrowser
) -> None:
    page = f"{house.parts.public_url}/system/licences"

    response = from_page(signed_in, "/system/licences", page, text="x" * 2_000_000)

    assert response.status_code == 413
    assert OUT.format("/system/licences", "Back to the page") in response.text


def test_an_address_that_takes_forms_only_says_so(house: House, signed_in: RobotBrowser) -> None:
    response = signed_in.get("/system/users/sheets")

    assert response.status_code == 405
    assert "This address only takes what another page sends. Nothing was changed." in response.text


def test_without_the_database_the_same_page_is_tried_again(house: House, signed_in: RobotBrowser) -> None:
    house.loses_its_database()

    form = from_page(signed_in, "/my-info/sessions/end-others", f"{house.parts.public_url}/my-info/security")
    page = signed_in.get("/system/users?q=anna")

    assert (page.status_code, form.status_code) == (503, 503)
    assert OUT.format("/system/users?q=anna", "Try again") in page.text
    assert OUT.format("/my-info/security", "Try again") in form.text


def test_too_many_tries_lead_back_to_where_they_were_made(build: Callable[..., House]) -> None:
    # Given a house in which a password is changed once an hour
    house = build(ASTROW2FA_LIMITS="password.account=1/hour")
    page = f"{house.parts.public_url}/my-info/security"
    passwords = {
        "current_password": "wrong",
        "new_password": "Ok-9 horses",
        "confirm_password": "Ok-9 horses",
    }
    anna = RobotBrowser(house.app)
    anna.signs_in("anna")
    anna.get("/my-info/security")
    # When
    from_page(anna, "/my-info/security/password", page, **passwords)
    answer = from_page(anna, "/my-info/security/password", page, **passwords)
    # Then
    assert answer.status_code == 429
    assert OUT.format("/my-info/security", "Back to the page") in answer.text
