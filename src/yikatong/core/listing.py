"""Every list as an Excel file: a page says once what its lists hold, and one mechanism writes all of them.

``@listed(LISTING)`` beneath a ``@door`` tells that the page shows these lists; the frame of the page then draws the
button 导出 Excel, and the site's door of exports asks the listing for its rows just as the page was asked: for the same
actor, with the same filters, all pages of it.
"""

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase

from yikatong.kit import workbooks
from yikatong.kit.workbooks import Kind

from . import sql
from .authz import Actor
from .workflow import Flow

CHUNK_ROWS = 1_000
SHANGHAI = ZoneInfo("Asia/Shanghai")
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True)
class Asked:
    """How a page was asked: by whom, when, with which filters (the address behind the ?) and which parts of its path."""

    actor: Actor
    at: datetime
    query: Mapping[str, str]
    path: Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """One column: its head, where its value stands in a row (``cycle.program.name``, ``get_kind_display``, or a
    function of the row), what it holds, and its width in characters (0: by itself).

    A rate or a row number does not add up. The last column of money that ``is_total`` is the one whose sum stands in
    capitals. A digest of 64 signs is not put on paper.
    """

    head: str
    value: str | Callable[[Any], Any]
    kind: Kind = Kind.TEXT
    width: int = 0
    adds_up: bool = True
    is_total: bool = True
    on_paper: bool = True

    def of(self, row: Any) -> Any:
        """The value of this column in ``row``, as ``kit.workbooks`` wants it."""
        found = _at(row, self.value) if isinstance(self.value, str) else self.value(row)
        if isinstance(found, datetime) and found.tzinfo is not None:
            found = found.astimezone(SHANGHAI).replace(tzinfo=None)
        if self.kind is Kind.DAY and isinstance(found, datetime):
            return found.date()
        if self.kind is Kind.TEXT and isinstance(found, date):
            return found.isoformat()
        return found


def _at(row: Any, path: str) -> Any:
    for name in path.split("."):
        if row is None:
            return None
        row = row[name] if isinstance(row, Mapping) else getattr(row, name)
        if callable(row):
            row = row()
    return row.label if isinstance(row, enum.Enum) and hasattr(row, "label") else row


class Stream:
    """Rows that are many: how many there are, and how to walk over them without holding them."""

    def __init__(self, count: Callable[[], int], rows: Callable[[], Iterable[Any]]) -> None:
        self._count, self._rows = count, rows

    def __len__(self) -> int:
        return self._count()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows())


def told_by(found: "QuerySet[Any]", tell: Callable[[list[Any]], Iterable[Any]]) -> Stream:
    """The rows of a query as ``tell`` makes them from some hundreds at a time."""

    def rows() -> Iterator[Any]:
        part: list[Any] = []
        for one in found.iterator(chunk_size=CHUNK_ROWS):
            part.append(one)
            if len(part) == CHUNK_ROWS:
                yield from tell(part)
                part = []
        yield from tell(part)

    return Stream(found.count, rows)


def statement(name: str, **parameters: Any) -> Stream:
    """All rows, as dicts, of a named statement (``core.sql``) that pages cut by ``rows_max`` and ``rows_before`` and whose
    rows say in ``whole`` how many there are; through a cursor of the server."""

    def count() -> int:
        first = sql.rows(name, rows_max=1, rows_before=0, **parameters)
        return int(first[0]["whole"]) if first else 0

    def rows() -> Iterator[dict[str, Any]]:
        with connection.chunked_cursor() as cursor:
            cursor.execute(sql.text(name), {**parameters, "rows_max": None, "rows_before": 0})
            columns = [column.name for column in cursor.description or ()]
            while part := cursor.fetchmany(CHUNK_ROWS):
                for row in part:
                    yield dict(zip(columns, row, strict=True))

    return Stream(count, rows)


def state_of(flow: Flow) -> Callable[[Any], str]:
    """The value of a column 状态: the words of a row's state in its flow."""
    return lambda row: flow.standing(row)[1]


Rows = Stream | Sequence[Any] | QuerySet[Any]


@dataclass(frozen=True)
class Table:
    """One list of a page: its name, its columns, and its rows as the page was asked."""

    title: str
    columns: tuple[Column, ...]
    rows: Callable[[Asked], Rows]

    @property
    def heads(self) -> list[workbooks.Head]:
        """The heads as the workbook wants them."""
        return [workbooks.Head(one.head, one.kind, one.width, one.adds_up) for one in self.columns]


Told = Callable[[Asked], Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Listing:
    """The lists of one page. ``filters`` tells whose they are and what narrowed them, as (words, value); nothing when they are simply all.

    ``printed`` lists have a button 打印 too; ``digest`` is what they were signed by, '' where nobody signs them.
    """

    title: str
    tables: tuple[Table, ...]
    filters: Told
    printed: bool
    digest: Callable[[Asked], str]


def listed(
    *tables: Table,
    title: str = "",
    filters: Told = lambda asked: (),
    printed: bool = False,
    digest: Callable[[Asked], str] = lambda asked: "",
) -> Callable[[View], View]:
    """The page shows these lists (``Listing``); stands beneath ``door``, which carries it on."""
    listing = Listing(title or tables[0].title, tables, filters, printed, digest)

    def decorate(view: View) -> View:
        view.listing = listing  # type: ignore[attr-defined]
        return view

    return decorate


def count(rows: Rows) -> int:
    """How many rows there are, without fetching them where that can be helped."""
    return rows.count() if isinstance(rows, QuerySet) else len(rows)


def fetched(rows: Rows) -> Iterable[Any]:
    """The rows one after another; of a query some hundreds are held at a time."""
    return rows.iterator(chunk_size=CHUNK_ROWS) if isinstance(rows, QuerySet) else rows


def walk(table: Table, rows: Rows) -> Iterator[list[Any]]:
    """The rows as values for the columns of ``table``."""
    for row in fetched(rows):
        yield [column.of(row) for column in table.columns]


def page_number(request: HttpRequest) -> int:
    """The page number in the address, at least 1."""
    asked = request.GET.get("page", "1")
    return max(int(asked), 1) if asked.isdecimal() and len(asked) < 7 else 1


def cut_page(found: Sequence[Mapping[str, Any]], number: int, rows_max: int) -> Page[Any]:
    """A page whose rows were already cut by the database; ``whole`` in each row is how many there are."""
    whole = found[0]["whole"] if found else 0
    return Paginator(range(whole), rows_max).get_page(number)
