"""The app's own modules, in a real browser, on the same vectors as everything else that speaks the protocol."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
PASSWORDS: list[dict[str, Any]] = json.loads((ROOT / "tests/vectors/passwords.json").read_text("utf-8"))
VECTORS: dict[str, Any] = json.loads((ROOT / "tests/vectors/protocol.json").read_text("utf-8"))
ISSUER = VECTORS["public_url"]
PINNED = [VECTORS["keys"]["server"]["public"]]

CALL = """async ([module, name, given]) => {
  const found = await import(`/static/js/mobile/${module}.js`);
  try {
    return {answer: await found[name](...given)};
  } catch (error) {
    return {refused: error.code ?? error.message};
  }
}"""


class _Quiet(SimpleHTTPRequestHandler):
    extensions_map = {".js": "text/javascript", ".svg": "image/svg+xml", "": "application/octet-stream"}

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Say nothing."""


@pytest.fixture(scope="module")
def page(machine: Browser) -> Iterator[Page]:
    """A page on the files of the tree, on localhost because WebCrypto needs a secure context."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(ROOT)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    tab = machine.new_page()
    tab.goto(f"http://localhost:{server.server_port}/static/icon.svg")
    yield tab
    tab.close()
    server.shutdown()
    server.server_close()


def call(page: Page, module: str, name: str, *given: object) -> dict[str, Any]:
    """`{"answer": …}` or `{"refused": why}` of a function of the app."""
    result: dict[str, Any] = page.evaluate(CALL, [module, name, list(given)])
    return result


def read(page: Page, jws: str, now: int) -> dict[str, Any]:
    trust = {"keys": PINNED, "issuer": ISSUER, "username": "ada", "now": now}
    return call(page, "trust", "readConfirmation", jws, trust)


@pytest.mark.parametrize("name", VECTORS["keys"])
def test_thumbprints(page: Page, name: str) -> None:
    key = VECTORS["keys"][name]
    assert call(page, "jws", "thumbprint", key["public"]) == {"answer": key["thumbprint"]}


@pytest.mark.parametrize("name", VECTORS["confirmations"])
def test_a_genuine_request_is_read(page: Page, name: str) -> None:
    vector = VECTORS["confirmations"][name]
    assert read(page, vector["jws"], VECTORS["asked_at"] + 5) == {"answer": vector["claims"]}
    assert call(page, "jws", "sha256", vector["jws"]) == {"answer": vector["sha256"]}


@pytest.mark.parametrize("vector", VECTORS["refused_confirmations"], ids=lambda vector: str(vector["name"]))
def test_a_request_that_must_not_be_shown(page: Page, vector: dict[str, Any]) -> None:
    assert "refused" in read(page, vector["jws"], vector["now"])


def test_a_request_for_another_user_is_not_shown(page: Page) -> None:
    trust = {"keys": PINNED, "issuer": ISSUER, "username": "bob", "now": VECTORS["asked_at"]}
    jws = VECTORS["confirmations"]["known_browser"]["jws"]
    assert call(page, "trust", "readConfirmation", jws, trust) == {"refused": "for another user"}


@pytest.mark.parametrize("vector", VECTORS["server_keys"], ids=lambda vector: str(vector["name"]))
def test_the_next_keys_are_trusted_only_through_a_pinned_one(page: Page, vector: dict[str, Any]) -> None:
    result = call(page, "trust", "readServerKeys", vector["jws"], {"keys": PINNED, "issuer": ISSUER})
    assert result == {"answer": vector["keys"]} if vector["accept"] else "refused" in result


@pytest.mark.parametrize("vector", VECTORS["links"], ids=lambda vector: str(vector["link"])[-40:])
def test_links(page: Page, vector: dict[str, Any]) -> None:
    expected = {name: vector[name] for name in ("url", "kind", "code", "key")} if vector["kind"] else None
    assert call(page, "links", "readLink", vector["link"]) == {"answer": expected}


def test_signing_is_understood_by_its_own_reader(page: Page) -> None:
    script = """async () => {
      const {exportPublic, newKeys, sign, thumbprint, verify} = await import("/static/js/mobile/jws.js");
      const keys = await newKeys();
      const jwk = await exportPublic(keys);
      const jws = await sign("some+jwt", await thumbprint(jwk), {word: "höflich"}, keys.privateKey);
      return [await verify(jws, "some+jwt", [jwk]), keys.privateKey.extractable, Object.keys(jwk)];
    }"""
    assert page.evaluate(script) == [{"word": "höflich"}, False, ["kty", "crv", "x", "y"]]


STRENGTH = """async (vectors) => {
  const { check } = await import("/static/js/shared/strength.js");
  return vectors.map((v) => check(v.password, v.minimum, v.own_words).missing);
}"""


def test_the_meter_and_the_server_ask_the_same_of_a_password(page: Page) -> None:
    found = page.evaluate(STRENGTH, PASSWORDS)
    assert dict(zip((v["name"] for v in PASSWORDS), found, strict=True)) == {
        v["name"]: v["missing"] for v in PASSWORDS
    }
