"""Where a browser may be sent after it signed in."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrow2fa.core.redirects import safe

ATTACKS = [
    "",
    "evil.example",
    "http://evil.example",
    "https://evil.example/",
    "HTTPS://evil.example/",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "//evil.example/..",
    "//user@evil.example",
    "//evil%2eexample",
    "//[::1]/",
    "//[",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "/x\\..\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\t//evil.example",
    "\n//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "\x01https://evil.example",
    "/\x00",
    "/x\r\nSet-Cookie: a=b",
    "/x\nLocation: https://evil.example",
    "/x\x7f",
    "/\u2028/evil.example",
    "/\uff0f/evil.example",
    "\uff0f\uff0fevil.example",
    "/\u3000/evil.example",
    "/caf\u00e9",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\nscript:alert(1)",
    "/javascript:alert(1)\n",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://evil.example/1",
    "ftp://evil.example",
    "mailto:a@evil.example",
    "?next=/x",
    "#x",
    ".",
    "..",
    "../x",
    "x/y",
    "@evil.example",
    ":80",
    "/login",
    "/login?next=/login",
    "/login#x",
    "/login/",
    "/login/waiting",
    "/login/collect",
    "/login/cancel",
    "/logout",
    "/logout/",
    "/logout?x=1",
    "/mobile",
    "/mobile/",
    "/mobile/#pair=CODE&key=KEY",
    "/mobile/api/v1/me",
    "/socket.io/?EIO=4",
    "/" + "a" * 1000,
]
GOOD = [
    "/",
    "/my-info/security",
    "/my-info/confirm?next=/my-info/phones/pair",
    "/system/settings/security?tab=1&x=%2F%2Fevil.example",
    "/x?u=https://evil.example",
    "/loginnot",
    "/mobile-phones",
    "/a;b=c/d",
    "/x#part",
    "/%5Cevil.example",
    "/%09/evil.example",
    "/caf%C3%A9",
    "/a//b",
]


@pytest.mark.parametrize("target", ATTACKS)
def test_what_leads_astray_leads_home(target: str) -> None:
    assert safe(target) == "/"


def test_no_target_leads_home() -> None:
    assert safe(None) == "/"


@pytest.mark.parametrize("target", GOOD)
def test_a_page_of_ours_is_kept(target: str) -> None:
    assert safe(target) == target


@given(st.text(alphabet="/\\:?#@.%a\t\n\r []hptsx0", max_size=12) | st.text(max_size=12))
def test_whatever_is_sent_the_browser_stays_on_our_origin(target: str) -> None:
    # When
    found = safe(target)
    # Then a browser, which reads backslashes as slashes and drops tabs and newlines, stays here
    as_read = found.replace("\\", "/").translate({9: None, 10: None, 13: None})
    reached = urlsplit(urljoin("https://login.example.com/login", as_read))
    assert (reached.scheme, reached.netloc) == ("https", "login.example.com")
    assert found.isascii()
    assert found.isprintable()
