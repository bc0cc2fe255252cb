"""What browsers load: kept for ever under the address of a version, small, and all of one version."""

from __future__ import annotations

import gzip
import posixpath
import re
from pathlib import Path

import pytest

from astrow2fa.web import assets
from tests.support.browser import RobotBrowser
from tests.support.house import House

MOST_BYTES = 60_000
"""Of the style sheets and scripts of a first page, compressed."""
LOADED = re.compile(r'(?:href|src)="(/assets/[^"]+\.(?:css|js))"')
IMPORTED = re.compile(r"""(?:from|import)\s*\(?\s*["']([^"']+)["']""")


@pytest.fixture
def browser(shared_house: House) -> RobotBrowser:
    return RobotBrowser(shared_house.app)


def fetch(browser: RobotBrowser, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    with browser.client.get(path, headers=sent) as answer:
        return answer.status_code, dict(answer.headers), answer.data


def all_of(browser: RobotBrowser, page: str) -> dict[str, bytes]:
    """Every style sheet and script that this page loads, and what those import: as they are sent, compressed."""
    found: dict[str, bytes] = {}
    todo = LOADED.findall(browser.get(page).text)
    while todo:
        path = todo.pop()
        if path in found:
            continue
        status, headers, found[path] = fetch(browser, path, Accept_Encoding="gzip")
        assert (status, headers["Content-Encoding"]) == (200, "gzip"), path
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable", path
        if path.endswith(".js"):
            text = gzip.decompress(found[path]).decode()
            there = posixpath.dirname(path)
            todo += [posixpath.normpath(posixpath.join(there, name)) for name in IMPORTED.findall(text)]
    return found


def test_the_first_pages_are_small_and_kept_for_ever(browser: RobotBrowser) -> None:
    # Given the sign-in form and the waiting screen after it
    form = all_of(browser, "/login")
    browser.signs_in("anna")
    both = {**form, **all_of(browser, "/login/waiting")}
    # Then
    assert len(form) > 3
    assert any(path.endswith("socket.io.esm.min.js") for path in both)
    assert sum(map(len, form.values())) < MOST_BYTES
    assert sum(map(len, both.values())) < MOST_BYTES


def test_a_page_and_its_modules_are_of_one_version(browser: RobotBrowser, shared_house: House) -> None:
    browser.signs_in("anna")
    static = Path(str(shared_house.app.static_folder))

    versions = {path.split("/")[2] for path in all_of(browser, "/login/waiting")}

    assert versions == {assets.read(static).version}


def test_outside_of_the_app_modules_import_each_other_by_relative_addresses(shared_house: House) -> None:
    static = Path(str(shared_house.app.static_folder))
    scripts = [
        path
        for folder in ("login", "admin", "account", "shared")
        for path in (static / "js" / folder).glob("*.js")
    ]

    assert len(scripts) > 5
    absolute = {path.name for path in scripts if '"/static/' in path.read_text("utf-8")}
    assert absolute == set()


def test_another_version_gets_the_file_of_today_and_does_not_keep_it(browser: RobotBrowser) -> None:
    for path in ("/assets/0123456789abcdef/css/base.css", "/static/css/base.css"):
        status, headers, body = fetch(browser, path)

        assert (status, headers["Cache-Control"]) == (200, "no-cache")
        assert b"box-sizing" in body


def test_what_has_not_changed_is_not_sent_again(browser: RobotBrowser) -> None:
    _, first, _ = fetch(browser, "/static/css/base.css", Accept_Encoding="gzip")
    _, plain, _ = fetch(browser, "/static/css/base.css")
    assert first["ETag"] != plain["ETag"]

    status, _, body = fetch(
        browser, "/static/css/base.css", Accept_Encoding="gzip", If_None_Match=first["ETag"]
    )

    assert (status, body) == (304, b"")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("js/login/waiting.js", "text/javascript; charset=utf-8"),
        ("css/base.css", "text/css; charset=utf-8"),
        ("icon.svg", "image/svg+xml; charset=utf-8"),
        ("mobile/manifest.webmanifest", "application/manifest+json"),
        ("mobile/icon-192.png", "image/png"),
    ],
)
def test_each_kind_of_file_says_what_it_is(browser: RobotBrowser, path: str, kind: str) -> None:
    status, headers, _ = fetch(browser, f"/static/{path}")

    assert (status, headers["Content-Type"]) == (200, kind)
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "../server.py",
        "%2e%2e/server.py",
        "..%2f..%2fserver.py",
        "css",
        "css/",
        "css/none.css",
        "",
        "/etc/passwd",
        "css/base.css%00",
    ],
)
def test_nothing_but_these_files_is_served(browser: RobotBrowser, path: str) -> None:
    for before in ("/static/", "/assets/0123456789abcdef/"):
        assert fetch(browser, before + path)[0] in (404, 405, 308), path


def test_a_changed_file_changes_the_version(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("p { color: red }")
    first = assets.read(tmp_path).version
    assets.read.cache_clear()
    (tmp_path / "a.css").write_text("p { color: blue }")

    assert assets.read(tmp_path).version != first
    assets.read.cache_clear()
