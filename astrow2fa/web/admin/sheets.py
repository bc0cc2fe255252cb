"""The page to be printed and cut: a sheet for each user, with an invitation and perhaps a first password."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import render_template

from astrow2fa import runtime
from astrow2fa.services.help_desk import Sheet
from astrow2fa.services.helping import Refused
from astrow2fa.services.pairing import invitation_link
from astrow2fa.web.context import parts
from astrow2fa.web.qr import qr_svg
from astrow2fa.web.times import at


def sheets_page(
    sheets: Iterable[Sheet], why: Callable[[Refused], str], *, back: str, next_after: str | None = None
) -> str:
    """`why`: what to say of somebody who gets none. `next_after`: the name that the next page begins after."""
    found = list(sheets)
    return render_template(
        "admin/sheets.html",
        sheets=[_printed(one) for one in found if one.refused is None],
        left_out=[(one.account.name, why(one.refused)) for one in found if one.refused is not None],
        back=back,
        next_after=next_after,
    )


def _printed(sheet: Sheet) -> dict[str, Any]:
    printed: dict[str, Any] = {
        "name": sheet.account.name,
        "display_name": sheet.account.display_name,
        "password": sheet.password,
    }
    if sheet.invitation is None:
        return printed
    # Drawing a code takes some milliseconds; between two of them others are served.
    runtime.sleep(0)
    link = invitation_link(parts(), sheet.invitation.link)
    return {**printed, "link": link, "qr_svg": qr_svg(link), "until": at(sheet.invitation.expires_at)}
