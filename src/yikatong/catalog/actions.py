"""Verbs of the catalog: draft a list, sign it step by step, open and close a cycle."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from yikatong.core import files, slots, sql
from yikatong.core.acting import action
from yikatong.core.authz import Actor, Post
from yikatong.core.models import Agency, Area
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound, Refused

from . import reading, rules, words
from .models import CatalogItem, CatalogList, Cycle, CycleKind, Program
from .states import CYCLE_FLOW, LIST_FLOW

LIST_FILE_KIND = "catalog"
SIGNS = ("verify", "approve", "send_back", "refuse")


@dataclass(frozen=True)
class _Drafting:
    """By which post, for which county, and whether for all departments (finance) or the drafter's own."""

    post: Post
    county: Area
    whole: bool


@action
def load_catalog(*, content: bytes, file: str, by: Actor, at: datetime) -> CatalogList:
    """Draft a list from a catalog file and submit it to finance. Nothing is payable before it is published (A4, A7).

    A department's clerk lists the own department's programs, a budget officer of finance any. The same file drafted
    twice is refused while the first is under way. Raises BadTable with row and column for a bad file, Refused.
    """
    drafting = _drafting(by)
    # Two drafts of the same file would both find none waiting: one after the other.
    sql.call("pg_advisory_xact_lock", drafting.post.agency_id)
    known = reading.Known(_departments(drafting.county), _programs_in_force(), date(at.year, 1, 1))
    items = reading.read(content, file=file, known=known)
    if not drafting.whole:
        _refuse_others(items, drafting.post.agency_id)
    drafted = _store(items, content=content, file=file, drafting=drafting, by=by, at=at)
    verb = "submit_county" if drafting.whole else "submit"
    LIST_FLOW.take(verb, subject=drafted, by=by, at=at, seen_version=0)
    slots.announce("catalog.submitted", catalog_list=drafted)
    return drafted


def _drafting(by: Actor) -> _Drafting:
    posts = by.posts_with(P.CATALOG_VERIFY) or by.posts_with(P.CATALOG_DRAFT)
    if not posts:
        raise NotFound(words.MAY_NOT_DRAFT)
    county = Area.objects.get(pk=posts[0].area_code)
    return _Drafting(posts[0], county, by.may(P.CATALOG_VERIFY))


def _departments(county: Area) -> dict[str, int]:
    """Departments by their full name and by their name without the county's in front."""
    known: dict[str, int] = {}
    kinds = (Agency.Kind.LINE_DEPARTMENT, Agency.Kind.HUMAN_RESOURCES)
    for agency in Agency.objects.filter(area=county, kind__in=kinds):
        known[agency.name] = agency.pk
        known[agency.name.removeprefix(county.name)] = agency.pk
    return known


def _programs_in_force() -> dict[str, bool]:
    return {code: paid_to is not None for code, paid_to in Program.objects.values_list("code", "paid_to")}


def _refuse_others(items: list[CatalogItem], agency_id: int) -> None:
    """A clerk names only programs of the own department, and takes over none of another's."""
    owners = dict(Program.objects.values_list("code", "department_id"))
    for item in items:
        if item.department_id != agency_id or owners.get(item.code, agency_id) != agency_id:
            raise Refused(words.NOT_YOUR_PROGRAM.format(name=item.name))


def _store(
    items: list[CatalogItem], *, content: bytes, file: str, drafting: _Drafting, by: Actor, at: datetime
) -> CatalogList:
    """Items first, under the list's reserved id, so that the list is born with the digest over them."""
    stored = files.store(name=file, kind=LIST_FILE_KIND, content=content, by=by, at=at)
    waiting = CatalogList.objects.filter(file__digest=stored.digest, state__in=("submitted", "verified")).first()
    if waiting is not None:
        raise Refused(words.SAME_FILE.format(title=waiting.title))
    (list_id,) = sql.reserve_ids("catalog_cataloglist", 1)
    for item in items:
        item.catalog_list_id = list_id
    CatalogItem.objects.bulk_create(items)
    number = f"CL-{drafting.county.prefix}-{at.year}-{list_id:04d}"
    scope = drafting.county.name if drafting.whole else drafting.post.agency_name
    return CatalogList.objects.create(
        pk=list_id,
        no=number,
        case_no=number,
        title=f"{scope}{at.year}年惠民惠农财政补贴政策清单",
        fiscal_year=at.year,
        digest=sql.call("catalog_list_digest", list_id),
        area_code=drafting.county.code,
        agency_id=drafting.post.agency_id,
        file=stored,
        item_count=len(items),
    )


@transaction.atomic
def sign_list(
    *,
    catalog_list: CatalogList,
    verb: str,
    by: Actor,
    at: datetime,
    seen_version: int,
    seen_digest: str | None = None,
    reason: str = "",
) -> None:
    """Finance verifies or sends back, the government approves or refuses; approval publishes in the same breath (A7)."""
    if verb not in SIGNS:
        raise NotFound
    LIST_FLOW.take(
        verb, subject=catalog_list, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason
    )
    if verb == "approve":
        slots.announce("catalog.published", catalog_list=catalog_list)


@action
def open_cycle(
    *, program: Program, label: str, roster_due_on: date, pay_due_on: date, by: Actor, at: datetime
) -> Cycle:
    """Open one round of a program with its deadlines, on the terms of the list in force (N1, N4).

    Raises Refused: a main item, an ended program, no such period, deadlines that cannot be kept, opened before.
    """
    period = _period(program, label)
    _refuse_deadlines(program, period, roster_due_on, pay_due_on, at)
    assert program.department_id is not None, program.code
    number = f"{program.code}-{label}"
    cycle = Cycle(
        no=number,
        program=program,
        area_code=program.county_id,
        agency_id=program.department_id,
        fiscal_year=period.fiscal_year,
        label=label,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        roster_due_on=roster_due_on,
        pay_due_on=pay_due_on,
        notice_days=program.notice_days,
        paying_mode=program.paying_mode,
        rate_fen=sql.call("catalog_rate_in", program.pk, period.starts_on, period.ends_on),
    )
    try:
        with transaction.atomic():
            cycle.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(words.CYCLE_EXISTS.format(no=number)) from error
    cycle.refresh_from_db(fields=["digest"])
    CYCLE_FLOW.take("open", subject=cycle, by=by, at=at, seen_version=0)
    slots.announce("cycle.opened", cycle=cycle)
    return cycle


def _period(program: Program, label: str) -> rules.Period:
    if program.cycle_kind is None:
        raise Refused(words.GROUP_IS_NOT_PAID.format(name=program.name))
    period = rules.period(program.cycle_kind, label)
    if period is None:
        kind = CycleKind(program.cycle_kind)
        raise Refused(words.LABEL_IS_NO_PERIOD.format(label=label, kind=kind.label, example=words.EXAMPLES[kind.value]))
    if program.ended_on is not None and program.ended_on < period.starts_on:
        raise Refused(words.PROGRAM_ENDED.format(name=program.name, day=program.ended_on))
    return period


def _refuse_deadlines(
    program: Program, period: rules.Period, roster_due_on: date, pay_due_on: date, at: datetime
) -> None:
    if roster_due_on < at.date():
        raise Refused(words.PAST_DUE.format(day=roster_due_on))
    if roster_due_on < period.starts_on:
        raise Refused(words.ROSTERS_TOO_LATE.format(day=roster_due_on, starts_on=period.starts_on))
    earliest = rules.earliest_pay_day(roster_due_on, program.notice_days)
    if pay_due_on < earliest:
        raise Refused(words.PAY_TOO_SOON.format(day=pay_due_on, days=program.notice_days, earliest=earliest))


@transaction.atomic
def close_cycle(*, cycle: Cycle, by: Actor, at: datetime, seen_version: int, reason: str) -> None:
    """Close a round: no further roster may come in."""
    CYCLE_FLOW.take("close", subject=cycle, by=by, at=at, seen_version=seen_version, reason=reason)
