"""Before the run: people, cards, the catalog and the cycle."""

from collections.abc import Iterator
from datetime import timedelta

from yikatong.catalog import actions as catalog
from yikatong.catalog import queries as catalog_queries
from yikatong.registry import actions as registry

from .plot import CYCLE_LABEL, PROGRAM_CODE, Plot, Step

DAYS_FOR_ROSTERS, DAYS_FOR_PAYMENT = 20, 60


def steps(plot: Plot) -> Iterator[Step]:
    """Load and publish the catalog (A1–A10), load people and cards (C7, C13, C14), open the cycle (N4)."""
    yield Step("banks", "人社局登记发卡银行", lambda: _load_banks(plot))
    yield Step("residents", "人社局装入人员和户", lambda: _load_residents(plot))
    yield Step("cards", "人社局批量导入社保卡", lambda: _load_cards(plot))
    yield Step("catalog.draft", "财政局起草补贴政策清单", lambda: _draft_catalog(plot))
    yield Step("catalog.verify", "财政局另一位同事审核清单", lambda: _sign(plot, "verify", "he.yusuan"))
    yield Step("catalog.approve", "县政府批准，清单公布", lambda: _sign(plot, "approve", "shen.zhengfu"))
    yield Step("cycle", "农业农村局开启2026年耕地地力保护补贴", lambda: _open_cycle(plot))


def _load_banks(plot: Plot) -> None:
    by = plot.actor("renshe.faka")
    registry.load_banks(content=plot.file("banks.csv"), file="banks.csv", by=by, at=plot.at())


def _load_residents(plot: Plot) -> None:
    by, at = plot.actor("renshe.faka"), plot.at()
    registry.load_residents(
        people=plot.file("people.csv"),
        households=plot.file("households.csv"),
        people_file="people.csv",
        households_file="households.csv",
        by=by,
        at=at,
    )


def _load_cards(plot: Plot) -> None:
    at = plot.at()
    registry.load_cards(
        content=plot.file("cards.csv"), file="cards.csv", as_of=at.date(), by=plot.actor("renshe.faka"), at=at
    )


def _draft_catalog(plot: Plot) -> None:
    catalog.load_catalog(
        content=plot.file("catalog.csv"), file="catalog.csv", by=plot.actor("luo.yusuan"), at=plot.at()
    )


def _sign(plot: Plot, verb: str, username: str) -> None:
    by = plot.actor(username)
    drafted = catalog_queries.lists_for(by).latest("id")
    catalog.sign_list(
        catalog_list=drafted,
        verb=verb,
        by=by,
        at=plot.at(),
        seen_version=drafted.version,
        seen_digest=drafted.digest,
    )


def _open_cycle(plot: Plot) -> None:
    by, at = plot.actor("nongye.jingban"), plot.at()
    catalog.open_cycle(
        program=catalog_queries.program_for(by, PROGRAM_CODE),
        label=CYCLE_LABEL,
        roster_due_on=at.date() + timedelta(days=DAYS_FOR_ROSTERS),
        pay_due_on=at.date() + timedelta(days=DAYS_FOR_PAYMENT),
        by=by,
        at=at,
    )
