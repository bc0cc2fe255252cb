"""Astrow Mobile as an installable web app: one page and its worker; everything else it does is in the phone API."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from astrow2fa.web.context import parts
from astrow2fa.web.language import cookie, language

blueprint = Blueprint("mobile", __name__)

PAGE = "/mobile/"
MANIFEST = "/mobile/manifest.webmanifest"
FILES = (
    "css/tokens.css",
    "css/mobile*.css",
    "icon.svg",
    "js/mobile/*.js",
    "js/shared/strength.js",
    "mobile/badge-96.png",
    "mobile/icon-192.png",
    "vendor/qr/*.js",
    "vendor/socket.io.esm.min.js",
)
"""What the page loads, below static/: kept by the worker, so that the app opens without a network."""


@blueprint.get(PAGE)
def app() -> ResponseReturnValue:
    return _page()


@blueprint.get(MANIFEST)
def manifest() -> ResponseReturnValue:
    """What the system shows of the app before it is opened (W3C Web App Manifest), in the language of the page."""
    response = make_response(_manifest())
    response.mimetype = "application/manifest+json"
    return response


@blueprint.get("/mobile/sw.js")
def worker() -> ResponseReturnValue:
    """The service worker, whose scope is its folder. The browser compares it byte by byte with the one it runs, so it
    names a version made of all that the app consists of."""
    static = Path(current_app.static_folder or "")
    files = {PAGE: "", MANIFEST: "", **_hashes(static)}
    seen = hashlib.sha256((_page() + _manifest()).encode())
    for name, digest in (*files.items(), *_hashes(static, ("js/mobile/worker/*.js",)).items()):
        seen.update(f"{name} {digest}\n".encode())
    app = {
        "version": seen.hexdigest()[:16],
        "files": files,
        "offline": render_template("mobile/offline.html"),
        "settings": _settings(),
        "language": language(),
    }
    response = make_response(render_template("mobile/sw.js", app=app))
    response.mimetype = "text/javascript"
    return response


def _page() -> str:
    return render_template("mobile/app.html", settings=_settings())


def _manifest() -> str:
    file = Path(current_app.static_folder or "", "mobile", "manifest.webmanifest")
    given: dict[str, Any] = json.loads(file.read_text("utf-8"))
    [security] = given["shortcuts"]
    said = {
        "lang": language(),
        "description": _("Says OK or Cancel to your sign-ins."),
        "shortcuts": [{**security, "name": _("My Info – Security")}],
    }
    return json.dumps({**given, **said})


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
