"""Officials at their desks: each signs in in a browser of their own and does what people do, by words on the page."""

import re
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from . import looks
from .running import Site

PATIENCE_MS = 20_000
# Village cadres work on their phones.
ON_THE_PHONE = ("liuhe.cun",)


class Desk:
    """One official in the browser, each piece of whose work is done in another look than the one before.

    Pages that break or are too wide, and scripts that fail, are written down in ``faults``.
    """

    def __init__(self, page: Page, site: Site, look_first: str = "phone") -> None:
        self.page, self.site = page, site
        self.faults: list[str] = []
        start = looks.OF_DESKS.index(look_first)
        self._looks = cycle(looks.OF_DESKS[start:] + looks.OF_DESKS[:start])
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", self._note_refusal)
        page.on("response", self._note_fault)

    def _note_fault(self, response: Any) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.url}: {response.status}")

    def _note_refusal(self, message: Any) -> None:
        # Inline script or style, or anything from elsewhere: the browser obeys the policy and says so.
        if "Content Security Policy" in message.text:
            self.faults.append(f"{self.page.url}: {message.text}")

    def sign_in(self, username: str) -> None:
        """Sign in with the words of the form."""
        self.open("/login/")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码").fill(self.site.password)
        self.page.get_by_role("button", name="登录").click()
        expect(self.page.get_by_role("button", name="退出")).to_be_visible()

    def change_look(self) -> str:
        """Go on in the next look, and note if the page at hand is too wide in it."""
        looks.choose(self.page, look := next(self._looks))
        if looks.too_wide(self.page):
            self.faults.append(f"{self.page.url}: too wide in {look}")
        return look

    def shows_itself_in_every_look(self) -> None:
        """The page at hand fits in each of them."""
        for _ in looks.OF_DESKS:
            self.change_look()

    def open(self, path: str) -> int:
        """Go to an address of the site; returns the status."""
        response = self.page.goto(self.site.url + path)
        assert response is not None
        return response.status

    def menu(self, title: str) -> None:
        """Follow an entry of the main menu, or of the sections that it leads to, in the next look."""
        self.change_look()
        links = self.page.get_by_role("navigation", name="主菜单")
        entry = links.get_by_role("link", name=title)
        sections = [link.get_attribute("href") or "" for link in links.locator("a[href^='/sections/']").all()]
        for section in sections:
            if entry.count():
                break
            self.open(section)
            entry = self.main.locator(".he-doors").get_by_role("link", name=title)
        entry.first.click()

    def inbox(self, what_to_do: str) -> None:
        """Open 待办 in the next look and follow the first thing that asks for ``what_to_do``."""
        self.open("/")
        self.change_look()
        self.main.get_by_role("link", name=re.compile(rf"^{what_to_do}[^：]*：")).first.click()

    def follow(self, words: str) -> None:
        """Follow the page's first link of these words."""
        links = self.main.get_by_role("link", name=re.compile(re.escape(words).replace("：", r"\s*：")))
        # The strip of a section's pages is menu, not what the page itself offers.
        links.and_(self.main.locator("a:not(.he-siblings a)")).first.click()

    def press(self, words: str) -> None:
        """Press the first button of these words."""
        self.page.get_by_role("main").get_by_role("button", name=words).first.click()

    def unfold(self, words: str) -> None:
        """Open a folded part of the page."""
        self.page.get_by_role("main").locator("summary", has_text=words).first.click()

    def fill(self, label: str, value: str) -> None:
        """Fill the visible control with this label."""
        self.page.get_by_role("main").get_by_label(label).locator("visible=true").first.fill(value)

    def choose(self, label: str, value: str) -> None:
        """Choose from a list by the words of the choice."""
        self.page.get_by_label(label).first.select_option(label=value)

    def attach(self, label: str, *files: Path | dict[str, Any]) -> None:
        """Choose files of this computer, or of the test's memory."""
        self.page.get_by_label(label).locator("visible=true").first.set_input_files(list(files))  # type: ignore[arg-type]

    def sees(self, words: str | re.Pattern[str]) -> None:
        """The page says so, at once or when its background work has ended."""
        expect(self.main.get_by_text(words).first).to_be_visible(timeout=PATIENCE_MS)

    def sees_no_button(self, words: str) -> None:
        """This official is not offered the step."""
        expect(self.main.get_by_role("button", name=words)).to_have_count(0)

    def waits_for_work(self) -> None:
        """Stay on the page until the background work has ended, then go to its result, unless it comes by itself."""
        expect(self.main.locator("#task progress")).to_have_count(0, timeout=PATIENCE_MS)
        result = self.main.get_by_role("link", name=re.compile("去看结果|返回"))
        if result.count():
            result.first.click()

    @property
    def main(self) -> Locator:
        """The page without its frame."""
        return self.page.get_by_role("main")


class Office:
    """The county's desks: ``office["liuhe.jingban"]`` sits down at the first call and stays signed in."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser, self.site = browser, site
        self._desks: dict[str, Desk] = {}

    def __getitem__(self, username: str) -> Desk:
        if username not in self._desks:
            context = self.browser.new_context(viewport=looks.DESIGN_VIEWPORT, locale="zh-CN")  # type: ignore[arg-type]
            first = "phone" if username in ON_THE_PHONE else looks.OF_DESKS[len(self._desks) % len(looks.OF_DESKS)]
            self._desks[username] = Desk(context.new_page(), self.site, first)
            self._desks[username].sign_in(username)
        return self._desks[username]

    def stranger(self) -> Desk:
        """Somebody who does not sign in: a citizen with a phone."""
        context = self.browser.new_context(viewport=looks.PHONE, locale="zh-CN")  # type: ignore[arg-type]
        return self._desks.setdefault("", Desk(context.new_page(), self.site))

    def faults(self) -> list[str]:
        """What broke at any desk; where each official stopped is seen once more in every look."""
        for desk in self._desks.values():
            desk.shows_itself_in_every_look()
        return [fault for desk in self._desks.values() for fault in desk.faults]


def business_day(desk: Desk) -> date:
    """The day on the demo's visible calendar."""
    return date.fromisoformat(desk.page.get_by_label("演示时钟").locator("b").inner_text())


def step_days(desk: Desk, days: int) -> None:
    """Press the calendar's button."""
    before = business_day(desk)
    desk.page.get_by_role("button", name=f"+{days} 天").click()
    assert business_day(desk) == before + timedelta(days=days)


def total_of(desk: Desk) -> str:
    """The batch's total as the townships' table shows it in its foot."""
    return desk.main.locator("tfoot tr").first.get_by_text(re.compile(r"^[\d,]+\.\d\d$")).last.inner_text()
