"""The browser: Debian's chromium. ``YIKATONG_BROWSER=absent`` skips, ``required`` may not."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests import whole_run

from .desk import Office
from .running import Site, running

BINARIES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is; without one the tests that need it are skipped, unless it is required."""
    found = next((path for name in BINARIES if (path := shutil.which(name))), None)
    wanted = os.environ.get("YIKATONG_BROWSER", "")
    if wanted == "absent" or (found is None and wanted != "required"):
        pytest.skip("no chromium with a CJK font on this machine: browser tests are skipped")
    assert found, "YIKATONG_BROWSER=required, but there is no chromium"
    return found


@pytest.fixture
def site(chromium: str, fresh_database: Any, tmp_path: Path) -> Iterator[Site]:
    """The site on an empty county: places and officials, nothing else."""
    with running(fresh_database, tmp_path) as site:
        yield site


@pytest.fixture
def played_site(chromium: str, fresh_database: Any, tmp_path: Path) -> Iterator[Site]:
    """The site after the whole run was played by its actions."""
    whole_run.play(fresh_database, tmp_path)
    with running(fresh_database, tmp_path) as site:
        yield site


@pytest.fixture
def driver() -> Iterator[Playwright]:
    """It ends before the database's own checks, since Playwright's loop and Django's ORM do not mix."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture
def browser(driver: Playwright, chromium: str) -> Iterator[Browser]:
    """Today's browser."""
    browser = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def old_browser(driver: Playwright) -> Iterator[Browser]:
    """The oldest that is promised, where somebody has one."""
    browser = driver.chromium.launch(executable_path=os.environ["YIKATONG_OLD_BROWSER"], args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def office(site: Site, browser: Browser) -> Iterator[Office]:
    """Desks on the empty county; at the end nothing may have broken at any of them."""
    office = Office(browser, site)
    yield office
    assert office.faults() == []


@pytest.fixture
def played_office(played_site: Site, browser: Browser) -> Iterator[Office]:
    """Desks after the whole run."""
    office = Office(browser, played_site)
    yield office
    assert office.faults() == []
