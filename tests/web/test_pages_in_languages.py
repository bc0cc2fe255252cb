"""The pages of everybody in every language: each opens, says which it is in, and keeps no English sentence."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import cache

import pytest

from astrow2fa.core.languages import DEFAULT, LANGUAGES
from astrow2fa.core.policy import Mode
from scripts.words import catalogues, read
from tests.support.acts import asked, says_no, signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import House

OTHERS = sorted(set(LANGUAGES) - {DEFAULT})
BLANK = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}")
PAGES = (
    "/",
    "/my-info/security?done=password",
    "/my-info/phones/pair",
    "/system/overview",
    "/system/settings/security?done=saved",
    "/system/settings/security/preview",
    "/system/settings/push?sent=yes",
    "/system/users",
    "/system/users/1",
    "/system/users/2",
    "/system/users/new",
    "/system/users/import",
    "/system/users/2/exempt",
    "/system/roles",
    "/system/roles/new",
    "/system/sign-ins",
    "/system/log",
    "/system/licences?done=installed",
    "/nowhere",
)


@pytest.fixture
def lively(build: Callable[..., House]) -> House:
    """A house in which something happened, so that lists have rows: Anna and Bob with phones, one refusal."""
    house = build().policy(Mode.ALWAYS)
    house.phone("anna")
    phone = house.phone("bob")
    bob = RobotBrowser(house.app, "198.51.100.7")
    bob.signs_in("bob")
    says_no(house, phone, asked(house, "bob"))
    RobotBrowser(house.app, "198.51.100.8").signs_in("dora", "wrong")
    return house


@cache
def pieces(code: str) -> dict[str, str]:
    """English sentence, without what is filled in → the first words of its translation; only where the two differ."""
    found = {}
    for message in read(catalogues()[code]):
        if not message.id or not isinstance(message.id, str) or not isinstance(message.string, str):
            continue
        longest = max(BLANK.split(message.id), key=len).strip()
        if len(re.findall(r"\w{2,}", longest)) > 2 and longest not in message.string:
            found[longest] = message.string
    return found


def words(page: str) -> str:
    """What somebody reads, or hears."""
    return html.unescape(re.sub(r"\s+", " ", page))


def english(page: str, code: str) -> list[str]:
    text = words(page)
    return [sentence for sentence in pieces(code) if sentence in text]


@pytest.mark.parametrize("code", OTHERS)
def test_every_page_is_in_it(lively: House, code: str) -> None:
    phone = lively.phone("anna")
    browser = signs_in_with(lively, RobotBrowser(lively.app).asks_for(code), phone, "anna")
    left = {}
    for path in PAGES:
        page = browser.get(path)
        if page.status_code == 303:
            page = browser.get(page.headers["Location"])  # to be confirmed first
        assert page.status_code in (200, 404), path
        assert f'<html lang="{code}">' in page.text, path
        left[path] = english(page.text, code)

    assert {path: found for path, found in left.items() if found} == {}


@pytest.mark.parametrize("code", OTHERS)
def test_every_face_of_a_sign_in_is_in_it(lively: House, code: str) -> None:
    browser = RobotBrowser(lively.app).asks_for(code)
    shown = [
        browser.get("/login"),
        browser.signs_in("bob", "wrong"),
        browser.another().asks_for(code).get("/x"),
    ]
    shown.append(browser.get("/mobile/"))
    browser.signs_in("bob")
    shown.append(browser.waits())
    shown.append(browser.post("/login/exemption", code="NOT-RIGHT"))
    lively.clock.advance(3600)
    shown.append(browser.waits())
    stranded = browser.another().asks_for(code)
    stranded.signs_in("dora")
    shown.append(stranded.waits())

    assert [english(page.text, code) for page in shown if english(page.text, code)] == []
    assert all(f'<html lang="{code}">' in page.text for page in shown if page.status_code != 303)


def test_the_rule_sees_a_sentence_that_stayed_english(shared_house: House) -> None:
    page = RobotBrowser(shared_house.app).get("/login").text

    assert "Afterwards your phone may ask you to confirm that it is you. Keep it at hand." in english(
        page, "nl"
    )
