"""What every page has to withstand: axe in both colour schemes, and a screen of 320 px (1280 px at 400 %)."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ONLY_COLOURS = ["color-contrast", "link-in-text-block"]
NARROW = {"width": 320, "height": 720}
"""The width at which nothing may have to be scrolled sideways (WCAG 2.2, 1.4.10)."""

_BROKEN = """(options) => axe.run(document, { resultTypes: ["violations"], ...options }).then(
  ({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]))"""
_FREE = """() => {
  const wide = document.documentElement.scrollWidth;
  if (wide <= innerWidth) return [];
  const over = [...document.querySelectorAll("main *, header *, footer *")]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
    .map((e) => e.outerHTML.slice(0, 120));
  return [`${wide} px`, ...over.slice(-3)];
}"""


def found(page: Page, options: dict[str, object]) -> list[tuple[str, list[str]]]:
    """Each rule that is broken, and by what."""
    page.wait_for_load_state()  # what was waited for may be there before the style sheets are
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    violations: list[tuple[str, list[str]]] = page.evaluate(_BROKEN, options)
    return violations


def complaints(page: Page) -> dict[str, object]:
    """Everything that is wrong with the page as it is now; empty when nothing is."""
    wrong: dict[str, object] = {}
    size = page.viewport_size
    assert size is not None
    for scheme, options in (
        ("light", {"runOnly": RULES}),
        ("dark", {"runOnly": {"type": "rule", "values": ONLY_COLOURS}}),
    ):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        if broken := found(page, options):
            wrong[scheme] = broken
    page.set_viewport_size(NARROW)
    if over := page.evaluate(_FREE):
        wrong["wider than 320 px"] = over
    if broken := found(page, {"runOnly": {"type": "rule", "values": ["target-size"]}}):
        wrong["narrow"] = broken
    page.set_viewport_size(size)
    page.emulate_media(color_scheme="light")
    return wrong
