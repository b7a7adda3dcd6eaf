"""待办 in the browser: several things picked, counted and decided, with and without script; 本页怎么用 by key."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from yikatong.batches.tests.conftest import origin, world
from yikatong.batches.tests.world import SHIQIAO, SHIQIAO_VILLAGE, World

from .desk import Office
from .running import Site, running

__all__ = ["origin", "world"]
pytestmark = pytest.mark.browser

REVIEWER = "nongye.fuhe"


@pytest.fixture
def waiting_site(chromium: str, world: World, fresh_database: Any, tmp_path: Path) -> Iterator[Site]:
    """Two batches of 3.50 and 2.00 yuan wait for their reviewer."""
    world.assemble(world.seal({world.person("张建国"): 1_00, world.person("李秀英"): 2_50}))
    world.assemble(world.seal({world.person("王五", SHIQIAO_VILLAGE): 2_00}, township=SHIQIAO))
    with running(fresh_database, tmp_path) as site:
        yield site


@pytest.fixture
def waiting_office(waiting_site: Site, browser: Browser) -> Iterator[Office]:
    """Desks where they wait."""
    office = Office(browser, waiting_site)
    yield office
    assert office.faults() == []


def test_several_are_picked_counted_and_decided(waiting_office: Office) -> None:
    page = waiting_office[REVIEWER].page
    page.goto(waiting_office[REVIEWER].site.url + "/")
    send = page.get_by_role("button", name="核对选中的，一起办")
    expect(send).to_be_disabled()
    page.get_by_role("checkbox", name="选中：").last.check()
    expect(page.locator("[data-pick-told]")).to_contain_text("已选 1 件，共 ")
    page.get_by_role("checkbox", name="全选同一类的").check()
    expect(page.locator("[data-pick-told]")).to_have_text("已选 2 件，共 3 笔，5.50 元")
    send.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已选 2 件，等您“复核通过”")
    expect(page.locator(".he-head__lead")).to_have_text("共 3 笔，5.50 元")
    page.keyboard.press("h")
    expect(page.get_by_role("dialog")).to_contain_text("先看清一共多少笔、多少钱")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("看本页怎么用")
    page.keyboard.press("Escape")
    page.get_by_label("意见").fill("逐件看过")
    page.get_by_role("button", name="复核通过 2 件").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 件都办成了")


def test_the_same_without_script(waiting_site: Site, waiting_office: Office, browser: Browser) -> None:
    cookies = waiting_office[REVIEWER].page.context.cookies()
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(cookies)  # type: ignore[arg-type]
    page = plain.new_page()
    page.goto(waiting_site.url + "/")
    for box in page.get_by_role("checkbox", name="选中：").all():
        box.check()
    page.get_by_role("button", name="核对选中的，一起办").click()
    expect(page.locator(".he-head__lead")).to_have_text("共 3 笔，5.50 元")
    page.get_by_role("button", name="复核通过 2 件").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 件都办成了")
    page.get_by_role("link", name="本页怎么用").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("本页怎么用")
    plain.close()
