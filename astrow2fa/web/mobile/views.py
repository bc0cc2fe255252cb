"""Astrow Mobile as an installable web app: one page and its worker; everything else it does is in the phone API."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, current_app, make_response, render_template
from flask.typing import ResponseReturnValue

from astrow2fa.web.context import parts
from astrow2fa.web.language import cookie, language

blueprint = Blueprint("mobile", __name__)

PAGE = "/mobile/"
FILES = (
    "css/tokens.css",
    "css/mobile*.css",
    "icon.svg",
    "js/mobile/*.js",
    "js/shared/strength.js",
    "mobile/*.webmanifest",
    "mobile/badge-96.png",
    "mobile/icon-192.png",
    "vendor/qr/*.js",
    "vendor/socket.io.esm.min.js",
)
"""What the page loads, below static/: kept by the worker, so that the app opens without a network."""


@blueprint.get(PAGE)
def app() -> ResponseReturnValue:
    return _page()


@blueprint.get("/mobile/sw.js")
def worker() -> ResponseReturnValue:
    """The service worker, whose scope is its folder. The browser compares it byte by byte with the one it runs, so it
    names a version made of all that the app consists of."""
    static = Path(current_app.static_folder or "")
    files = {PAGE: "", **_hashes(static)}
    seen = hashlib.sha256(_page().encode())
    for name, digest in (*files.items(), *_hashes(static, ("js/mobile/worker/*.js",)).items()):
        seen.update(f"{name} {digest}\n".encode())
    app = {
        "version": seen.hexdigest()[:16],
        "files": files,
        "settings": _settings(),
        "language": language(),
    }
    response = make_response(render_template("mobile/sw.js", app=app))
    response.mimetype = "text/javascript"
    return response


def _page() -> str:
    return render_template("mobile/app.html", settings=_settings())


def _settings() -> dict[str, str]:
    return {"public_url": parts().public_url, "language_cookie": cookie()}


@cache
def _hashes(static: Path, patterns: tuple[str, ...] = FILES) -> dict[str, str]:
    """The base64 SHA-256 of each file, by its address. Files do not change under a running server."""
    paths = sorted(path for pattern in patterns for path in static.glob(pattern))
    return {
        f"/static/{path.relative_to(static).as_posix()}": base64.b64encode(
            hashlib.sha256(path.read_bytes()).digest()
        ).decode()
        for path in paths
    }
