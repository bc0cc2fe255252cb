"""The language of a page: the user's own, else the choice of this browser, else what it asks for, else English."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from astrow2fa.core.languages import LANGUAGES
from astrow2fa.core.policy import Mode
from astrow2fa.services import accounts
from astrow2fa.web import language
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.unchanged import nothing_changes

SIGN_IN = {"en": "Sign in", "nl": "Aanmelden"}


def spoken(browser: RobotBrowser, path: str = "/login") -> str:
    """The language of a page, which its header and its first tag agree on."""
    page = browser.get(path)
    code: str = page.headers["Content-Language"]
    assert f'<html lang="{code}">' in page.text
    return code


@pytest.fixture
def at_home(house: House) -> RobotBrowser:
    """Anna, signed in with a browser that asks for French."""
    browser = RobotBrowser(house.app).asks_for("fr")
    browser.signs_in("anna")
    return browser


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_stranger_gets_what_the_browser_asks_for(shared_house: House, code: str) -> None:
    assert spoken(RobotBrowser(shared_house.app).asks_for(f"es, {code};q=0.7")) == code


def test_a_language_that_is_refused_is_not_given(shared_house: House) -> None:
    assert spoken(RobotBrowser(shared_house.app).asks_for("nl;q=0, de;q=0.1")) == "de"


@pytest.mark.parametrize("asked", ["", "*", "es", ",;q=", "x" * 3000, "en\u00e9"])
def test_else_it_is_english(shared_house: House, asked: str) -> None:
    assert spoken(RobotBrowser(shared_house.app).asks_for(asked.encode().decode("latin-1"))) == "en"


def test_the_words_are_in_it(shared_house: House) -> None:
    browser = RobotBrowser(shared_house.app)

    for code, words in SIGN_IN.items():
        assert f"<h1>{words}</h1>" in browser.asks_for(code).get("/login").text


def test_a_browser_keeps_its_choice_before_anybody_is_signed_in(house: House) -> None:
    # Given a browser that asks for German
    browser = RobotBrowser(house.app).asks_for("de")
    browser.get("/login?next=/my-info/security")
    # When somebody presses Nederlands
    response = browser.post("/language", language="nl", next="/my-info/security")
    # Then the sign-in comes again, in Dutch, and leads to where it led
    assert response.headers["Location"] == "/login?next=%2Fmy-info%2Fsecurity"
    assert spoken(browser) == "nl"
    assert "Max-Age" in response.headers["Set-Cookie"]


def test_the_user_s_own_goes_before_the_browser(at_home: RobotBrowser, house: House) -> None:
    # Given
    assert spoken(at_home, "/") == "fr"
    # When Anna chooses Dutch on My Info – Security
    at_home.get("/my-info/security")
    response = at_home.post("/language", language="nl", next="/my-info/security?done=language")
    # Then it is stored with her, and said in her language
    assert response.headers["Location"] == "/my-info/security?done=language"
    assert spoken(at_home, "/my-info/security?done=language") == "nl"
    assert accounts.named(house.parts, "anna").language == "nl"
    assert house.log()[-1] == "browser:language:chosen"
    # And another browser of hers speaks it as soon as the password was right
    elsewhere = RobotBrowser(house.app, "198.51.100.7").asks_for("de")
    elsewhere.signs_in("anna")
    assert spoken(elsewhere, "/") == "nl"


def test_the_waiting_screen_is_in_the_user_s_own(at_home: RobotBrowser, house: House) -> None:
    at_home.get("/my-info/security")
    at_home.post("/language", language="nl")
    house.policy(Mode.ALWAYS)
    elsewhere = RobotBrowser(house.app).asks_for("de")

    elsewhere.signs_in("anna")

    assert spoken(elsewhere, "/login/waiting") == "nl"


def test_as_the_browser_asks_is_a_choice_too(at_home: RobotBrowser, house: House) -> None:
    at_home.get("/my-info/security")
    at_home.post("/language", language="nl")
    at_home.get("/my-info/security")
    at_home.post("/language", language="")

    assert spoken(at_home, "/") == "fr"
    assert accounts.named(house.parts, "anna").language == ""


def test_the_same_choice_again_is_no_news(at_home: RobotBrowser, house: House) -> None:
    at_home.get("/my-info/security")
    at_home.post("/language", language="nl")
    before = house.log()
    at_home.get("/my-info/security")
    at_home.post("/language", language="nl")

    assert house.log() == before


@pytest.mark.parametrize("wrong", ["xx", "../nl", "nl-BE", "NL", "n" * 9])
def test_a_language_that_there_is_not_is_refused(at_home: RobotBrowser, house: House, wrong: str) -> None:
    at_home.get("/my-info/security")

    with nothing_changes(house):
        response = at_home.post("/language", language=wrong)

    assert response.status_code == 400
    assert "astrow2fa-language" not in response.headers.get("Set-Cookie", "")


def test_another_site_cannot_choose(at_home: RobotBrowser, house: House) -> None:
    with nothing_changes(house):
        assert at_home.sends("/language", language="nl").status_code == 400


def test_it_leads_to_no_other_site(at_home: RobotBrowser) -> None:
    at_home.get("/my-info/security")

    assert at_home.post("/language", language="nl", next="//evil.example").headers["Location"] == "/"


def test_with_https_the_choice_is_bound_to_the_host(build: Callable[..., House]) -> None:
    browser = RobotBrowser(build(ASTROW2FA_PUBLIC_URL="https://astrow.example.org").app)
    browser.get("/login")

    cookie = browser.post("/language", language="nl").headers["Set-Cookie"]

    assert cookie.startswith("__Host-astrow2fa-language=nl;")
    assert "Secure" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    "path", ["/login", "/mobile/", "/mobile/sw.js", "/mobile/manifest.webmanifest", "/nowhere"]
)
def test_nobody_in_between_hands_words_on_to_another(shared_house: House, path: str) -> None:
    page = RobotBrowser(shared_house.app).asks_for("nl").get(path)

    assert page.headers["Content-Language"] == "nl"
    assert {"Accept-Language", "Cookie"} <= set(page.headers["Vary"].split(", "))
    assert page.headers["Cache-Control"] == "no-store"


def test_files_are_the_same_for_everybody(shared_house: House) -> None:
    with RobotBrowser(shared_house.app).asks_for("nl").get("/static/js/mobile/app.js") as page:
        assert "Content-Language" not in page.headers


def test_without_compiled_catalogues_english_is_spoken(
    build: Callable[..., House], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "FOLDER", str(tmp_path))

    page = RobotBrowser(build().app).asks_for("nl").get("/login")

    assert page.status_code == 200
    assert "<h1>Sign in</h1>" in page.text


def test_the_app_goes_by_the_phone_and_not_by_who_is_signed_in(at_home: RobotBrowser) -> None:
    # Given Anna speaks Dutch, and somebody set this browser to German afterwards
    at_home.get("/my-info/security")
    at_home.post("/language", language="nl")
    at_home.takes("de", "astrow2fa-language")

    assert spoken(at_home, "/mobile/") == "de"
    assert spoken(at_home, "/") == "nl"


def test_the_worker_is_another_one_in_another_language(shared_house: House) -> None:
    browser = RobotBrowser(shared_house.app)

    workers = {code: browser.get(f"/mobile/sw.js?language={code}").text for code in ("en", "nl", "xx")}

    assert workers["xx"] == workers["en"] != workers["nl"]
    assert '"language": "nl"' in workers["nl"]
    assert "Meldingen werken" in workers["nl"]
    assert "Notifications work" not in workers["nl"]


def test_the_app_is_introduced_in_it(shared_house: House) -> None:
    manifest = (
        RobotBrowser(shared_house.app).asks_for("nl").get("/mobile/manifest.webmanifest").get_json(force=True)
    )

    assert manifest["lang"] == "nl"
    assert manifest["shortcuts"][0]["name"] == "Mijn gegevens – Beveiliging"


def test_events_and_calls_of_phones_carry_codes_in_every_language(shared_house: House) -> None:
    browser = RobotBrowser(shared_house.app)

    told = {browser.asks_for(code).get("/mobile/api/v1/me").text for code in LANGUAGES}

    assert len(told) == 1
