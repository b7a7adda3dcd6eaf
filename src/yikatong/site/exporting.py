"""Lists as Excel files: a short one at once, a long one in the background, kept some days for whoever asked.

Which lists a page has and what they hold says the page's view (``core.listing``); here they are found by the page's
address, counted, written, recorded in the audit trail, and kept.
"""

import base64
import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import IO
from urllib.parse import urlsplit

from django.db import transaction
from django.http import QueryDict
from django.urls import Resolver404, resolve

from yikatong.core import audit, listing, sql, tasks, vault
from yikatong.core.authz import Actor
from yikatong.core.listing import Asked, Listing, Rows
from yikatong.core.models import TaskRun
from yikatong.core.refusals import NotFound, Refused
from yikatong.kit import money
from yikatong.kit.workbooks import Book, Head, Tally

from . import words
from .models import ListExport, ListExportPiece
from .showing import figures

WORK = "site.export"
# More rows than this take longer than somebody likes to wait for a page.
ROWS_AT_ONCE = 5_000
KEPT_DAYS = 7
PIECE_BYTES = 1 << 20
PAGE_MAX = 2_000
PAGE_PLACE = "procrastinate_jobs.args.page_sealed"


@dataclass(frozen=True)
class Wanted:
    """The lists of one page as somebody asked for them, with their rows not yet fetched. ``place`` names the page."""

    listing: Listing
    asked: Asked
    place: str
    rows: list[Rows]

    @property
    def count(self) -> int:
        """How many rows all lists have together."""
        return sum(map(listing.count, self.rows))

    @property
    def filename(self) -> str:
        """What the workbook is called."""
        title = "".join(" " if sign in '\\/:*?"<>|' else sign for sign in self.listing.title)
        return f"{title} {figures.iso_day(self.asked.at)}.xlsx"


def wanted(page: str, *, by: Actor, at: datetime) -> Wanted:
    """The lists of the page at the address ``page`` (path and filters). Raises NotFound for a page that is not there for
    this actor, Refused ``not_a_list`` for one without lists."""
    address = urlsplit(page[:PAGE_MAX])
    try:
        match = resolve(address.path)
    except Resolver404:
        raise NotFound
    if not any(by.may(permission) for permission in getattr(match.func, "permissions", ())):
        raise NotFound
    found: Listing | None = getattr(match.func, "listing", None)
    if found is None:
        raise Refused(words.EXPORT_NOT_A_LIST, code="not_a_list")
    query = QueryDict(address.query).dict()
    query.pop("page", None)
    asked = Asked(actor=by, at=at, query={name: str(value) for name, value in query.items()}, path=match.kwargs)
    return Wanted(found, asked, match.view_name, [table.rows(asked) for table in found.tables])


@transaction.atomic
def write(wanted: Wanted, to: IO[bytes], *, report: Callable[[int], None] | None = None) -> int:
    """Write the workbook and record that it left the house; returns the number of rows. ``report`` as in ``kit.workbooks``."""
    book, tallies, before = Book(), list[Tally](), 0
    for table, rows in zip(wanted.listing.tables, wanted.rows, strict=True):
        heard = partial(_report_from, report, before) if report else None
        tallies.append(book.add(table.title, table.heads, listing.walk(table, rows), report=heard))
        before += tallies[-1].row_count
    book.add(
        words.EXPORT_SHEET,
        [Head(words.EXPORT_HEADS[0], width=24), Head(words.EXPORT_HEADS[1], width=60)],
        _told(wanted, tallies),
    )
    book.save(to)
    record("list.exported", wanted, before)
    return before


def record(name: str, wanted: Wanted, count: int) -> None:
    """Record that a list left the house, how it was narrowed and how long it was; numbers within the filters masked."""
    audit.record(
        name,
        subject=f"list:{wanted.place}"[:80],
        by=wanted.asked.actor,
        at=wanted.asked.at,
        title=wanted.listing.title,
        path={part: str(value) for part, value in wanted.asked.path.items()},
        filters=[f"{told}：{figures.masked_numbers(value)}" for told, value in wanted.listing.filters(wanted.asked)],
        count=count,
    )


def _report_from(report: Callable[[int], None], before: int, done: int) -> None:
    report(before + done)


def _told(wanted: Wanted, tallies: list[Tally]) -> Iterator[tuple[str, str]]:
    """What the workbook says of itself: which list, how narrowed, by whom and when, how many rows and how much money."""
    asked = wanted.asked
    yield "名单", wanted.listing.title
    yield from wanted.listing.filters(asked) or [("筛选", words.NO_FILTER)]
    offices = "、".join(f"{post.agency_name} {post.words}" for post in asked.actor.posts)
    yield "导出人", f"{asked.actor.name}（{offices}）" if offices else asked.actor.name
    yield "导出时间", f"{asked.at.astimezone(listing.SHANGHAI):%Y-%m-%d %H:%M}"
    for tally in tallies:
        yield f"{tally.title}：行数", f"{tally.row_count:,}"
        for head, fen in tally.sums_fen.items():
            yield f"{tally.title}：{head}合计", money.format_yuan(fen)
    yield "说明", words.EXPORT_MASKED


@transaction.atomic
def start(page: str, *, wanted: Wanted, by: Actor, at: datetime) -> TaskRun:
    """Make the workbook in the background; the same list that is already being made for this actor is not begun twice."""
    # The address may hold a name that somebody looked for: neither the work nor the queue holds it in plain text.
    subject = f"export:{vault.index(page, kind=PAGE_PLACE).hex()[:32]}"
    unfinished = (TaskRun.State.QUEUED, TaskRun.State.RUNNING)
    same = TaskRun.objects.filter(
        name=WORK, subject=subject, started_by_id=by.official_id, state__in=unfinished
    ).first()
    if same is not None:
        return same
    title = words.EXPORT_TITLE.format(title=wanted.listing.title)[:120]
    hidden = vault.seal(page.encode(), place=PAGE_PLACE, row=by.official_id)
    return tasks.start(WORK, title=title, subject=subject, by=by, at=at, page_sealed=base64.b64encode(hidden).decode())


def page_of(page_sealed: str, *, by: Actor) -> str:
    """The address that ``start`` sealed for this actor."""
    return vault.unseal(base64.b64decode(page_sealed), place=PAGE_PLACE, row=by.official_id).decode()


def make(*, page: str, url: str, progress: tasks.Progress, by: Actor, at: datetime) -> str:
    """Write the workbook and keep it, sealed; ``url`` is where it can be fetched. Returns the sentence that says so."""
    found = wanted(page, by=by, at=at)
    whole = found.count
    progress.report(0, whole)
    with tempfile.TemporaryFile() as file:
        rows = write(found, file, report=lambda done: progress.report(min(done, whole), whole))
        progress.report(rows, rows)
        export = _keep(file, found, progress.task_run_id, rows)
    TaskRun.objects.filter(pk=progress.task_run_id).update(url=url)
    return words.EXPORT_DONE.format(count=f"{rows:,}", day=figures.cn_date(export.expires_at))


def _keep(file: IO[bytes], found: Wanted, run_id: int, rows: int) -> ListExport:
    size = file.tell()
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    export = ListExport.objects.create(
        run_id=run_id, official_id=found.asked.actor.official_id, name=found.filename, row_count=rows, size=size,
        digest=digest, made_at=found.asked.at, expires_at=found.asked.at + timedelta(days=KEPT_DAYS),
    )  # fmt: skip
    for number, piece in enumerate(iter(partial(file.read, PIECE_BYTES), b"")):
        hidden = vault.seal(piece, place=_place(run_id), row=number)
        ListExportPiece.objects.create(export=export, piece_no=number, content=hidden)
    return export


def _place(run_id: int) -> str:
    return f"site_listexportpiece.content.{run_id}"


@transaction.atomic
def fetch(run_id: int, *, by: Actor, at: datetime) -> tuple[ListExport, Iterator[bytes]]:
    """A kept workbook and its bytes, recorded. Raises NotFound for another's, Refused ``expired`` when its days are over."""
    export = ListExport.objects.filter(pk=run_id, official_id=by.official_id).first()
    if export is None:
        raise NotFound
    if export.expires_at <= at:
        raise Refused(words.EXPORT_GONE, code="expired")
    audit.record("list.fetched", subject=f"export:{run_id}", by=by, at=at, digest=export.digest, count=export.row_count)
    return export, _pieces(run_id, -(-export.size // PIECE_BYTES))


def _pieces(run_id: int, pieces: int) -> Iterator[bytes]:
    for number in range(pieces):
        hidden = ListExportPiece.objects.values_list("content", flat=True).get(export_id=run_id, piece_no=number)
        yield vault.unseal(hidden, place=_place(run_id), row=number)


@transaction.atomic
def drop_expired(*, at: datetime) -> int:
    """Remove the contents of workbooks whose days are over; returns how many pieces went."""
    return sql.run("site/drop_expired_exports", at=at)
