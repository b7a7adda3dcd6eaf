"""What the roster pages show, put together for the templates."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from yikatong.core import listing, sql
from yikatong.core.doors import StaffRequest, version
from yikatong.core.refusals import Refused
from yikatong.kit import columns, money

from . import actions, carrying, cells, comparing, queries, suggesting, telling, uploads, words
from .models import ReadingComparison, Roster, RosterReading
from .states import FLOW, OPEN

MAP_PARTS = 200
# Fields that stand right, under one another.
NUMBERS = ("quantity", "rate", "amount")


def page_of(request: HttpRequest, found: QuerySet[Any]) -> Page[Any]:
    """One page of a queryset."""
    return Paginator(found, queries.PAGE).get_page(listing.page_number(request))


def roster_page(request: StaffRequest, roster: Roster) -> dict[str, Any]:
    """Everything that the page of one roster shows."""
    figures = queries.figures(roster)
    results = queries.match_results(roster) if figures else []
    task = queries.latest_task(roster)
    edits = queries.edits(request.actor, roster)
    may = {
        "may_edit": edits and roster.state in ("received", *OPEN),
        "may_annotate": figures is not None and edits,
        "may_mend": edits and roster.state in OPEN,
    }
    asked = telling.question(roster) if may["may_edit"] else None
    compares = figures is not None and not edits and roster.state in queries.STANDING
    return {
        "roster": roster,
        "figures": figures,
        "headline": headline(roster, figures, results),
        "results": results,
        "task": task,
        "asked": asked,
        "ended": task is not None and task.ended_at is not None,
        "may_undo": may["may_mend"] and bool(request.session.get(undo_key(roster))),
        **(compared_with_before(request, roster) if compares else {}),
        "verbs": [step.verb for step in FLOW.open_to(roster, request.actor)],
        **may,
        **(_findings(request, roster, figures, mends=may["may_mend"]) if figures else {}),
    }


def compared_with_before(request: StaffRequest, roster: Roster) -> dict[str, Any]:
    """与上期差异, or how far it has come: ``waits_for`` is the run that somebody waits for; nothing without a cycle before."""
    previous = comparing.previous_of(roster)
    if previous is None:
        return {}
    found = comparing.difference(roster, previous)
    waiting = comparing.running(roster, request.actor) if found is None else None
    return {"previous": previous, "difference": found, "waits_for": waiting}


def _findings(request: StaffRequest, roster: Roster, figures: dict[str, Any], *, mends: bool) -> dict[str, Any]:
    """What is wrong with a roster that was read: by cause, by place, and row by row."""
    kind, severity = request.GET.get("kind", ""), "" if request.GET.get("kind") else "error"
    number = listing.page_number(request)
    rows, whole = queries.problem_rows(
        roster, actor=request.actor, at=request.at, kind=kind, severity=severity, page=number
    )
    if mends:
        suggesting.suggest(roster, rows, by=request.actor, at=request.at)
    fields = [
        (name, cells.field_words(name), name in NUMBERS)
        for name in cells.SHOWN
        if any(row.cells.get(name) for row in rows)
    ]
    return {
        "kind": kind,
        "bar": _bar(figures),
        "map": _map(roster) if figures["error_count"] or figures["warning_count"] else [],
        **_compared(request, roster, mends=mends),
        "causes": queries.causes(roster),
        "file_problems": queries.file_problems(roster),
        "fields": fields,
        "rows": [_shown(row, fields) for row in rows],
        "page": Paginator(range(whole), queries.PAGE).get_page(number),
        "columns": _columns(roster) if mends else [],
        "several_sheets": len({column["sheet"] for column in queries.mapping(roster)}) > 1,
        "source": telling.source(roster) if mends else None,
        "totals_differ": uploads.totals_differ(figures),
        "whole_differs": (whole_differs := uploads.whole_differs(figures)),
        "totals_word": "合计" if whole_differs else "小计",
        "dropped": queries.dropped_rows(roster) if figures["dropped_count"] else [],
    }


def _columns(roster: Roster) -> list[tuple[str, str, str]]:
    """Field, column letter and heading of the columns that are used; of several tables the first that has the field."""
    used: dict[str, tuple[str, str, str]] = {}
    for column in queries.mapping(roster):
        if column["field"]:
            used.setdefault(column["field"], (columns.FIELDS[column["field"]], column["column"], column["header"]))
    return [used[field] for field in columns.FIELDS if field in used]


def _shown(row: queries.ProblemRow, fields: Sequence[tuple[str, str, bool]]) -> dict[str, Any]:
    """A row as the template wants it: ``shown`` is (field, words, is_number, text, tone) in the order of the header."""
    return {
        "row_key": row.row_key,
        "sheet": row.sheet,
        "row_no": row.row_no,
        "problems": row.problems,
        "inputs": row.inputs,
        "suggestions": row.suggestions,
        "formulas": row.formulas,
        "shown": [(*field, row.cells.get(field[0], ""), row.tone(field[0])) for field in fields],
    }


def undo_key(roster: Roster) -> str:
    """Where the session keeps what may be taken back: row keys and revisions, no content."""
    return f"roster-undo:{roster.no}"


def _map(roster: Roster) -> list[dict[str, Any]]:
    """Where the bad rows stand, as marks on a bar 1000 wide; each leads to the page of the list that shows its rows."""
    width = 1000 // MAP_PARTS
    return [
        {
            "x": row["part"] * width,
            "width": width,
            "tone": "error" if row["error_count"] else "warn",
            "count": row["error_count"] or row["warning_count"],
            "page": int(row["errors_before"]) // queries.PAGE + 1 if row["error_count"] else 0,
            "from_row": row["part"],
        }
        for row in sql.rows("rosters/map", roster=roster.pk, parts=MAP_PARTS)
    ]


def _compared(request: StaffRequest, roster: Roster, *, mends: bool) -> dict[str, Any]:
    """What the latest file changed against the one before it, as a sentence, and the cells that wait for the clerk's word."""
    reading = RosterReading.objects.filter(roster=roster).order_by("-reading_no").first()
    found = ReadingComparison.objects.filter(reading=reading).first()
    if reading is None or found is None:
        return {"compared": None}
    same_file = RosterReading.objects.filter(
        roster=roster, reading_no=reading.reading_no - 1, file_id=reading.file_id
    ).exists()
    waiting = carrying.overruled(found, roster, by=request.actor, at=request.at) if mends else []
    dropped = sum(not one["field"] for one in found.overruled)
    told = words.compared(found, same_file=same_file)
    return {"compared": told, "found_count": found.found_count, "overruled": waiting, "undropped_count": dropped}


def headline(roster: Roster, figures: dict[str, Any] | None, results: Sequence[dict[str, Any]]) -> str:
    """The finding as a sentence."""
    if roster.state == "completed":
        return f"{roster.count:,} 行已定稿，合计 {money.format_yuan(roster.total_fen)} 元"
    if roster.state == "void":
        return "这份花名册已作废"
    if figures is None:
        return words.NOT_READ[FLOW.standing(roster)[0]]
    waiting = sum(row["count"] for row in results if row["result"] != "matched")
    if roster.state == "matched":
        ready = sum(row["count"] for row in results if row["result"] == "matched")
        return f"{ready:,} 行可以发放" + (f"，{waiting:,} 行还不能发" if waiting else "，全部有卡可发")
    if figures["error_count"]:
        return f"{figures['error_count']:,} 行要改，其余 {figures['ok_count']:,} 行没有问题"
    return f"{figures['ok_count']:,} 行都没有问题"


def _bar(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """Proportions of a bar 1000 wide: ok without warning, with warning, to mend, dropped."""
    warned = min(figures["warning_count"], figures["ok_count"])
    parts = [
        ("没有问题", figures["ok_count"] - warned, "ok"),
        ("提醒（不挡发放）", warned, "warn"),
        ("要改", figures["error_count"], "error"),
        ("已剔除", figures["dropped_count"], "muted"),
    ]
    whole, begun, slices = max(figures["row_count"], 1), 0, []
    for title, count, tone in parts:
        if count:
            x = begun * 1000 // whole
            begun += count
            width = max(begun * 1000 // whole - x, 2)
            slices.append({"words": title, "count": count, "tone": tone, "x": x, "width": width})
    return slices


def take(request: StaffRequest, roster: Roster, verb: str) -> str:
    """Take the posted step; returns the sentence to show. Raises Refused."""
    common: dict[str, Any] = {"by": request.actor, "at": request.at, "seen_version": version(request)}
    if verb == "match":
        actions.match(roster=roster, **common)
        counts = {row["result"]: row["count"] for row in queries.match_results(roster)}
        matched = counts.pop("matched", 0)
        return words.MATCHED.format(matched=matched, missing=sum(counts.values()))
    if verb == "complete":
        seen = request.POST.get("seen_warnings", "")
        actions.complete(roster=roster, seen_warnings=int(seen) if seen.isdecimal() and len(seen) < 9 else 0, **common)
        return words.COMPLETED.format(count=roster.count, yuan=money.format_yuan(roster.total_fen))
    if verb == "void":
        actions.void(roster=roster, reason=request.POST.get("reason", ""), **common)
        return words.VOIDED
    raise Refused(words.NOT_OPEN, code="not_open")
