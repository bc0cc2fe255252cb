"""Astrow Mobile as an app: what a browser asks before it installs one, without a network, and with a newer version."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.chromium import COMING_BACK_MS, Desk, Palm
from tests.support.live import LiveHouse
from tests.support.server import ROOT
from tests.support.woken import Woken

READY = "navigator.serviceWorker.ready.then((r) => r.active.state)"
CONTROLLED = """() => new Promise((resolve) => {
  const { serviceWorker } = navigator;
  if (serviceWorker.controller) resolve(true);
  serviceWorker.addEventListener("controllerchange", () => resolve(true));
})"""
SIZES = """(src) => new Promise((resolve, reject) => {
  const image = new Image();
  image.onload = () => resolve(`${image.naturalWidth}x${image.naturalHeight}`);
  image.onerror = reject;
  image.src = src;
})"""


def test_it_can_be_installed(palm: Palm) -> None:
    page = palm.page
    # The worker controls the page and the manifest is complete (W3C Web App Manifest; Chromium's install criteria)
    assert page.evaluate(CONTROLLED)
    manifest: dict[str, Any] = json.loads(
        page.evaluate("fetch(document.querySelector('link[rel=manifest]').href).then((r) => r.text())")
    )
    assert manifest["id"] == manifest["scope"] == manifest["start_url"] == "/mobile/"
    assert manifest["display"] == "standalone"
    assert manifest["name"]
    assert len(manifest["short_name"]) <= 13
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"] + [i for s in manifest["shortcuts"] for i in s["icons"]]:
        assert page.evaluate(SIZES, icon["src"]) == icon["sizes"]
    assert all(shortcut["url"].startswith("/mobile/") for shortcut in manifest["shortcuts"])
    # Chromium itself has nothing against it
    cdp = palm.context.new_cdp_session(page)
    errors = cdp.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [e["errorId"] for e in errors if e["errorId"] != "in-incognito"] == []
    assert cdp.send("Page.getAppManifest")["errors"] == []


LIGHTHOUSE = """() => {
  const meta = (name) => [...document.querySelectorAll(`meta[name="${name}"]`)].map(({ content }) => content);
  const seen = [...document.querySelectorAll("button, a, input")].filter((one) => one.checkVisibility());
  const texts = [...document.querySelectorAll("main *")].filter(
    (one) => one.checkVisibility() && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  return {
    lang: document.documentElement.lang,
    title: document.title,
    viewport: meta("viewport")[0],
    colours: meta("theme-color"),
    touch: document.querySelector("link[rel=apple-touch-icon]").href,
    wider: document.documentElement.scrollWidth - innerWidth,
    small: seen.map((one) => [one.id || one.dataset.slot, one.getBoundingClientRect()])
      .filter(([, { width, height }]) => width < 44 || height < 44)
      .map(([id, { width, height }]) => `${id} ${width}x${height}`),
    tiny: texts.filter((one) => parseFloat(getComputedStyle(one).fontSize) < 12).map((one) => one.textContent.trim()),
  };
}"""
MASKED = """(src) => new Promise((resolve, reject) => {
  const image = new Image();
  image.onerror = reject;
  image.onload = () => {
    const size = image.naturalWidth;
    const context = new OffscreenCanvas(size, size).getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, size, size);
    let clear = 0, drawn = 0;
    for (let y = 0; y < size; y += 1) for (let x = 0; x < size; x += 1) {
      const at = 4 * (y * size + x);
      if (data[at + 3] !== 255) clear += 1;
      const outside = Math.hypot(x - size / 2, y - size / 2) > 0.4 * size;
      const mark = Math.min(data[at], data[at + 1], data[at + 2]) > 200;
      if (outside && mark) drawn += 1;
    }
    resolve([clear, drawn]);
  };
  image.src = src;
})"""


def test_what_lighthouse_asks_of_an_app(people: Callable[..., Palm], link: Callable[[str], str]) -> None:
    # Given a small phone
    palm = people(Palm, size={"width": 360, "height": 640})
    palm.pairs(link("anna"))
    tokens = (ROOT / "static/css/tokens.css").read_text("utf-8").upper()
    for screen in ("#to-security", None):
        # When a screen is looked at as Lighthouse does
        found: dict[str, Any] = palm.page.evaluate(LIGHTHOUSE)
        # Then it has a name and a language, fits, and can be read and touched
        assert found["lang"] == "en"
        assert "Astrow Mobile" in found["title"]
        assert "width=device-width" in found["viewport"]
        assert "user-scalable" not in found["viewport"]
        assert (found["wider"], found["tiny"], found["small"]) == (0, [], [])
        assert len(found["colours"]) == 2
        assert all(colour.upper() in tokens for colour in found["colours"])
        assert palm.page.evaluate(SIZES, found["touch"]) == "180x180"
        if screen:
            palm.page.click(screen)
            palm.see("#security-groups")
    # And a system that cuts icons to its own shape cuts nothing off: opaque, the mark within the inner 80 percent
    assert palm.page.evaluate(MASKED, "/static/mobile/icon-maskable-512.png") == [0, 0]


def test_installing_is_offered_where_the_browser_lets_a_page_do_so(palm: Palm) -> None:
    # Given
    palm.see("#screen-idle")
    expect(palm.page.locator("#install-app")).to_be_hidden()
    # When the browser says that it would install the app
    palm.page.evaluate(
        """() => {
          const event = new Event("beforeinstallprompt", { cancelable: true });
          event.prompt = () => (document.body.dataset.prompted = "yes");
          dispatchEvent(event);
        }"""
    )
    # Then it is offered, and only a tap asks
    palm.see("#install-app")
    assert palm.page.get_attribute("body", "data-prompted") is None
    palm.page.click("#install-app")
    assert palm.page.get_attribute("body", "data-prompted") == "yes"
    expect(palm.page.locator("#install-app")).to_be_hidden()


def test_it_opens_without_a_network(live: LiveHouse, palm: Palm, desk: Desk) -> None:
    # Given a phone that has been used once
    assert palm.page.evaluate(CONTROLLED)
    # When there is no server
    live.server.kill()
    palm.page.reload()
    # Then the app is there, and says so
    palm.see("#screen-idle")
    expect(palm.page.locator("#idle-text")).to_contain_text("No connection")
    palm.shoot("phone-offline")
    # And goes on by itself when it is back
    live.server.start()
    expect(palm.page.locator("#connection")).to_have_text("Connected", timeout=COMING_BACK_MS)
    desk.signs_in("anna")
    palm.says_ok(desk.waits())
    desk.is_in()


def test_without_the_kept_files_and_a_network_it_says_what_is_missing(live: LiveHouse, palm: Palm) -> None:
    # Given a browser that made room by dropping the app's files
    assert palm.page.evaluate(CONTROLLED)
    palm.page.evaluate("caches.keys().then((names) => Promise.all(names.map((name) => caches.delete(name))))")
    live.server.kill()
    # When it is opened
    palm.page.goto(f"{palm.url}/mobile/")
    # Then there is a page, in the app's words
    expect(palm.page.locator("h1")).to_have_text("No connection")
    assert palm.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    palm.shoot("phone-nothing-kept")
    # And it leads back when the network is there
    live.server.start()
    palm.page.click("a")
    palm.see("#screen-idle")


def test_a_push_while_the_server_is_away_says_so(live: LiveHouse, palm: Palm) -> None:
    phone = Woken(palm).app_is_closed()
    live.server.kill()
    # When
    phone.gets("confirmation", "ufBa1zb7eRYDIGO6cy5eow")
    # Then
    phone.shows("A sign-in may be waiting")


def test_what_the_server_answers_is_never_kept(palm: Palm) -> None:
    assert palm.page.evaluate(CONTROLLED)
    palm.page.click("#to-security")
    palm.see("#security-groups")
    kept: list[str] = palm.page.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys()) {
            for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
          }
          return found;
        }"""
    )
    of_the_app = ["/mobile/", "/mobile/manifest.webmanifest"]
    assert sorted(path for path in kept if not path.startswith("/static/")) == of_the_app


def test_a_newer_version_is_loaded_by_itself_while_nothing_is_asked(palm: Palm) -> None:
    # Given
    assert palm.page.evaluate(CONTROLLED)
    # When another version is on the server
    newer(palm)
    # Then
    loads_anew(palm)
    palm.see("#screen-idle")


def test_a_newer_version_never_takes_a_request_off_the_screen(palm: Palm, desk: Desk) -> None:
    # Given a request that is being read
    assert palm.page.evaluate(CONTROLLED)
    desk.signs_in("anna")
    number = desk.waits()
    palm.is_asked()
    palm.page.fill("#number", number[:3])
    # When a newer version is ready
    newer(palm)
    # Then it is offered, and the request stays with what was typed
    palm.see("#update")
    palm.shoot("phone-update")
    expect(palm.page.locator("#number")).to_have_value(number[:3])
    assert palm.page.get_attribute("body", "data-before") == "yes"
    # And taken over once the request is done
    palm.says_ok(number)
    desk.is_in()
    palm.page.click("#outcome-first")
    loads_anew(palm)


def newer(palm: Palm) -> None:
    """Another worker than the one that runs, as with newer files on the server: to browsers, another address is one."""
    palm.page.evaluate("document.body.dataset.before = 'yes'")
    register = (
        "navigator.serviceWorker.register('/mobile/sw.js?newer', { scope: '/mobile/', type: 'module' })"
    )
    palm.page.evaluate(f"{register}.then(() => true)")


def loads_anew(palm: Palm) -> None:
    expect(palm.page.locator("body")).not_to_have_attribute("data-before", "yes")


@pytest.mark.parametrize("colour", ["theme_color", "background_color"])
def test_the_manifest_has_the_page_s_colours(colour: str) -> None:
    manifest = json.loads((ROOT / "static/mobile/manifest.webmanifest").read_text("utf-8"))
    assert manifest[colour].upper() in (ROOT / "static/css/tokens.css").read_text("utf-8").upper()
