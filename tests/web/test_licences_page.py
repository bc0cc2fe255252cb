"""/system/licences: what is installed, taking in a file, and the banner before and after the end."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from astrow2fa.adapters.signatures import Es256
from astrow2fa.core.licence import Module
from astrow2fa.core.policy import Mode
from astrow2fa.services import accounts, keys, licences
from astrow2fa.services.accounts import NewUser
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.unchanged import nothing_changes

PAGE = "/system/licences"
DAY = 86_400


@pytest.fixture
def admin(house: House, browser: RobotBrowser) -> RobotBrowser:
    browser.signs_in("anna")
    browser.get(PAGE)
    return browser


def licence(
    house: House, *, days: int = 100, seats: int = 7, modules: tuple[Module, ...] = tuple(Module)
) -> str:
    key = keys.ensure(house.parts.store, house.parts.signatures, keys.Purpose.DEMO_ISSUER)
    order = {"issuer": "Amano", "customer": "ACME", "modules": list(modules), "seats": seats, "days": days}
    return licences.issue(house.parts, key, **order)  # type: ignore[arg-type]


def uploads(browser: RobotBrowser, content: bytes, text: str = "") -> TestResponse:
    data = {
        "csrf_token": browser.csrf(),
        "file": (io.BytesIO(content), "a.licence"),
        "text": text,
    }
    return browser.client.post(PAGE, data=data, content_type="multipart/form-data")


def test_it_lists_what_is_installed_and_the_seats(house: House, admin: RobotBrowser) -> None:
    page = admin.get(PAGE)

    assert page.status_code == 200
    assert "365 days left" in page.text
    assert 'data-used="3" data-allowed="any"' in re.sub(r"\s+", " ", page.text)
    assert 'id="complete"' in page.text
    assert 'id="licence-banner"' not in page.text


def test_each_state_is_named(house: House, admin: RobotBrowser) -> None:
    # Given the one of the house, a short one, and one that begins in ten days
    licences.install(house.parts, licence(house, days=1))
    house.clock.advance(10 * DAY)
    later = licence(house, days=30)
    house.clock.advance(-10 * DAY)
    licences.install(house.parts, later)
    # When the short one has ended
    house.clock.advance(DAY)
    admin.signs_in("anna")
    # Then
    page = admin.get(PAGE).text
    assert re.findall(r'data-state="(\w+)"', page) == ["expired", "not_yet", "valid"]
    assert "364 days left" in page


@pytest.mark.parametrize("way", ["file", "text", "text in lines"])
def test_a_licence_is_installed(house: House, admin: RobotBrowser, way: str) -> None:
    # Given
    jws = licence(house)
    # When
    if way == "file":
        response = uploads(admin, jws.encode() + b"\n")
    else:
        text = jws if way == "text" else "\r\n".join(jws[i : i + 60] for i in range(0, len(jws), 60))
        response = admin.post(PAGE, text=text)
    # Then
    assert (response.status_code, response.location) == (303, f"{PAGE}?done=installed")
    page = admin.get(response.location).text
    assert 'id="notice"' in page
    assert "for ACME, from Amano" in page
    [row] = [row for row in house.rows("log") if row["tag"] == "operator:licence:installed"][-1:]
    assert row["actor"] == "anna"


def of_a_stranger(house: House) -> str:
    order = {"issuer": "X", "customer": "Y", "modules": list(Module), "seats": 0, "days": 9}
    return licences.issue(house.parts, Es256().new_key(), **order)  # type: ignore[arg-type]


def forged(house: House) -> str:
    one, other = licence(house).split("."), licence(house, seats=0).split(".")
    return f"{one[0]}.{other[1]}.{one[2]}"


def another_type(house: House) -> str:
    key = keys.ensure(house.parts.store, house.parts.signatures, keys.Purpose.DEMO_ISSUER)
    return house.parts.signatures.sign("astrow2fa-proof+jwt", {"iss": "x"}, key)


def without_dates(house: House) -> str:
    key = keys.ensure(house.parts.store, house.parts.signatures, keys.Purpose.DEMO_ISSUER)
    claims = {"iss": "x", "jti": "y", "customer": "z", "modules": ["two_factor"], "seats": 0}
    return house.parts.signatures.sign(licences.TYP, claims, key)


def ended(house: House) -> str:
    house.clock.advance(-2 * DAY)
    text = licence(house, days=1)
    house.clock.advance(2 * DAY)
    return text


def installed(house: House) -> str:
    text = licence(house)
    licences.install(house.parts, text)
    return text


REFUSED: list[tuple[Callable[[House], str], str]] = [
    (of_a_stranger, "issuer that is not trusted"),
    (forged, "signature does not hold"),
    (another_type, "of another kind"),
    (without_dates, "not a licence file"),
    (lambda _: "hello", "not a licence file"),
    (lambda _: "a.b.c", "not a licence file"),
    (ended, "has ended already"),
    (installed, "installed already"),
    (lambda _: "", "Choose a licence file"),
    (lambda _: "x" * (16 * 1024 + 1), "longer than 16 KiB"),
]


@pytest.mark.parametrize(("make", "reason"), REFUSED)
def test_every_refusal_says_why_and_changes_nothing(
    house: House, admin: RobotBrowser, make: Callable[[House], str], reason: str
) -> None:
    text = make(house)
    recorded = house.log()
    for send in (lambda: admin.post(PAGE, text=text), lambda: uploads(admin, text.encode())):
        with nothing_changes(house):
            response = send()
        assert response.status_code == 422
        assert 'id="error-summary"' in response.text
        assert reason in response.text
    assert house.log() == recorded


def test_a_file_that_is_no_text_is_refused(house: House, admin: RobotBrowser) -> None:
    with nothing_changes(house):
        response = uploads(admin, b"\xff\xfe\0" * 100)

    assert response.status_code == 422
    assert "not a licence file" in response.text


def test_a_huge_one_is_413(house: House, admin: RobotBrowser) -> None:
    with nothing_changes(house):
        assert uploads(admin, b"x" * 100_000).status_code == 413


def test_seeing_is_not_installing(house: House, browser: RobotBrowser) -> None:
    # Given a user who may view licences and nothing else
    accounts.create(house.parts, NewUser("vera", PASSWORD))
    grant(house, "vera", "view_licences")
    browser.signs_in("vera")
    # Then
    page = browser.get(PAGE)
    assert page.status_code == 200
    assert 'id="install-licence"' not in page.text
    text = licence(house)
    with nothing_changes(house):
        assert browser.post(PAGE, text=text).status_code == 403


def test_without_the_permission_it_is_403(house: House, browser: RobotBrowser) -> None:
    browser.signs_in("bob")
    browser.get("/my-info/security")
    text = licence(house)
    with nothing_changes(house):
        assert browser.post(PAGE, text=text).status_code == 403
        assert browser.get(PAGE).status_code == 403


@pytest.mark.parametrize("way", ["file", "text"])
def test_a_session_that_is_not_fresh_confirms_first_and_keeps_the_text(
    house: House, admin: RobotBrowser, way: str
) -> None:
    # Given
    jws = licence(house)
    house.clock.advance(15 * 60)
    admin.get(PAGE)
    # When
    with nothing_changes(house, "draft"):
        response = uploads(admin, jws.encode()) if way == "file" else admin.post(PAGE, text=jws)
    # Then
    assert response.location == "/my-info/confirm?next=%2Fsystem%2Flicences"
    admin.get(response.location)
    assert admin.post("/my-info/confirm", next=PAGE, password=PASSWORD).location == PAGE
    assert f">{jws}</textarea>" in admin.get(PAGE).text
    assert admin.post(PAGE, text=jws).status_code == 303


def test_the_banner_warns_from_thirty_days_before_and_after(house: House, admin: RobotBrowser) -> None:
    # Given
    house.policy(Mode.ALWAYS).policy(Mode.OFF)
    seen = {}
    for days in (334, 335, 364, 366):
        house.clock.time = 1_900_000_000.0 + days * DAY
        admin.signs_in("anna")
        page = admin.get(PAGE).text
        seen[days] = re.findall(r'data-module="(\w+)"\s+data-days="(\d+)"', page)
    # Then
    both = ["astrow_mobile", "two_factor"]
    assert seen == {
        334: [],
        335: [(m, "30") for m in both],
        364: [(m, "1") for m in both],
        366: [(m, "0") for m in both],
    }
    assert 'data-missing="two_factor"' in page
    assert "may replace it" in page


def test_the_banner_is_on_other_pages_of_administrators_for_who_may_see_licences(house: House) -> None:
    # Given a lapsed licence, an administrator, and a helper who may not see licences
    accounts.create(house.parts, NewUser("hanna", PASSWORD, roles=("HR",)))
    house.clock.advance(366 * DAY)
    page = f"/system/users/{house.id_of('bob')}/exempt"
    admin, helper = RobotBrowser(house.app), RobotBrowser(house.app)
    admin.signs_in("anna")
    helper.signs_in("hanna")
    # Then
    assert 'id="licence-banner"' in admin.get(page).text
    assert helper.get(page).status_code == 200
    assert 'id="licence-banner"' not in helper.get(page).text


def test_more_users_than_seats_are_told_of(house: House, admin: RobotBrowser) -> None:
    # Given nothing but a licence of one seat
    house.clock.advance(366 * DAY)
    licences.install(house.parts, licence(house, seats=1))
    admin.signs_in("anna")
    # Then
    page = admin.get(PAGE).text
    assert 'id="too-many"' in page
    assert "3 of 1 used" in page
    assert licences.seats(house.parts) == licences.Seats(3, 1)


def grant(house: House, name: str, permission: str) -> None:
    with house.parts.store.write() as work:
        work._connection.exec_driver_sql(  # type: ignore[attr-defined]
            "INSERT INTO user_permissions VALUES (?, ?)", (house.id_of(name), permission)
        )
