"""What the lists of the registry's pages hold in Excel; numbers are masked as on the pages."""

from yikatong.core import listing
from yikatong.core.listing import Asked, Column, Rows, Table
from yikatong.kit.workbooks import Kind

from . import queries, words
from .states import FLOW


def _people(asked: Asked) -> Rows:
    return queries.with_village(queries.search_people(asked.actor, text=asked.query.get("text", "")))


def people_filters(asked: Asked) -> list[tuple[str, str]]:
    """How the people were narrowed."""
    text = asked.query.get("text", "").strip()
    return [("查找", text)] if text else []


PEOPLE = Table(
    "人员",
    (
        Column("姓名", "name"),
        Column("身份证号", "id_masked", width=22),
        Column("户", "household.no", width=20),
        Column("与户主关系", "relation"),
        Column("村", lambda person: person.village_name or person.village_code, width=20),
        Column("组", "group_no", width=8),
    ),
    _people,
)

CHANGES = Table(
    "发放卡变更",
    (
        Column("本人", "person.name"),
        Column("改发到", "card.masked", width=22),
        Column("开户银行", "card.bank.name", width=28),
        Column("原因", "reason", width=40),
        Column("提出单位", "agency.name", width=24),
        Column("状态", listing.state_of(FLOW)),
    ),
    lambda asked: queries.changes_for(asked.actor),
)


def _why(asked: Asked) -> str:
    why = asked.query.get("why", "")
    return why if why in words.CHASE else ""


def unpayable_filters(asked: Asked) -> list[tuple[str, str]]:
    """How 缺卡名单 was narrowed."""
    why = _why(asked)
    return [("原因", words.CHASE[why][0])] if why else []


UNPAYABLE = Table(
    "缺卡名单",
    (
        Column("姓名", "name"),
        Column("身份证号", "id_masked", width=22),
        Column("村", "village", width=20),
        Column("组", "group_no", width=8),
        Column("原因", lambda row: words.CHASE[row["why"]][0], width=24),
        Column("怎么办", lambda row: words.CHASE[row["why"]][1], width=50),
    ),
    lambda asked: listing.statement("registry/unpayable", areas=queries.areas_of_people(asked.actor), why=_why(asked)),
)

LOADS = Table(
    "导入过的文件",
    (
        Column("文件", "file.name", width=40),
        Column("指纹", "digest", width=66, on_paper=False),
        Column("数据日期", "as_of", Kind.DAY),
        Column("导入", "loaded_at", Kind.MOMENT),
        Column("导入人", "loaded_by.name"),
        Column("行数", "row_count", Kind.COUNT),
        Column("新卡", "new_count", Kind.COUNT),
        Column("状态变化", "changed_count", Kind.COUNT),
        Column("不在人员库", "unknown_count", Kind.COUNT),
    ),
    lambda asked: queries.loads_for(asked.actor),
)

CARDS_BY_BANK = Table(
    "各银行的卡",
    (
        Column("银行", "bank", width=28),
        Column("状态", "words"),
        Column("张数", "card_count", Kind.COUNT),
        Column("人数", "person_count", Kind.COUNT),
    ),
    lambda asked: queries.card_figures(asked.actor),
)
