"""In the townships: from the uploaded file to the sealed notice."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from yikatong.core import tasks
from yikatong.notices import actions as notices
from yikatong.notices import queries as notice_queries
from yikatong.registry import actions as registry
from yikatong.rosters import actions as rosters
from yikatong.rosters import queries as roster_queries

from . import card_files
from .plot import Plot, Step, Township

DAYS_TO_GET_CARDS = 2
DAYS_UNTIL_OBJECTION = 1
# The smallest picture that is a picture: a PNG of one pixel, standing for the photograph of the board.
PHOTOGRAPH = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8ffff3f0005fe02fea7"
    "35812b0000000049454e44ae426082"
)


def steps(plot: Plot) -> Iterator[Step]:
    """Rosters (E2–E4), cards matched twice (C7–C10), notice, objection, proof, seal (H1–H4)."""
    for town in plot.townships:
        yield Step(f"receive.{town.key}", f"{town.file[3:6]}上传花名册", partial(_receive, plot, town))
    yield Step("read", "读表、逐行核对", tasks.run_waiting, commits_itself=True)
    for town in plot.townships:
        yield Step(f"total.{town.key}", f"{town.file[3:6]}说明合计不符的原因", partial(_confirm_total, plot, town))
        yield Step(f"match.{town.key}", f"{town.file[3:6]}与人员库、社保卡库比对", partial(_match, plot, town))
    yield Step("wait.cards", "缺卡、未激活的人去办卡", lambda: plot.step_days(DAYS_TO_GET_CARDS), commits_itself=True)
    yield Step("cards.again", "人社局报来新办和新激活的卡", lambda: _load_new_cards(plot))
    for town in plot.townships:
        yield Step(f"rematch.{town.key}", f"{town.file[3:6]}第二次比对", partial(_match, plot, town))
        yield Step(f"complete.{town.key}", f"{town.file[3:6]}定稿", partial(_complete, plot, town))
        yield Step(f"post.{town.key}", f"{town.file[3:6]}张榜公示", partial(_post, plot, town))
    first = plot.townships[0]
    yield Step("wait.objection", "公示第二天", lambda: plot.step_days(DAYS_UNTIL_OBJECTION), commits_itself=True)
    yield Step("objection.raise", "群众对一户的面积有异议", partial(_object, plot, first))
    for town in plot.townships:
        yield Step(f"proof.{town.key}", f"{town.file[3:6]}上传张榜照片", partial(_prove, plot, town))
    yield Step("objection.decide", "乡镇核实后认可异议，这一户暂缓", partial(_uphold, plot, first))
    yield Step("wait.notice", "公示期满", lambda: plot.step_days(_days_left(plot)), commits_itself=True)
    for town in plot.townships:
        yield Step(f"seal.{town.key}", f"{town.file[3:6]}盖章报送", partial(_seal, plot, town))


def _receive(plot: Plot, town: Township) -> None:
    rosters.receive(
        content=plot.file(f"rosters/{town.file}"),
        filename=town.file,
        cycle=plot.cycle(),
        area_code=town.code,
        by=plot.actor(f"{town.key}.jingban"),
        at=plot.at(),
    )


def _confirm_total(plot: Plot, town: Township) -> None:
    roster = plot.roster(town)
    found = roster_queries.figures(roster)
    if found and found["mismatch_count"] and not found["total_confirmed"]:
        reason = "合计行是手工填的，没有随明细更新；已逐行复核，以明细为准。"
        rosters.confirm_total(roster=roster, reason=reason, by=plot.actor(f"{town.key}.jingban"), at=plot.at())


def _match(plot: Plot, town: Township) -> None:
    roster = plot.roster(town)
    rosters.match(roster=roster, by=plot.actor(f"{town.key}.jingban"), at=plot.at(), seen_version=roster.version)


def _load_new_cards(plot: Plot) -> None:
    at = plot.at()
    registry.load_cards(
        content=card_files.as_bytes(card_files.second(plot)),
        file="cards-2.csv",
        as_of=at.date(),
        by=plot.actor("renshe.faka"),
        at=at,
    )


def _complete(plot: Plot, town: Township) -> None:
    roster = plot.roster(town)
    figures = roster_queries.figures(roster)
    rosters.complete(
        roster=roster,
        by=plot.actor(f"{town.key}.jingban"),
        at=plot.at(),
        seen_version=roster.version,
        seen_warnings=figures["warning_count"] if figures else 0,
    )


def _post(plot: Plot, town: Township) -> None:
    roster = plot.roster(town)
    notices.post(roster=roster, by=plot.actor(f"{town.key}.jingban"), at=plot.at(), seen_digest=roster.digest)


def _notice(plot: Plot, town: Township) -> Any:
    clerk = plot.actor(f"{town.key}.jingban")
    return notice_queries.notices_for(clerk).filter(roster_id=plot.roster(town).pk).latest("id")


def _object(plot: Plot, town: Township) -> None:
    notice = _notice(plot, town)
    village = notice_queries.villages(notice)[0]
    line = notice_queries.detail(notice, village.village_code)[0]
    notices.raise_objection(
        notice=notice,
        row_key=line.row_key,
        text="这户去年退了一块地，面积没有减。",
        raised_by_name="邻居",
        by=plot.actor(f"{town.key}.jingban"),
        at=plot.at(),
    )


def _prove(plot: Plot, town: Township) -> None:
    notices.add_proof(
        notice=_notice(plot, town),
        filename="公开栏照片.png",
        content=PHOTOGRAPH,
        village_code="",
        by=plot.actor(f"{town.key}.jingban"),
        at=plot.at(),
    )


def _uphold(plot: Plot, town: Township) -> None:
    leader = plot.actor(f"{town.key}.shenhe")
    objection = notice_queries.objections_for(leader).latest("id")
    notices.decide(
        objection=objection,
        verb="uphold",
        reason="入户丈量，确实少了 0.6 亩，改好后下一批补报。",
        by=leader,
        at=plot.at(),
        seen_version=objection.version,
    )


def _days_left(plot: Plot) -> int:
    until: date = max(_notice(plot, town).until_on for town in plot.townships)
    return max((until - plot.at().date()).days + 1, 1)


def _seal(plot: Plot, town: Township) -> None:
    notice = _notice(plot, town)
    notices.seal(
        notice=notice,
        by=plot.actor(f"{town.key}.shenhe"),
        at=plot.at(),
        seen_version=notice.version,
        seen_digest=notice.digest,
    )
