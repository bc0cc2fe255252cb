"""The QR code beside the number: the same number, for the same browser, and kept nowhere."""

from __future__ import annotations

from astrow2fa.core.number import link
from astrow2fa.web.qr import qr_image
from tests.support.acts import asked, says_no
from tests.support.browser import RobotBrowser
from tests.support.house import House

QR = "/login/waiting/qr"


def test_the_browser_that_waits_gets_its_number_as_a_picture(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given
    strict_house.phone("anna")
    browser.signs_in("anna")
    one = asked(strict_house, "anna")
    page = browser.waits()
    # When
    response = browser.client.get(QR)
    # Then
    says = link(strict_house.parts.public_url, one.id, one.number or "")
    assert says == f"http://localhost:5000/mobile/#number={one.id}.{one.number}"
    assert response.data == qr_image(says)
    assert response.content_type == "image/svg+xml"
    assert response.headers["Cache-Control"] == "no-store"
    # And the address on the page says nothing of it
    assert f'src="{QR}"' in page.text


def test_without_a_number_there_is_none(strict_house: House, browser: RobotBrowser) -> None:
    # Given
    strict_house.phone("anna")
    strict_house.set("number_matching", "off")
    browser.signs_in("anna")
    # Then
    assert f'src="{QR}"' not in browser.waits().text
    assert browser.client.get(QR).status_code == 404
    # When another sign-in makes the number necessary
    browser.another().signs_in("anna")
    # Then it is there, for each browser its own
    assert browser.client.get(QR).status_code == 200


def test_after_the_end_there_is_none(strict_house: House, browser: RobotBrowser) -> None:
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    says_no(strict_house, phone, asked(strict_house, "anna"))

    assert browser.client.get(QR).status_code == 404


def test_who_waits_for_nothing_gets_nothing(strict_house: House, browser: RobotBrowser) -> None:
    strict_house.phone("anna")
    browser.signs_in("anna")

    assert browser.another().client.get(QR).status_code == 404
    assert browser.another().takes("A" * 43).client.get(QR).status_code == 404
