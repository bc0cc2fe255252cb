"""What browsers load: from memory, compressed once, under an address that names what all of it is.

A page asks for `/assets/VERSION/css/base.css`, and modules import each other by relative addresses, so that whatever
belongs together is of one version. Such an answer never changes and is kept for ever (RFC 8246). `/static/css/base.css`
is the same file under a name that stays: asked for again each time, and answered with 304 when nothing has changed.
Astrow Mobile uses those, because its worker keeps versions of its own.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask, request
from flask.wrappers import Response
from werkzeug.exceptions import NotFound

NAMED, VERSIONED = "/static/<path:filename>", "/assets/<version>/<path:filename>"
FOR_EVER = "public, max-age=31536000, immutable"
WORTH_IT = 0.9
"""What does not become smaller than this share of itself (pictures) is sent as it is."""
_KINDS = {".js": "text/javascript", ".webmanifest": "application/manifest+json", ".map": "application/json"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file. `packed`: the same, gzipped, where that is worth it."""

    plain: bytes
    packed: bytes | None
    kind: str
    digest: str


@dataclass(frozen=True, slots=True)
class Assets:
    """All files below a folder, by their names there, and the version that they are together."""

    files: Mapping[str, Asset]
    version: str


@cache
def read(folder: Path) -> Assets:
    """Files do not change under a running server."""
    files: dict[str, Asset] = {}
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name, plain = path.relative_to(folder).as_posix(), path.read_bytes()
        digest = hashlib.sha256(plain).hexdigest()
        whole.update(f"{name} {digest}\n".encode())
        packed = gzip.compress(plain, 9, mtime=0)
        kind = _KINDS.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        small = len(packed) < len(plain) * WORTH_IT
        files[name] = Asset(plain, packed if small else None, kind, digest[:32])
    return Assets(files, whole.hexdigest()[:16])


def install(app: Flask, folder: Path) -> None:
    """Serves them, and makes `url_for("static", …)` name the version."""
    assets = read(folder)
    app.static_folder = str(folder)

    def serve(filename: str, version: str | None = None) -> Response:
        asset = assets.files.get(filename)
        if asset is None:
            raise NotFound
        gzipped = asset.packed is not None and request.accept_encodings["gzip"] > 0
        body = asset.packed if gzipped and asset.packed is not None else asset.plain
        response = Response(body, mimetype=asset.kind)
        response.headers["Vary"] = "Accept-Encoding"
        if gzipped:
            response.headers["Content-Encoding"] = "gzip"
        response.set_etag(f"{asset.digest}{'-gzip' if gzipped else ''}")
        # A page of another version, while nodes are replaced one by one, must not keep this for what it asked for.
        response.headers["Cache-Control"] = FOR_EVER if version == assets.version else "no-cache"
        response.make_conditional(request)
        return response

    def name_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("version", assets.version)

    addresses = {name: f"/assets/{assets.version}/{quote(name)}" for name in assets.files}

    def url_for(endpoint: str, **values: Any) -> str:
        """For templates, which name a dozen files each: where these are does not change."""
        found = (
            addresses.get(values.get("filename", "")) if endpoint == "static" and len(values) == 1 else None
        )
        return found or app.url_for(endpoint, **values)

    app.add_url_rule(NAMED, "static", serve)
    app.add_url_rule(VERSIONED, "static", serve)
    app.url_defaults(name_version)
    app.jinja_env.globals["url_for"] = url_for
