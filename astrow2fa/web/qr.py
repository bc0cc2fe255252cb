"""QR codes as inline SVG, without a style attribute (the content security policy allows none)."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr_svg(link: str) -> Markup:
    """The link as a QR code, to be scaled by the style sheet."""
    code = segno.make(link, error="m", micro=False)
    return Markup(code.svg_inline(svgclass="qr-code", lineclass="qr-lines", omitsize=True, border=2))  # noqa: S704 (segno's own markup)
