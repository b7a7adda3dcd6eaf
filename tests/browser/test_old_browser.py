"""The pages at full looks in the oldest browser that is promised, Chromium 88, where ``YIKATONG_OLD_BROWSER`` names one.

``tests/architecture/test_static_files.py`` keeps newer features out everywhere; this proves that its list is right.
"""

import os
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page

from tests.architecture.chromium_88 import declarations
from tests.architecture.test_static_files import SHEETS

from . import looks
from .running import Site

pytestmark = pytest.mark.browser

PAGES = {
    "liuhe.jingban": ("/", "/rosters/", "/rosters/upload/", "/messages/"),
    "nongye.jingban": ("/batches/", "/funding/plans/", "/payments/"),
    # The trail of one batch: that of everybody grows with each of these visits.
    "shenji": ("/book/", "/trail/?subject=payment_batch:1", "/banking/service/"),
}
# Old browsers round the height of a line: a page is a hundredth longer or shorter in them.
PIXELS_APART_MAX = 4
_UNKNOWN = "all => all.filter(([name, value]) => !CSS.supports(name, value)).map(one => one.join(': '))"
# Place, size and colors of everything that has a look of its own.
# Today's browser would set neighboring punctuation closer than an old one can.
_SEEN = """() => {
  document.documentElement.style.textSpacingTrim = "space-all";
  // What is folded away has no size in an old one and keeps it in a new one.
  const shown = element => !element.parentElement.closest("details:not([open])") || element.matches("summary");
  return Array.from(document.querySelectorAll("body [class*='he-']")).filter(shown).map(element => {
    const {x, y, width, height} = element.getBoundingClientRect(), style = getComputedStyle(element);
    return [element.className.toString(), [x, y, width, height], style.color + style.backgroundColor];
  });
}"""


@pytest.mark.skipif("YIKATONG_OLD_BROWSER" not in os.environ, reason="YIKATONG_OLD_BROWSER names no old browser")
def test_the_oldest_browser_shows_what_todays_shows(played_site: Site, browser: Browser, old_browser: Browser) -> None:
    """Every page has the same boxes and colors in both, and nothing is too wide or fails."""
    assert int(old_browser.version.partition(".")[0]) <= 88
    # The first visit reads the messages; who comes later sees no mark of them.
    visited(browser, played_site)
    today = {path: seen for path, seen, _ in visited(browser, played_site)}
    wrong = unknown_declarations(old_browser)
    for path, seen, faults in visited(old_browser, played_site):
        wrong += [f"{path}: {fault}" for fault in [*faults, *apart(seen, today[path])]]
    assert not wrong, "\n".join(wrong)


def unknown_declarations(browser: Browser) -> list[str]:
    page = browser.new_page()
    found = page.evaluate(_UNKNOWN, [one for sheet in SHEETS for one in declarations(sheet) if one[0] != "size"])
    page.close()
    return [one for one in found if "-moz-" not in one and "var(" not in one]


def visited(browser: Browser, site: Site) -> list[tuple[str, Any, list[str]]]:
    """Each page with what is seen on it and what is wrong with it; Playwright's locators do not work on Chromium 88."""
    found = []
    for username, paths in PAGES.items():
        context = browser.new_context(viewport=looks.DESIGN_VIEWPORT, locale="zh-CN")  # type: ignore[arg-type]
        context.add_cookies([{"name": "sessionid", "value": session(site, username), "url": site.url}])
        page = context.new_page()
        broken: list[str] = []
        page.on("pageerror", lambda error, broken=broken: broken.append(str(error)))
        for path in paths:
            page.goto(site.url + path)
            found.append((path, seen_on(page), [*looks.faults(page), *broken]))
            broken.clear()
        context.close()
    return found


def seen_on(page: Page) -> list[Any]:
    """By day and by night."""
    both = []
    for look in ("light", "dark"):
        looks.wear(page, look)
        both += page.evaluate(_SEEN)
    return both


def session(site: Site, username: str) -> str:
    """Sign in as the form does."""
    with requests.Session() as browser:
        browser.get(f"{site.url}/login/", timeout=30)
        form = {"username": username, "password": site.password, "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        browser.post(f"{site.url}/login/", form, timeout=30)
        return browser.cookies["sessionid"]


def apart(old: list[Any], today: list[Any]) -> list[str]:
    """What stands elsewhere, or in other colors."""
    if [name for name, _, _ in old] != [name for name, _, _ in today]:
        return ["other elements"]
    return [
        f"{name}: {box}, today {box_today}, {colors}, {colors_today}"
        for (name, box, colors), (_, box_today, colors_today) in zip(old, today, strict=True)
        if colors != colors_today
        or any(abs(a - b) > PIXELS_APART_MAX + max(abs(a), abs(b)) / 100 for a, b in zip(box, box_today, strict=True))
    ]
