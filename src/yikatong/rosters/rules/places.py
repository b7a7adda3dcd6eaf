"""Villages as rosters write them: alone, with a group behind, as an address with county and township in front."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from yikatong.kit import text
from yikatong.rosters.rules.expressions import Finding
from yikatong.rosters.rules.references import References

_GROUP = re.compile(r"(第?(?:\d{1,3}|[一二三四五六七八九十]{1,3}))(?:村民)?(?:小?组|社|队)")
_NUMBERING = re.compile(r"^[(第]?[\d一二三四五六七八九十]{0,3}[)、.,_\-:]*$|.*[:：]$")
_REMEMBERED_MAX = 50_000
_AREA_ENDS = tuple("镇乡县市区省州道")


@dataclass(frozen=True)
class Place:
    """What a village cell was understood as. `known` is None when the cell says nothing about a village."""

    known: bool | None
    village: str | None = None
    code: str | None = None
    group: str | None = None


class Gazetteer:
    """The villages of a county by name; where two townships have villages of one name, the roster's township decides."""

    def __init__(self, references: References, township: str | None) -> None:
        areas = references.areas.select("code", "name", "level", "parent_code").to_dicts()
        parents = {area["code"]: area["name"] for area in areas}
        self._villages: dict[str, str] = {}
        for area in sorted(
            (area for area in areas if area["level"] == "village"),
            key=lambda area: parents.get(area["parent_code"]) == township,
        ):
            self._villages[area["name"]] = area["code"]
        self._others = sorted((area["name"] for area in areas if area["level"] != "village"), key=len, reverse=True)
        self._by_length = sorted(self._villages, key=len, reverse=True)
        self._found: dict[str, Place] = {}

    def find(self, written: str) -> Place:
        """The village of a cell, a sheet's name or an address."""
        # A village is written alike in thousands of rows of every part.
        found = self._found.get(written)
        if found is None:
            if len(self._found) >= _REMEMBERED_MAX:
                self._found.clear()
            found = self._found[written] = self._sought(written)
        return found

    def _sought(self, written: str) -> Place:
        plain = self._without_prefix(text.compact(written))
        group = _GROUP.search(plain)
        words = group.group(1).removeprefix("第") if group else None
        if not plain or (group and not plain[: group.start()]):
            return Place(None, group=words)
        if not self._villages:
            return Place(None, plain, None, words)
        village = next((name for name in self._by_length if self._is_at(plain, name)), None)
        if village is None:
            return Place(False, plain[: group.start()] if group else plain, None, words)
        return Place(True, village, self._villages[village], words)

    def first(self, lines: str) -> Place | None:
        """The first line that names a known village."""
        return next((place for line in lines.split("\n") if (place := self.find(line)).known), None)

    def _without_prefix(self, plain: str) -> str:
        for name in self._others:
            _, found, rest = plain.partition(name)
            if found and rest:
                plain = rest
        return plain

    def _is_at(self, plain: str, name: str) -> bool:
        stem = re.sub(r"(村|社区)$", "", name)
        offices = (f"{stem}居委会", f"{stem}村委会", f"{stem}居民委员会", f"{stem}村民委员会")
        if plain == stem or plain.startswith((name, *offices)):
            return True
        if len(stem) > 1 and re.match(rf"{re.escape(stem)}\d+(组|社|队)", plain):
            return True
        before, found, _ = plain.partition(name)
        return bool(found) and (before.endswith(_AREA_ENDS) or bool(_NUMBERING.match(before)))


def prepare(rows: pl.DataFrame, gazetteer: Gazetteer) -> pl.DataFrame:
    """Adds village_known, village_name, village_code, group_name. Each different text is looked up once, not each row."""
    by_cell = _found(rows["village"].drop_nulls().unique(), gazetteer)
    by_heading = {lines: place for lines in rows["heading"].drop_nulls().unique() if (place := gazetteer.first(lines))}
    by_sheet = {name: place for name in rows["sheet"].drop_nulls().unique() if (place := gazetteer.find(name)).known}
    rows = rows.join(by_cell, left_on="village", right_on="cell", how="left", maintain_order="left")
    own_group = pl.when(pl.col("group_type") != "empty").then(pl.col("group").str.strip_chars())
    return rows.with_columns(
        village_name=pl.coalesce(
            "village_name", _looked_up("heading", by_heading, "village"), _looked_up("sheet", by_sheet, "village")
        ),
        village_code=pl.coalesce(
            "village_code", _looked_up("heading", by_heading, "code"), _looked_up("sheet", by_sheet, "code")
        ),
        group_name=pl.coalesce(own_group, "group_name"),
    )


def _looked_up(column: str, places: Mapping[str, Place], part: str) -> pl.Expr:
    answers = {written: getattr(place, part) for written, place in places.items()}
    # A village of its own comes first; a cell that names an unknown one is not corrected by what stands around it.
    unsaid = pl.col("village_known").is_null()
    return pl.when(unsaid).then(pl.col(column).replace_strict(answers, default=None, return_dtype=pl.String))


def township_of(written: Iterable[str], references: References) -> str | None:
    """The one township in which all recognized villages of a roster lie, None when they lie in several or none is known."""
    gazetteer = Gazetteer(references, None)
    codes = {place.code for cell in written if (place := gazetteer.find(cell)).known}
    parents = references.areas.filter(pl.col("code").is_in(list(codes)))["parent_code"].unique()
    names = references.areas.filter(pl.col("code").is_in(parents.to_list()))["name"].to_list()
    return names[0] if len(names) == 1 else None


def _found(cells: Iterable[str], gazetteer: Gazetteer) -> pl.DataFrame:
    places = [
        (cell, *(getattr(gazetteer.find(cell), name) for name in ("known", "village", "code", "group")))
        for cell in cells
    ]
    schema = {
        "cell": pl.String(), "village_known": pl.Boolean(), "village_name": pl.String(), "village_code": pl.String(), "group_name": pl.String(),
    }  # fmt: skip
    return pl.DataFrame(places, schema=schema, orient="row")


def findings() -> list[Finding]:
    """Villages that are not in the list of areas."""
    return [
        Finding(
            "VILLAGE_UNKNOWN",
            "village",
            ~pl.col("village_known") & (pl.col("village_type") != "filled"),
            pl.format("写的是“{}”", pl.col("village_name")),
        )
    ]
