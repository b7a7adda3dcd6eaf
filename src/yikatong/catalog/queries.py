"""Reads of the catalog. A secret program is seen only by its department, finance and the approving government (A18)."""

from collections.abc import Iterable

import polars as pl
from django.db.models import Q, QuerySet

from yikatong.core import authz, sql
from yikatong.core.authz import Actor
from yikatong.core.models import Agency
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound

from . import words
from .models import BenefitRate, CatalogItem, CatalogList, Cycle, Program

SEES_ALL = (Agency.Kind.FINANCE_BUREAU, Agency.Kind.GOVERNMENT_OFFICE)
SEES_LISTS = (P.CATALOG_DRAFT, P.CATALOG_VERIFY, P.CATALOG_APPROVE)


def managed(actor: Actor, *, program: str = "") -> Q:
    """A filter: open programs, and the secret ones that the actor's own agency manages, verifies or approves.

    ``program`` is the path to the program from the filtered table, e.g. ``"program__"`` (also for later rooms).
    """
    agencies = {post.agency_id: post for post in actor.posts}
    all_seeing = Agency.objects.filter(pk__in=agencies, kind__in=SEES_ALL).values_list("pk", flat=True)
    seen = Q(**{f"{program}is_secret": False}) | Q(**{f"{program}department__in": list(agencies)})
    if all_seeing:
        seen |= Q(pk__isnull=False)
    return seen


def programs_for(actor: Actor) -> QuerySet[Program]:
    """Programs in force that the actor may know of, in order of code."""
    if not actor.posts:
        return Program.objects.none()
    return Program.objects.filter(managed(actor), _county_of(actor, "county_id")).select_related(
        "parent", "department", "county"
    )


def program_for(actor: Actor, code: str) -> Program:
    """One program. Raises NotFound when missing or not this actor's to know."""
    found = programs_for(actor).filter(code=code).first()
    if found is None:
        raise NotFound(words.NO_SUCH_PROGRAM)
    return found


def versions_of(program: Program) -> QuerySet[CatalogItem]:
    """What every published list said of the program, newest first (A3)."""
    return (
        CatalogItem.objects.filter(code=program.code, catalog_list__state="published")
        .select_related("catalog_list", "department")
        .order_by("-catalog_list_id")
    )


def rates_of(program: Program) -> QuerySet[BenefitRate]:
    """The dated standards of a program, newest first."""
    return program.rates.select_related("catalog_list").order_by("-valid_from", "-pk")


def public_list() -> list[Program]:
    """The list as everybody may read it: main items with ``parts`` (their sub-items) and ``rate_now`` (A2, A18)."""
    shown = Program.objects.filter(is_secret=False).select_related("department", "parent").prefetch_related("bases")
    rates = _current_rates()
    programs = list(shown.order_by("code"))
    for program in programs:
        program.rate_now = rates.get(program.pk)  # type: ignore[attr-defined]
        program.parts = [part for part in programs if part.parent_id == program.pk]  # type: ignore[attr-defined]
    # A sub-item stands under its main item; if that one is secret, by itself.
    known = {program.pk for program in programs}
    return [program for program in programs if program.parent_id not in known]


def _current_rates() -> dict[int, int | None]:
    """Program id -> fen of its newest standard that has begun."""
    return {row["program_id"]: row["rate_fen"] for row in sql.rows("catalog/current_rates")}


def lists_for(actor: Actor) -> QuerySet[CatalogList]:
    """Lists drafted in the actor's county, newest first: all for finance and government, else the own department's."""
    if not any(actor.may(permission) for permission in SEES_LISTS):
        return CatalogList.objects.none()
    own = authz.visible(actor, SEES_LISTS, area_field="area_code", agency_field="agency_id")
    return CatalogList.objects.filter(own).select_related("agency")


def list_for(actor: Actor, number: str) -> CatalogList:
    """One list by its number. Raises NotFound."""
    found = lists_for(actor).filter(no=number).first()
    if found is None:
        raise NotFound(words.NO_SUCH_LIST)
    return found


def items_of(catalog_list: CatalogList, actor: Actor) -> QuerySet[CatalogItem]:
    """The items of a list that the actor may know of, in order of code."""
    return catalog_list.items.filter(managed(actor)).select_related("department").order_by("code")


def changes_of(items: Iterable[CatalogItem]) -> dict[str, str]:
    """What publication would change, by code: 新增, 标准调整, 停止执行, 内容调整; nothing for unchanged items."""
    chosen = list(items)
    programs = {
        program.code: program
        for program in Program.objects.filter(code__in=[item.code for item in chosen]).select_related("item")
    }
    told = {item.code: _change(item, programs.get(item.code)) for item in chosen}
    return {code: change for code, change in told.items() if change}


def _change(item: CatalogItem, program: Program | None) -> str:
    if program is None:
        return "新增"
    before = program.item
    if item.ended_on != before.ended_on and item.ended_on is not None:
        return "停止执行"
    if item.rate_fen != before.rate_fen:
        return "标准调整"
    terms = ("name", "unit", "paid_to", "cycle_kind", "paying_mode", "is_secret", "notice_days", "department_id")
    return "内容调整" if any(getattr(item, term) != getattr(before, term) for term in terms) else ""


def cycles_for(actor: Actor) -> QuerySet[Cycle]:
    """Cycles that the actor may know of, newest first."""
    if not actor.posts:
        return Cycle.objects.none()
    return Cycle.objects.filter(managed(actor, program="program__"), _county_of(actor, "area_code")).select_related(
        "program", "agency"
    )


def cycle_for(actor: Actor, no: str) -> Cycle:
    """One cycle by its number. Raises NotFound."""
    found = cycles_for(actor).filter(no=no).first()
    if found is None:
        raise NotFound(words.NO_SUCH_CYCLE)
    return found


def open_cycles_for(actor: Actor) -> QuerySet[Cycle]:
    """Cycles that take rosters now, soonest deadline first."""
    return cycles_for(actor).filter(state="opened").order_by("roster_due_on", "no")


def openable_for(actor: Actor) -> QuerySet[Program]:
    """Programs of the actor's own department for which a cycle can be opened."""
    agencies = [post.agency_id for post in actor.posts_with(P.CYCLE_OPEN)]
    return programs_for(actor).filter(department__in=agencies, paid_to__isnull=False)


def references_frame(actor: Actor, *, cycle: Cycle | None = None) -> pl.DataFrame:
    """The catalog as the row checker wants it: all programs the actor may know of.

    Text columns code, parent_code, name, unit, paid_to, cycle, department, and standard_fen (Int64, null where decided
    case by case): today's standard, and for the program of ``cycle`` the standard of that cycle.
    """
    rates = _current_rates()
    if cycle is not None:
        rates[cycle.program_id] = cycle.rate_fen
    return pl.DataFrame(
        [
            (
                program.code,
                program.parent.code if program.parent else "",
                program.name,
                rates.get(program.pk),
                program.unit,
                program.paid_to or "",
                program.cycle_kind or "",
                program.department.name if program.department else "",
            )
            for program in programs_for(actor)
        ],
        schema=_FRAME,
        orient="row",
    )


_FRAME = {
    "code": pl.String(),
    "parent_code": pl.String(),
    "name": pl.String(),
    "standard_fen": pl.Int64(),
    "unit": pl.String(),
    "paid_to": pl.String(),
    "cycle": pl.String(),
    "department": pl.String(),
}


def _county_of(actor: Actor, field: str) -> Q:
    """Rows of the counties that the actor's posts lie in (a village belongs to its county)."""
    return Q(**{f"{field}__in": {post.area_code[:6] + "000000" for post in actor.posts}})
