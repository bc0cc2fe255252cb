"""QR codes as SVG, without a style attribute (the content security policy allows none)."""

from __future__ import annotations

import io

import segno
from markupsafe import Markup


def qr_svg(link: str) -> Markup:
    """The link as a QR code, to be scaled by the style sheet."""
    code = segno.make(link, error="m", micro=False)
    return Markup(code.svg_inline(svgclass="qr-code", lineclass="qr-lines", omitsize=True, border=2))  # noqa: S704 (segno's own markup)


def qr_image(text: str) -> bytes:
    """The text as an SVG of its own, dark on light whatever the page looks like: scanners want it so.

    The mask is not chosen by trying all eight, which takes 80 % of the time (6 ms become 2); each can be read.
    """
    image = io.BytesIO()
    segno.make(text, error="m", micro=False, mask=3).save(
        image, kind="svg", border=4, light="#fff", svgns=True, omitsize=True
    )
    return image.getvalue()
