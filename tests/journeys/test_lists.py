"""Every list of every role goes to Excel: the button is there, and the file says what all pages of the list say."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from tests import exported, whole_run
from yikatong.core.models import Appointment, Official

# Pages with a table that is no list: each with the reason.
NO_LISTS = {
    "keys": "the keys of the keyboard",
    "verify": "what a verification found, posted and never the same again",
    "stop": "the history of one switch, told whole on the page",
    "rosters:detail": "the clerk's rows to mend: they have 批注表, their own file with every problem marked",
    "batches:assemble": "a form",
    "batches:roster": "one roster",
    "funding:apply": "the same table as the batch, to fill in a form",
    "funding:plan": "the same table as the batch, to decide on",
    "notices:prepare": "what is about to be posted; the notice then has the list",
    "notices:print": "a printed sheet",
    "notices:print-village": "a printed sheet",
    "payments:file": "four sums that must be one",
    "payments:prepare-refund": "a form",
    "payments:prepare-recovery": "a form",
    "payments:reissue": "a form",
    "payments:give-back": "a form",
    "banking:upload": "the differences of one file, to decide on",
    "catalog:program": "one program",
    "catalog:public": "a public page",
    "registry:person": "one person",
    "registry:change": "one change",
    "banking:agreement": "one agreement",
    "search": "answers to a question that stands in no address",
    "messages": "no table",
}
# Tables beside the lists of a page, by their first head: sums of the list itself, or figures to be compared.
NOT_IN_FILES = {"比对", "天数", "按原因", "按部门", "按乡镇", "全部", "文件", "名次", "按", "放了多久"}
SKIPPED = re.compile(r"/(logout|static|demo|print)/|/proof/|\.xlsx$|/exports/\d|/proofs/")


class Page(HTMLParser):
    """The links of a page, and of each of its tables the heads and the number of rows in its body."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tables: list[dict[str, object]] = []
        self._part = ""
        self._cell: list[str] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "a" and told.get("href"):
            self.links.append(str(told["href"]))
        if tag == "table":
            self.tables.append({"heads": [], "rows": []})
        if tag in ("thead", "tbody", "tfoot"):
            self._part = tag
        if tag == "tr" and self._part == "tbody":
            self._rows().append([])
        if tag in ("td", "th") and self.tables:
            self._cell = []

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("thead", "tbody", "tfoot"):
            self._part = ""
        if tag in ("td", "th") and self._cell is not None:
            text = "".join(self._cell).strip()
            if self._part == "thead":
                self.tables[-1]["heads"].append(text)  # type: ignore[attr-defined]
            elif self._part == "tbody":
                self._rows()[-1].append(text)
            self._cell = None

    def _rows(self) -> list[list[str]]:
        return self.tables[-1]["rows"]  # type: ignore[return-value]


def pages_of(client: Client) -> Iterator[tuple[str, str, str]]:
    """One page of each kind that one is led to from the desk, and one with a filter: address, name of the kind, text."""
    waiting, seen, kinds = ["/"], {"/"}, set[tuple[str, bool]]()
    while waiting:
        address = waiting.pop(0)
        name = resolve(urlsplit(address).path).view_name
        if (name, "?" in address) in kinds:
            continue
        answer = client.get(address)
        if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
            continue
        kinds.add((name, "?" in address))
        text = answer.content.decode()
        yield address, name, text
        for link in Page(text).links:
            there = urljoin(address, link).split("#")[0]
            if there.startswith("/") and there not in seen and not SKIPPED.search(there) and "page=" not in there:
                seen.add(there)
                waiting.append(there)


def all_tables(client: Client, address: str, text: str) -> list[dict[str, object]]:
    """The tables of a page, those that go on with the rows of all their pages."""
    tables = Page(text).tables
    number = 1
    while 'rel="next"' in text:
        number += 1
        text = client.get(address + ("&" if "?" in address else "?") + f"page={number}").content.decode()
        for table in Page(text).tables:
            same = [one for one in tables if one["heads"] == table["heads"]]
            if same and table["rows"] != same[0]["rows"][: len(table["rows"])]:  # type: ignore[index, arg-type]
                same[0]["rows"] += table["rows"]  # type: ignore[operator]
    return tables


def missing(tables: list[dict[str, object]], sheets: dict[str, list[dict[str, object]]]) -> list[str]:
    """The tables of a page of which no sheet has as many rows, whose money adds up to the same."""
    told = []
    for table in tables:
        heads, rows = table["heads"], table["rows"]
        if not rows or heads[0] in NOT_IN_FILES:  # type: ignore[index]
            continue
        alike = [
            name
            for name, lines in sheets.items()
            if len(lines) == len(rows) and money_agrees(heads, rows, lines)  # type: ignore[arg-type]
        ]
        if not alike:
            told.append(f"{heads} {len(rows)}: { {name: len(lines) for name, lines in sheets.items()} }")  # type: ignore[arg-type]
    return told


def money_agrees(heads: list[str], rows: list[list[str]], lines: list[dict[str, object]]) -> bool:
    for place, head in enumerate(heads):
        if not head.endswith("（元）") or not lines or head not in lines[0]:
            continue
        shown = sum(fen(row[place]) for row in rows if len(row) > place)
        if shown != sum(round(float(str(line[head] or 0)) * 100) for line in lines):
            return False
    return True


def fen(text: str) -> int:
    found = re.match(r"(−?)([\d,]+)\.(\d\d)", text)
    return (-1 if found[1] else 1) * int(found[2].replace(",", "") + found[3]) if found else 0


@pytest.fixture
def played(fresh_database, tmp_path):
    return whole_run.play(fresh_database, tmp_path)


def on_paper(client: Client, text: str, sheets: dict[str, list[dict[str, object]]]) -> list[str]:
    """Where the page has a button 打印: that the paper has as many rows as the workbook."""
    told = []
    for link in re.findall(r'href="(/print/[^"]+)"', text):
        page = client.get(link).content.decode()
        printed = len(re.findall(r"<tr><td>\d+</td>", page))
        rows = sum(len(lines) for name, lines in sheets.items() if name != "导出说明")
        if printed != rows or 'class="he-qr"' not in page:
            told.append(f"{link}: {printed} rows on paper, {rows} in the workbook")
    return told


def one_of_each_role() -> list[Official]:
    """The first official of every role."""
    first = Appointment.objects.order_by("role", "id").distinct("role").values("official_id")
    return list(Official.objects.filter(pk__in=first, is_machine=False, is_active=True).order_by("id"))


def test_every_list_of_every_role_goes_to_excel_whole(played):
    lists, without, wrong = set(), set(), []
    for official in one_of_each_role():
        client = Client()
        client.force_login(official)
        for address, name, text in pages_of(client):
            tables = [table for table in Page(text).tables if table["rows"]]
            if 'action="/exports/"' not in text:
                if tables and name not in NO_LISTS:
                    without.add(f"{name} {address}")
                continue
            # The page first: that a list was exported stands in the trail.
            shown = all_tables(client, address, text)
            sheets = exported.sheets(client, address)
            told = missing(shown, sheets) + on_paper(client, text, sheets)
            wrong += [f"{official.username} {address} {one}" for one in told]
            if tables and not told:
                lists.add(name)
    assert not without and not wrong, "\n".join([*sorted(without), *wrong])
    assert len(lists) > 30, sorted(lists)
