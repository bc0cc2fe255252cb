"""Every page: any field, any cookie, any header, any query; an answer below 500 and no word of the inside."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.fuzz.words import ENCODABLE, HEADER, few
from tests.rules.tree import ROOT
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.template import copied

FIELDS = sorted(
    {
        name
        for template in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'name="([a-z_]+)"', template.read_text("utf-8"))
    }
    - {"csrf_token"}
)
SPOKEN = ("Traceback", "Error:", "sqlite", "werkzeug", "site-packages", "jinja2")
values = ENCODABLE | st.sampled_from(
    ["1", "yes", "no", "always", "off", "ess", "anna", "/", "ticked", "found"]
)
forms = st.dictionaries(st.sampled_from(FIELDS), values | st.lists(values, max_size=3), max_size=6)
BOB = 2
HASHING = ("login.sign_in", "account.change_password", "admin.reset_password_of")
COOKIES = ("astrow2fa", "astrow2fa-browser", "__Host-astrow2fa", "x")
NAMES = (
    "Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Accept-Language", "User-Agent",
    "Authorization", "Cookie", "Content-Type", "Content-Length", "Referer", "Origin", "Range", "If-Modified-Since",
    "If-None-Match",
    "Accept", "Sec-Fetch-Site", "Transfer-Encoding", "Upgrade", "Connection",
)  # fmt: skip


def is_an_answer(response: TestResponse) -> None:
    assert response.status_code < 500, response.status_code
    if response.mimetype.startswith("text/html") and response.status_code >= 400:
        assert not any(word in response.text for word in SPOKEN)
    response.close()


def address(rule: Rule, gap: str) -> str:
    return re.sub(r"<int:\w+>", str(BOB), re.sub(r"<(?:path:)?\w+>", gap, rule.rule))


@pytest.fixture(scope="module")
def open_house(template: Any, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Under Off, so that whoever knows the password is in; behind one proxy."""
    return copied(template, tmp_path_factory.mktemp("open"), ASTROW2FA_TRUSTED_PROXIES="1")


def test_any_form_of_any_page_by_an_administrator(open_house: House) -> None:
    house = open_house
    posted = [
        rule
        for rule in house.app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and "/api/" not in rule.rule
    ]
    browser = RobotBrowser(house.app)

    @settings(few, max_examples=12)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        for rule in posted:
            if browser.get("/my-info/security").status_code != 200:
                browser.signs_in("anna")
                browser.get("/my-info/security")
            fields = data.draw(forms)
            # These hash, and what they are given is text all the same.
            if rule.endpoint in HASHING and data.draw(st.integers(0, 9)):
                continue
            if rule.endpoint == "admin.security_settings":
                fields["version"] = str(house.rows("settings")[0]["version"])
            if rule.endpoint == "admin.read_file":
                fields["file"] = (io.BytesIO(data.draw(st.binary(max_size=60))), "users.csv")  # type: ignore[assignment]
            is_an_answer(
                browser.client.post(
                    address(rule, data.draw(st.sampled_from(["x", "1", "%00", "%ff", "é", "a%2Fb"]))),
                    data={**fields, "csrf_token": browser.csrf()},
                )
            )

    run()


def test_any_query_of_any_page_by_an_administrator(open_house: House) -> None:
    house = open_house
    read = [rule for rule in house.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    browser = RobotBrowser(house.app)
    browser.signs_in("anna")
    names = (*FIELDS, "next", "q", "query", "page", "sort", "scope", "on", "done", "kind", "role")

    @settings(few, max_examples=15)
    @given(
        st.dictionaries(st.sampled_from(names), values, max_size=4),
        st.sampled_from(["x", "1", "%00", "%ff", "é"]),
    )
    def run(query: dict[str, str], gap: str) -> None:
        for rule in read:
            is_an_answer(browser.client.get(address(rule, gap) + "?" + urlencode(query)))

    run()


def test_any_header_and_cookie(open_house: House) -> None:
    house = open_house

    @few
    @given(
        st.dictionaries(st.sampled_from(NAMES), HEADER, max_size=4),
        st.dictionaries(st.sampled_from(COOKIES), HEADER, max_size=2),
        st.sampled_from(
            ["/", "/login", "/login/waiting", "/mobile/api/v1/me", "/static/css/base.css", "/system/users"]
        ),
    )
    def run(headers: dict[str, str], cookies: dict[str, str], path: str) -> None:
        if cookies:
            headers = {**headers, "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        client = house.app.test_client(use_cookies=False)
        is_an_answer(client.get(path, headers=headers))
        if path.startswith("/login"):
            is_an_answer(client.post("/login", headers=headers, data={"username": "anna"}))

    run()
