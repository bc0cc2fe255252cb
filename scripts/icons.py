"""Draw the app's icons: `python scripts/icons.py` writes static/mobile/*.png with Chromium as the renderer.

The mark is that of static/icon.svg on a 32 grid: a clock's round with its hands turned into a tick. Run it again after
changing the mark; the pictures are kept in git, because running the product must not need a renderer.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "static" / "mobile"
CHROMIUM = "/usr/bin/chromium"
CORNER = 7.5  # radius of the tile's corners on the 32 grid; Apple and Android's masks cut their own

# Android keeps the middle 80 % of a maskable icon (W3C manifest, "safe zone"): the mark is drawn smaller there.
ICONS = {
    "icon-192.png": (192, CORNER, 1.0),
    "icon-512.png": (512, CORNER, 1.0),
    "icon-180.png": (180, 0.0, 0.94),
    "icon-maskable-512.png": (512, 0.0, 0.82),
}

# What Android puts into the status bar: the shape alone, it takes the colour away.
BADGE = ("badge-96.png", 96)
BADGE_DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="4 4 24 24" width="{size}" height="{size}" \
fill="none" stroke="#fff" stroke-linecap="round" stroke-linejoin="round" stroke-width="3">
<path d="M22.6 10.4A8.6 8.6 0 1 0 24.6 16"/><path d="m12.4 16.2 3 3 8.2-8.4"/></svg>"""

DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="{size}" height="{size}">
<defs>
  <linearGradient id="ground" x1="0" y1="0" x2="1" y2="1">
    <stop offset="0" stop-color="#3f74f0"/>
    <stop offset="0.55" stop-color="#1d4fc4"/>
    <stop offset="1" stop-color="#12358c"/>
  </linearGradient>
</defs>
<rect width="32" height="32" rx="{corner}" fill="url(#ground)"/>
<g transform="translate(16 16) scale({scale}) translate(-16 -16)" fill="none" stroke="#fff" stroke-linecap="round" \
stroke-linejoin="round">
  <path d="M22.6 10.4A8.6 8.6 0 1 0 24.6 16" stroke-width="2.5" stroke-opacity="0.72"/>
  <path d="m12.4 16.2 3 3 8.2-8.4" stroke-width="2.8"/>
</g></svg>"""


def draw(page: Page, name: str, size: int, picture: str) -> None:
    """Render one icon; what it leaves free is transparent."""
    page.set_viewport_size({"width": size, "height": size})
    page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{picture}")
    page.screenshot(path=FOLDER / name, omit_background=True)


def main() -> None:
    """Render all of them."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        for name, (size, corner, scale) in ICONS.items():
            draw(page, name, size, DRAWING.format(size=size, corner=corner, scale=scale))
        name, size = BADGE
        draw(page, name, size, BADGE_DRAWING.format(size=size))
        browser.close()


if __name__ == "__main__":
    main()
