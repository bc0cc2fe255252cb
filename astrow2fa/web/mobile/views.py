"""Astrow Mobile as an installable web app: one page; everything else it does is in the phone API."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from astrow2fa.web.context import parts

blueprint = Blueprint("mobile", __name__)


@blueprint.get("/mobile/")
def app() -> ResponseReturnValue:
    return render_template("mobile/app.html", settings={"public_url": parts().public_url})
