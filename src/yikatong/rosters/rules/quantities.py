"""Which of several areas or head counts an amount was computed from. The words of the headers leave it open; the figures do not."""

from yikatong.kit import columns
from yikatong.kit.sheets import Cell, Sheet
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
    for number in table.data_rows[:_ROWS_TRIED]:
        cells = sheet.rows[number]
        amount, rate = _number(cells, table.place("amount")), _number(cells, table.place("rate"))
        quantity = 1.0 if place is None else _number(cells, place)
        periods = _number(cells, table.place("periods")) or 1.0
        if not amount or not quantity:
            continue
        if rate:
            matched += abs(quantity * periods * rate - amount) < 0.011
        else:
            ratio = round(amount / quantity, 0)
            ratios[ratio] = ratios.get(ratio, 0) + 1
    return max(matched, max(ratios.values(), default=0))


def _number(cells: list[Cell], place: int | None) -> float | None:
    if place is None or place >= len(cells):
        return None
    try:
        return float(cells[place])  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
