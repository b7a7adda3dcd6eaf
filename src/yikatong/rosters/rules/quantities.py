"""Which of several areas or head counts an amount was computed from. The words of the headers leave it open; the figures do not."""

from yikatong.kit import columns
from yikatong.kit.sheets import Cell, Sheet
from yikatong.rosters.rules import units
from yikatong.rosters.rules.layout import Table

_ROWS_TRIED = 300
_DOUBTFUL_RANK = 2


def choose(sheet: Sheet, table: Table) -> None:
    """Sets the quantity column of a table to the candidate that explains most amounts; drops a doubtful one that explains none.

    Only a guess about columns is made from floats here; money is computed in `amounts`.
    """
    candidates = columns.candidates(table.headers, "quantity")
    if not candidates:
        return
    explained = {place: _explained(sheet, table, place) for place in candidates}
    best = max(candidates, key=lambda place: explained[place])
    current = table.place("quantity")
    alone = _explained(sheet, table, None)
    if explained[best] > explained.get(current if current is not None else -1, 0):
        _move(table, best)
    elif current is not None and alone > 2 * explained[best] and _rank(table, current) == _DOUBTFUL_RANK:
        _move(table, None)


def _rank(table: Table, place: int) -> int:
    found = columns.classify_levels(table.headers[place])
    return found[1] if found else 0


def _move(table: Table, place: int | None) -> None:
    def field(column: columns.Column) -> str | None:
        if column.index == place:
            return "quantity"
        return None if column.field == "quantity" else column.field

    table.columns = [columns.Column(column.index, column.header, field(column)) for column in table.columns]


def _explained(sheet: Sheet, table: Table, place: int | None) -> int:
    """In how many rows amount = quantity x rate, or, without a rate column, how many rows share the commonest amount per unit."""
    ratios: dict[float, int] = {}
    matched = 0
    of_rows = (
        _numbers(sheet, table, at) for at in (table.place("amount"), table.place("rate"), table.place("periods"), place)
    )
    for amount, rate, periods, quantity in zip(*of_rows, strict=True):
        quantity = 1.0 if place is None else quantity
        if not amount or not quantity:
            continue
        if rate:
            matched += abs(quantity * (periods or 1.0) * rate - amount) < 0.011
        else:
            ratio = round(amount / quantity, 0)
            ratios[ratio] = ratios.get(ratio, 0) + 1
    return max(matched, max(ratios.values(), default=0))


def _numbers(sheet: Sheet, table: Table, place: int | None) -> list[float | None]:
    """The numbers of a column in the first rows, in yuan or mu."""
    rows = table.data_rows[:_ROWS_TRIED]
    if place is None:
        return [None] * len(rows)
    return [_number(cell) for cell in units.scaled(sheet.rows.column(place, rows), table.factors.get(place)).cells()]


def _number(cell: Cell) -> float | None:
    try:
        return float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
