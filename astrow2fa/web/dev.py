"""/dev/components, for those who develop it: every component in every state, on one page. Only with the switch
ASTROW2FA_DEVELOPMENT, which a server takes only on localhost; without it there is no such address.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

blueprint = Blueprint("dev", __name__)

SWITCH = "DEVELOPMENT"

FACES = ("pending", "stranded", "approved", "denied", "expired", "cancelled", "collected")
OUTCOMES = ("pending", "approved", "collected", "denied", "expired", "cancelled")
AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def _sign_in(outcome: str) -> dict[str, Any]:
    return {
        "id": outcome,
        "at": AT,
        "outcome": outcome,
        "reason": None,
        "browser": "Firefox 148",
        "os": "Windows 11",
        "ip": "198.51.100.7",
        "place": "Netherlands",
        "purpose": "sign_in",
        "this": outcome == "collected",
    }


def _bars(name: str) -> dict[str, Any]:
    heights = [8 + (number * 17) % 52 for number in range(30)]
    return {
        "name": name,
        "title": name.capitalize(),
        "total": str(sum(heights)),
        "most": str(max(heights)),
        "first": "26 Oct",
        "last": "24 Nov",
        "bars": [
            {"x": number * 10 + 1, "y": 60 - height, "height": height, "title": str(height)}
            for number, height in enumerate(heights)
        ],
    }


@blueprint.get("/dev/components")
def components() -> ResponseReturnValue:
    if not current_app.config[SWITCH]:
        raise NotFound
    return render_template(
        "dev/components.html",
        faces=FACES,
        view={"number": "482913"},
        sign_ins=[_sign_in(outcome) for outcome in OUTCOMES],
        at=AT,
        pictures=[_bars(name) for name in ("asked", "approved", "refused", "expired")],
        shares=[
            {"name": name, "title": name, "many": many, "share": share}
            for name, many, share in (("today", 40, 40), ("week", 30, 30), ("longer", 0, 0))
        ],
    )
