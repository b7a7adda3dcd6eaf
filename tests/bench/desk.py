"""How long a clerk waits for a roster, in a real browser: ``python -m tests.bench.desk --rows 20000``.

A made-up county with a workbook of which every twentieth row has something wrong; web and worker run as on a server. Times are
a person's: from the end of one thing to the moment at which the next page can be read.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import polars as pl
import psycopg

from tests.bench import place as places

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.running import Site

CLERK = "xian.jingban"
WRONG_EVERY = 20
PATIENCE_MS = 600_000
# What a browser took for the page at hand: until its first byte, until all of it was there, until it could be used.
_TOOK = """() => {
  const one = performance.getEntriesByType("navigation")[0];
  return [one.responseStart, one.responseEnd, one.loadEventEnd].map(at => Math.round(at - one.startTime));
}"""


@click.command(help=__doc__)
@click.option(
    "--rows", default=20_000, show_default=True, type=click.IntRange(100, 1_000_000), help="Rows of the roster."
)
@click.option(
    "--people", default=0, type=click.IntRange(0), help="People of the county; as many as rows if nothing is said."
)
@click.option(
    "--json", "json_path", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures there, too."
)
def main(rows: int, people: int, json_path: Path | None) -> None:
    with places.built() as place:
        told = measure(place, rows, max(people, rows))
    width = max(map(len, told))
    for name, seconds in told.items():
        click.echo(f"{name:<{width}}  {seconds:>8,.2f}")
    if json_path:
        json_path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def measure(place: places.Place, rows: int, people: int) -> dict[str, float]:
    """Prepare the county and play the clerk; returns seconds by what was waited for."""
    from tests.bench import county, preparing
    from tests.browser import running

    made, folder = county.County(rows, people), place.folder / "county"
    preparing.prepare(county=made, folder=folder)
    workbook = folder / "花名册.xlsx"
    county.write_workbook(_troubled(county.roster(made)), workbook)
    with running.running(place.where, place.folder) as site, _browser() as page:
        page.goto(f"{site.url}/login/")
        page.get_by_label("用户名").fill(CLERK)
        page.get_by_label("密码").fill(site.password)
        page.get_by_role("button", name="登录").click()
        return _played(page, site, workbook, place.where.owner_url)


def _troubled(table: pl.DataFrame) -> pl.DataFrame:
    """The roster with something wrong in every twentieth row, eight kinds by turns."""
    number = pl.int_range(pl.len())
    # The last row is the total.
    turn = pl.when((number % WRONG_EVERY == 7) & (number < pl.len() - 1)).then(number // WRONG_EVERY % 8)
    name, id_number, amount, card = (pl.col(table.columns[place]) for place in (3, 4, 7, 8))
    return table.with_columns(
        pl.when(turn == 0).then(name + "某").when(turn == 1).then(name.str.slice(0, 1) + "　" + name.str.slice(1)).otherwise(name),
        pl.when(turn == 2).then(id_number.str.slice(0, 16) + "００").when(turn == 3).then(id_number.shift(1))
        .when(turn == 4).then(pl.lit("")).otherwise(id_number),
        pl.when(turn == 5).then(pl.lit("1.00")).when(turn == 6).then(pl.lit("")).otherwise(amount),
        pl.when(turn == 7).then(card.str.slice(0, 17)).otherwise(card),
    )  # fmt: skip


@contextmanager
def _browser() -> Iterator["Page"]:
    from playwright.sync_api import sync_playwright

    from tests.browser import conftest, looks

    binary = next(path for name in conftest.BINARIES if (path := shutil.which(name)))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=binary, args=conftest.ARGUMENTS)
        page = browser.new_page(viewport=looks.DESIGN_VIEWPORT, locale="zh-CN")  # type: ignore[arg-type]
        page.set_default_timeout(PATIENCE_MS)
        yield page
        browser.close()


def _played(page: "Page", site: "Site", workbook: Path, database: str) -> dict[str, float]:
    told: dict[str, float] = {}
    arrived: list[float] = []
    page.on("response", lambda answer: arrived.append(time.monotonic()) if "/rosters/uploads/" in answer.url else None)
    page.goto(f"{site.url}/rosters/upload/")
    page.get_by_label("花名册文件").set_input_files(workbook)
    begun = time.monotonic()
    page.get_by_role("button", name="上传并核对").click()
    _problems(page)
    told["upload, seconds"] = arrived[-1] - begun
    told["end of upload until every problem is on screen"] = time.monotonic() - arrived[-1]
    told["… of it in the background"] = _seconds(database)
    roster = page.url.split("?")[0].split("#")[0]
    told |= _page_of(page, roster, "roster's page")
    told |= _page_of(page, f"{roster}?page=2", "its second page of bad rows")
    told |= _page_of(page, page.url.split("?")[0] + "?kind=NAME_MISMATCH", "its rows of one cause")
    page.goto(roster)
    copy = workbook.with_name("批注.xlsx")
    told["annotated workbook until it is on disk"] = _timed(lambda: _download(page, copy))
    cell = page.locator("input[data-field='name']").first
    cell.fill(cell.input_value().removesuffix("某"))
    told["one cell mended, until all rows are checked again and shown"] = _timed(lambda: _save(page))
    arrived.clear()
    page.locator("summary", has_text="改好了，重新上传").click()
    page.get_by_label("改好的表").set_input_files(copy)
    page.locator("form[action$='/file/'] button").click()
    page.get_by_text("这次改了什么").wait_for()
    told["annotated workbook sent again, until what it changed is on screen"] = time.monotonic() - arrived[-1]
    told["… of that in the background"] = _seconds(database)
    return told


def _seconds(database: str) -> float:
    """From queueing to the end of the latest work; Django's own connection is not for Playwright's loop."""
    with psycopg.connect(database) as connection:
        latest = "SELECT extract(epoch FROM ended_at - queued_at) FROM core_taskrun ORDER BY id DESC LIMIT 1"
        (seconds,) = connection.execute(latest).fetchone() or (0,)
    return float(seconds)


def _problems(page: "Page") -> None:
    page.locator("#rows tbody tr").first.wait_for()
    page.locator("#causes").wait_for()


def _page_of(page: "Page", address: str, name: str) -> dict[str, float]:
    page.goto(address)
    page.goto(address)
    page.wait_for_load_state("load")
    first, whole, usable = (at / 1000 for at in page.evaluate(_TOOK))
    return {f"{name}: first byte": first, f"{name}: whole": whole, f"{name}: loaded": usable}


def _download(page: "Page", to: Path) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name="下载批注表").click()
    download.value.save_as(to)


def _save(page: "Page") -> None:
    page.get_by_role("button", name="存好，重新核对").first.click()
    page.get_by_text("已重新核对").first.wait_for()


def _timed(work: Callable[[], Any]) -> float:
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


if __name__ == "__main__":
    main()
