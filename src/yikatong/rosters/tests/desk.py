"""A small county for the tests: three households of 柳河社区, one open cycle of P01, and rosters written as CSV."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl

from yikatong.catalog import actions as catalog
from yikatong.catalog import queries as catalog_queries
from yikatong.core import tasks as work
from yikatong.core.models import StoredFile, TaskRun
from yikatong.registry import actions as registry
from yikatong.rosters import actions, queries, tasks
from yikatong.rosters.models import Roster

COUNTY = Path(__file__).parents[2] / "demo" / "county"
LIUHE, CLERK = "519999100000", "liuhe.jingban"
HEADER = "序号,村,组,户主姓名,身份证号码,补贴面积（亩）,补贴标准（元/亩）,补贴金额（元）"
LI, LI_ID = "李毅", "519999197711186675"
HUANG, HUANG_ID = "黄波", "519999197003110194"
WANG, WANG_ID = "王军", "519999199404064378"
LI_CARD = f"李毅,{LI_ID},6299020000001000049,西岭银行青禾县支行,999651900025,正常,2016-09-18"
HUANG_CARD = f"黄波,{HUANG_ID},6299010000001000082,青禾农村商业银行,999651900017,{{}},2021-03-13"
CARDS_HEADER = "name,id_number,card_number,bank_name,bank_code,status,issued_on"
LI_ROW = f"1,柳河社区,6,{LI},{LI_ID},2.00,95.30,190.60"
HUANG_ROW = f"2,柳河社区,6,{HUANG},{HUANG_ID},1.00,95.30,95.30"
WANG_ROW = f"3,柳河社区,5,{WANG},{WANG_ID},3.00,95.30,285.90"


def ground(cast: Any, at: Any) -> None:
    """Three heads of household; 李毅 has a usable card, 黄波's is not activated, 王军 has none. P01 2026 is open."""
    clerk = cast["renshe.faka"]
    registry.load_banks(content=(COUNTY / "banks.csv").read_bytes(), file="banks.csv", by=clerk, at=at)
    people = "person_no,name,id_number,sex,birth_date,household_no,relation,village_code,group,mobile"
    homes = "household_no,village_code,group,head_id_number,farmland_mu,forest_mu,fallow_mu"
    heads = ((1, LI, LI_ID, "1977-11-18"), (2, HUANG, HUANG_ID, "1970-03-11"), (4, WANG, WANG_ID, "1994-04-06"))
    for number, name, identity, born in heads:
        people += f"\nR{number:06d},{name},{identity},男,{born},QH{number:06d},户主,519999100001,6,1990000000{number}"
        homes += f"\nQH{number:06d},519999100001,6,{identity},3.00,0,0"
    registry.load_residents(
        people=people.encode(),
        households=homes.encode(),
        people_file="people.csv",
        households_file="households.csv",
        by=clerk,
        at=at,
    )
    load_cards(cast, at, LI_CARD, HUANG_CARD.format("未激活"))
    _open_cycle(cast, at)


def load_cards(cast: Any, at: Any, *cards: str, days: int = 0) -> None:
    """Cards as the card office sends them."""
    registry.load_cards(
        content="\n".join((CARDS_HEADER, *cards)).encode(),
        file="cards.csv",
        as_of=at.date() + timedelta(days=days),
        by=cast["renshe.faka"],
        at=at,
    )


def _open_cycle(cast: Any, at: Any) -> None:
    content = (COUNTY / "catalog.csv").read_bytes()
    catalog.load_catalog(content=content, file="catalog.csv", by=cast["luo.yusuan"], at=at)
    for verb, name in (("verify", "he.yusuan"), ("approve", "shen.zhengfu")):
        by = cast[name]
        drafted = catalog_queries.lists_for(by).latest("id")
        catalog.sign_list(catalog_list=drafted, verb=verb, by=by, at=at, seen_version=drafted.version)
    by = cast["nongye.jingban"]
    catalog.open_cycle(
        program=catalog_queries.program_for(by, "P01"),
        label="2026",
        roster_due_on=at.date() + timedelta(days=20),
        pay_due_on=at.date() + timedelta(days=60),
        by=by,
        at=at,
    )


def sheet(*rows: str) -> bytes:
    """A roster file."""
    return ("\ufeff" + "\n".join((HEADER, *rows)) + "\n").encode()


def receive(
    cast: Any, at: Any, content: bytes, *, name: str = "柳河镇2026年耕地地力保护补贴.csv", **more: Any
) -> Roster:
    """Upload without reading."""
    by = cast[CLERK]
    cycle = catalog_queries.cycle_for(by, "P01-2026")
    return actions.receive(content=content, filename=name, cycle=cycle, area_code=LIUHE, by=by, at=at, **more)


def read(cast: Any, at: Any, roster: Roster, override: Any = None) -> Roster:
    """Do the reading that waits, in this transaction; ``override`` is what the clerk told of the headings."""
    run = TaskRun.objects.filter(subject=f"roster:{roster.pk}").latest("id")
    file = StoredFile.objects.filter(kind="roster").latest("id")
    tasks.read(
        progress=work.Progress(run.pk),
        by=cast[CLERK],
        at=at,
        roster_id=roster.pk,
        file_id=file.pk,
        override=override,
        seen_version=roster.version,
    )
    TaskRun.objects.filter(pk=run.pk).update(state="done")
    return fresh(cast, roster)


def fresh(cast: Any, roster: Roster) -> Roster:
    """The roster as it is now."""
    return queries.roster_for(cast[CLERK], roster.no)


def read_roster(cast: Any, at: Any, *rows: str) -> Roster:
    """A roster of these rows (李毅, 黄波 and 王军 if none are given), read and checked."""
    return read(cast, at, receive(cast, at, sheet(*(rows or (LI_ROW, HUANG_ROW, WANG_ROW)))))


def matched_roster(cast: Any, at: Any, *rows: str) -> Roster:
    """The same, compared with register and cards."""
    roster = read_roster(cast, at, *rows)
    actions.match(roster=roster, by=cast[CLERK], at=at, seen_version=roster.version)
    return fresh(cast, roster)


def completed_roster(cast: Any, at: Any, *rows: str) -> Roster:
    """The same, completed."""
    roster = matched_roster(cast, at, *rows)
    actions.complete(roster=roster, by=cast[CLERK], at=at, seen_version=roster.version, seen_warnings=warnings(roster))
    return fresh(cast, roster)


def warnings(roster: Roster) -> int:
    """On how many rows the clerk has something to look at."""
    figures = queries.figures(roster)
    return figures["warning_count"] if figures else 0


def cells_of(workbook: bytes) -> list[Any]:
    """Every cell of every sheet of an .xlsx."""
    return [cell for sheet in openpyxl.load_workbook(io.BytesIO(workbook)) for row in sheet.iter_rows() for cell in row]
