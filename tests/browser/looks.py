"""How a page may look, and what is wrong with the page at hand: too wide, hard to read, too heavy."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

DESIGN_VIEWPORT = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
WIDTHS = (320, 390, 1366, 1920)
# Attributes of <html>, as the buttons 大字, 夜间 and 紧凑 set them.
LOOKS = {
    "light": {},
    "dark": {"theme": "dark"},
    "large": {"size": "large"},
    "compact": {"density": "compact"},
}
# In which looks officials do their work; in the last one on their phone.
OF_DESKS = ("light", "dark", "large", "phone")
BYTES_MAX = 40_000

_WEAR = """look => ["theme", "size", "density"].forEach(name => look[name]
  ? document.documentElement.setAttribute("data-" + name, look[name])
  : document.documentElement.removeAttribute("data-" + name))"""
# Night changes no sizes.
_TOO_WIDE = f"""([looks, width]) => Object.keys(looks).filter(name => name !== "dark").map(name => {{
  ({_WEAR})(looks[name]);
  return [name, document.documentElement.scrollWidth - width];
}}).filter(([name, over]) => over > 0).map(([name, over]) => `${{over}} px too wide at ${{width}}, ${{name}}`)"""
# The rows of a list are alike: axe, which takes seconds for a long one, is shown the first and the last.
ROWS_SHOWN = 10
_SHORTEN = f"""() => document.querySelectorAll("tbody").forEach(
  body => [...body.rows].slice({ROWS_SHOWN}, -2).forEach(row => row.remove()))"""
_VIOLATIONS = """() => axe.run({resultTypes: ["violations"]}).then(results =>
  results.violations.map(one => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`))"""
# What comes over the wire for this page when nothing is in the browser's cache: bodies, and the heads as browsers
# reckon them in ``transferSize``, 300 bytes each.
_BYTES = """() => performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource"))
  .reduce((sum, entry) => sum + entry.encodedBodySize + 300, 0)"""


def choose(page: Page, look: str) -> None:
    """Go on in ``look``, one of ``OF_DESKS``, on this page and the next ones, as the site itself remembers it."""
    page.set_viewport_size(PHONE if look == "phone" else DESIGN_VIEWPORT)  # type: ignore[arg-type]
    chosen = LOOKS.get(look, {})
    page.evaluate(
        "look => ['theme', 'size'].forEach(name => localStorage.setItem('he-' + name, look[name] || ''))", chosen
    )
    page.evaluate(_WEAR, chosen)


def too_wide(page: Page) -> bool:
    """Whether the page scrolls sideways as it is shown now."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def wear(page: Page, look: str) -> None:
    """Show the page at hand in ``look``."""
    page.evaluate(_WEAR, LOOKS[look])


def faults(page: Page) -> list[str]:
    """What is wrong with the page at hand, in words; afterwards it has the design's size, and long lists fewer rows."""
    found = [f"{size} bytes"] if (size := page.evaluate(_BYTES)) > BYTES_MAX else []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 768})
        found += page.evaluate(_TOO_WIDE, [LOOKS, width])
    page.evaluate(_SHORTEN)
    page.evaluate(AXE_SCRIPT)
    for look, viewport in (("dark", PHONE), ("light", DESIGN_VIEWPORT)):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        wear(page, look)
        found += [f"{look}: {violation}" for violation in page.evaluate(_VIOLATIONS)]
    return found
