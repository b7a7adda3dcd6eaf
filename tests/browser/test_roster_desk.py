"""The clerk's keyboard: cells mended in place, a column pasted from Excel, taken back; search and keys from anywhere."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.small_county import ROSTER
from yikatong.rosters.resuming import PIECE_BYTES

from .desk import Desk, Office

pytestmark = pytest.mark.browser

PASTE = """(element, text) => {
  const clipboard = new DataTransfer();
  clipboard.setData("text", text);
  element.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clipboard, bubbles: true, cancelable: true}));
}"""


def wrong_amounts(folder: Any, count: int) -> tuple[bytes, list[str]]:
    """The small county's roster with the first ``count`` amounts a yuan too high, and what they should be."""
    head, *rows = (folder / "county" / "rosters" / ROSTER).read_text(encoding="utf-8-sig").splitlines()
    column = head.split(",").index("补贴金额（元）")
    cells = [row.split(",") for row in rows]
    right = [row[column] for row in cells[:count]]
    for row in cells[:count]:
        row[column] = f"{float(row[column]) + 1:.2f}"
    return ("\ufeff" + "\n".join([head, *(",".join(row) for row in cells)])).encode(), right


def test_a_column_is_pasted_saved_and_taken_back(played_office: Office, tmp_path: Any) -> None:
    content, right = wrong_amounts(tmp_path, 3)
    clerk = played_office["liuhe.jingban"]
    upload(clerk, content)
    page = clerk.page
    cells = page.locator("input[data-field='amount']")
    expect(cells).to_have_count(3)
    cells.first.evaluate(PASTE, "\n".join(right))
    expect(cells.nth(2)).to_have_value(right[2])
    cells.first.press("ArrowDown")
    expect(cells.nth(1)).to_be_focused()
    page.keyboard.press("Control+z")
    expect(cells.nth(2)).not_to_have_value(right[2])
    cells.nth(2).fill(right[2])
    page.keyboard.press("Enter")
    clerk.sees("改好了 3 行，已重新核对：没有要改的了。")
    clerk.press("撤销刚才存的")
    expect(cells).to_have_count(3)
    keys_work_from_anywhere(page)


def test_a_file_goes_on_where_the_line_broke_and_where_the_browser_was_closed(
    played_office: Office, tmp_path: Any
) -> None:
    content, _ = wrong_amounts(tmp_path, 3)
    head, *rows = content.decode().splitlines()
    # As many rows again, of people nobody knows, as make three pieces.
    filled = [f"{row},{'备' * 200}" for row in rows]
    many = [filled[number % len(filled)] for number in range(3 * PIECE_BYTES // len(filled[0].encode()))]
    content = "\n".join([f"{head},备注", *many]).encode()
    clerk = played_office["liuhe.jingban"]
    page = clerk.page
    second = re.compile(r"/rosters/uploads/\d+/1/")
    page.route(second, lambda route: route.abort())
    choose(clerk, content)
    expect(page.locator("[data-upload-progress]")).to_contain_text("网络断了，已传 512 KB，连上以后自动接着传")
    # The browser is closed and opened again; the first piece is not sent twice.
    page.unroute(second)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/rosters/uploads/" in request.url else None)
    choose(clerk, content)
    clerk.waits_for_work()
    clerk.sees("行要改")
    assert [url.rsplit("/", 2)[1] for url in sent if not url.endswith("uploads/")] == [
        str(number) for number in range(1, -(-len(content) // PIECE_BYTES))
    ]


def upload(clerk: Desk, content: bytes) -> None:
    choose(clerk, content)
    clerk.waits_for_work()


def choose(clerk: Desk, content: bytes) -> None:
    clerk.open("/rosters/upload/")
    clerk.attach("花名册文件", {"name": "改过的.csv", "mimeType": "text/csv", "buffer": content})
    clerk.press("上传并核对")


def keys_work_from_anywhere(page: Page) -> None:
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.locator("#he-search")).to_be_focused()
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("回到待办")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page.get_by_role("heading", level=1)).to_contain_text("李春燕")
