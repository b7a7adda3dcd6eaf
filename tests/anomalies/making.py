"""Makes roster files for tests: people of the demo county, sheets as clerks lay them out."""

import csv
import io
from dataclasses import dataclass
from functools import cache

import openpyxl

from yikatong.kit import money
from yikatong.rosters.commands import DEMO_COUNTY

RATE_FEN = 9530
TITLE = "青禾县柳河镇2026年耕地地力保护补贴资金发放花名册"
FILENAME = "柳河镇2026年耕地地力保护补贴花名册.xlsx"


@dataclass(frozen=True)
class Farmer:
    """A head of household of 柳河镇 with one active card under the same name."""

    name: str
    id_number: str
    card_number: str
    village: str
    group: str
    sex: str
    area_micro: int
    amount_fen: int

    @property
    def area(self) -> float:
        return self.area_micro / money.MICRO

    @property
    def amount(self) -> float:
        return self.amount_fen / 100


def _table(name: str) -> list[dict[str, str]]:
    with (DEMO_COUNTY / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def farmers(count: int = 12) -> tuple[Farmer, ...]:
    """So many farmers of different names and birth dates, without any problem of their own, by village."""
    villages = {area["code"]: area["name"] for area in _table("areas")}
    by_number: dict[str, list[dict[str, str]]] = {}
    for card in _table("cards"):
        by_number.setdefault(card["id_number"], []).append(card)
    people = {person["id_number"]: person for person in _table("people") if person["id_number"]}
    found: list[Farmer] = []
    for household in _table("households"):
        person = people.get(household["head_id_number"])
        cards = by_number.get(household["head_id_number"], [])
        if person is None or len(cards) != 1 or cards[0]["status"] != "正常" or cards[0]["name"] != person["name"]:
            continue
        if not household["village_code"].startswith("519999100") or any(f.name == person["name"] for f in found):
            continue
        micro = money.parse_quantity(household["farmland_mu"]) or 0
        amount = money.multiply(micro, RATE_FEN)
        if amount:
            found.append(
                Farmer(
                    person["name"],
                    person["id_number"],
                    cards[0]["card_number"],
                    villages[household["village_code"]],
                    household["group"],
                    person["sex"],
                    micro,
                    amount,
                )
            )
        if len(found) == count:
            break
    assert len(found) == count
    return tuple(found)


def workbook(sheets: dict[str, list[list[object]]], merged: dict[str, list[str]] | None = None) -> openpyxl.Workbook:
    """A workbook of rows of cells, with merged areas by sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for area in (merged or {}).get(name, []):
            sheet.merge_cells(area)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


HEADER: list[object] = [
    "序号",
    "村名",
    "组",
    "姓名",
    "身份证号码",
    "社保卡号",
    "补贴面积(亩)",
    "补贴标准(元/亩)",
    "补贴金额(元)",
    "备注",
]


def line(number: int, farmer: Farmer) -> list[object]:
    """One row under HEADER."""
    f = farmer
    return [
        number,
        f.village,
        f"{f.group}组",
        f.name,
        f.id_number,
        f.card_number,
        f.area,
        RATE_FEN / 100,
        f.amount,
        None,
    ]


def plain(count: int = 12) -> list[list[object]]:
    """Title, header, rows and total of a roster without problems."""
    chosen = farmers(count)
    rows = [line(number, farmer) for number, farmer in enumerate(chosen, 1)]
    total = sum(farmer.amount_fen for farmer in chosen) / 100
    return [[TITLE], HEADER, *rows, ["合计", *[None] * 7, total, None]]


def as_csv(rows: list[list[object]], newline: str = "\r\n") -> str:
    """Rows as a CSV text; money with two decimals."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator=newline)
    writer.writerows([[f"{cell:.2f}" if isinstance(cell, float) else cell for cell in row] for row in rows])
    return stream.getvalue()
