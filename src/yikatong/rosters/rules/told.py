"""What a township once said of its headings: which one is which field. Remembered, it reads the next file by itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from yikatong.kit import columns
from yikatong.kit.sheets import Sheet, column_letter, shown
from yikatong.rosters.rules.merged_text import MergedText

# Heading, as `key` gives it -> field, None for a column that is not used.
Form = Mapping[str, str | None]
_ROWS, _ROWS_ABOVE, _ROWS_SEARCHED = 12, 8, 60
_COLUMNS, _LETTERS = 40, 30
_DIGITS_MAX = 10


@dataclass(frozen=True)
class Head:
    """The upper rows of a sheet whose headings say too little, for a person to say more.

    first_row: the file's number of the first of `rows`. header_row: which row most likely holds the headings. fields: what
    is known of its columns already.
    """

    sheet: str
    first_row: int
    header_row: int
    rows: list[list[str]]
    fields: list[str | None]


def key(heading: str, place: int) -> str:
    """By what a column is known again: the words of its heading, or its letter when it has none."""
    return columns.plain(heading) or f"({column_letter(place)})"


def form(headings: Sequence[tuple[str, int]], fields: Mapping[int, str | None]) -> dict[str, str | None]:
    """The form of some columns (heading, place) with the field of each place; of equal headings one with a field counts."""
    told: dict[str, str | None] = {}
    for heading, place in headings:
        named = key(heading, place)
        told[named] = told.get(named) or fields.get(place)
    return told


def fitting(headers: Sequence[Sequence[str]], forms: Sequence[Form]) -> Form | None:
    """The first form of which every heading that stands for a field is there: a changed heading is asked about again."""
    there = {one for place, levels in enumerate(headers) for one in _keys(levels, place)}
    return next((one for one in forms if _used(one) and _used(one) <= there), None)


def distinct(forms: Iterable[Form | None]) -> list[Form]:
    """The forms that were used, each once."""
    used: list[Form] = []
    for one in forms:
        if one is not None and one not in used:
            used.append(one)
    return used


def missing(headings: Sequence[str], forms: Sequence[Form]) -> list[str]:
    """Headings of the form that fits best but not quite: half of it stands there. Empty where none comes near or one fits."""
    there = {columns.plain(heading) for heading in headings}
    near = [(used & there, used - there) for used in map(_used, forms) if used]
    if any(not gone for _, gone in near):
        return []
    kept, gone = max(near, key=lambda one: len(one[0]), default=(set(), set()))
    return sorted(gone) if len(kept) >= max(len(gone), 1) else []


def over(assigned: Sequence[columns.Column], headers: Sequence[Sequence[str]], told: Form) -> list[columns.Column]:
    """The columns as the form says; a field moves, it is never doubled."""
    letters: dict[str, str | None] = {}
    taken: set[str] = set()
    for place, levels in enumerate(headers):
        named = next((one for one in _keys(levels, place) if one in told), None)
        if named is not None and not (told[named] and named in taken):
            letters[column_letter(place)] = told[named]
            taken.add(named)
    return columns.corrected(assigned, letters)


def _keys(levels: Sequence[str], place: int) -> list[str]:
    """The whole heading, and its lowest words, by which a person who points at one row knows it."""
    whole = "".join(dict.fromkeys(level for level in levels if columns.plain(level)))
    return list(dict.fromkeys((key(whole, place), key(levels[-1], place))))


def _used(told: Form) -> set[str]:
    return {named for named, field in told.items() if field}


def can_be_headings(texts: Sequence[str]) -> bool:
    """Whether a row can hold headings: two words at least, and nobody's number."""
    filled = [one for one in texts if columns.plain(one)]
    return len(filled) > 1 and all(sum(map(str.isdigit, one)) <= _DIGITS_MAX for one in filled)


def head(sheet: Sheet) -> Head:
    """The upper rows of a sheet around the row that looks most like headings: the first of those with most words."""
    filler = MergedText(sheet)
    searched = [_texts(sheet, filler, row) for row in range(min(len(sheet.rows), _ROWS_SEARCHED))]
    words = [sum(map(bool, texts)) if can_be_headings(texts) else 0 for texts in searched]
    best = words.index(max(words)) if words else 0
    first = max(0, best - _ROWS_ABOVE)
    known = columns.assign([[text] for text in searched[best]]) if searched else []
    return Head(
        sheet.name or "", first + 1, best + 1, searched[first : first + _ROWS], [column.field for column in known]
    )


def _texts(sheet: Sheet, filler: MergedText, row: int) -> list[str]:
    width = min(sheet.rows.width, _COLUMNS)
    cells = [shown(cell) for cell in sheet.rows[row][:width]]
    whole = [*cells, *[""] * (width - len(cells))]
    return [(text or filler.at(row, place, row))[:_LETTERS] for place, text in enumerate(whole)]
