"""Checks of ID numbers and names: form, check digit, birth date, area code, register, duplicates, sex."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from yikatong.kit import id_number
from yikatong.rosters.rules import expressions as x
from yikatong.rosters.rules.expressions import Finding


def prepare(rows: pl.DataFrame, codes: Sequence[str], today: date) -> pl.DataFrame:
    """Adds id_text, id_18 (null unless it has the form), id_fault (a kind of problem or null), id_valid, born, name_clean, name_key,
    swapped. `codes`: the first six digits that numbers may have."""
    rows = numbers(rows, codes, today)
    return rows.with_columns(
        name_clean=x.name_clean(pl.col("name")),
        name_key=x.name_key(pl.col("name")),
        swapped=x.number_text(pl.col("name")).str.contains(r"^[0-9]{12,}$")
        & x.compact(pl.col("card_number")).str.contains(r"^\p{Han}[\p{Han}·•.]+$"),
    )


def numbers(rows: pl.DataFrame, codes: Sequence[str], today: date) -> pl.DataFrame:
    """Adds id_text, id_18, born, id_fault, id_valid."""
    rows = rows.with_columns(id_text=x.number_text(pl.col("id_number")))
    rows = rows.with_columns(id_18=_to_18(pl.col("id_text")))
    rows = rows.with_columns(born=pl.col("id_18").str.slice(6, 8).str.to_date("%Y%m%d", strict=False))
    rows = rows.with_columns(id_fault=_fault(codes, today))
    return rows.with_columns(id_valid=pl.col("id_fault").is_null() & pl.col("id_18").is_not_null())


def compared(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Adds register_name and register_key by the people of the register (`references.PEOPLE`)."""
    register = (
        people.filter(pl.col("id_number").is_not_null())
        .select(
            register_id=pl.col("id_number").str.to_uppercase(),
            register_name=pl.col("name"),
            register_key=x.name_key(pl.col("name")),
        )
        .unique("register_id", keep="last", maintain_order=True)
    )
    return rows.join(register, left_on="id_18", right_on="register_id", how="left", maintain_order="left")


def _to_18(number: pl.Expr) -> pl.Expr:
    old = pl.when(number.str.contains(r"^[0-9]{15}$")).then(number)
    first_17 = old.str.slice(0, 6) + pl.lit("19") + old.str.slice(6)
    last = _check_value(first_17)
    return (
        pl.when(number.str.contains(r"^[0-9]{17}[0-9X]$"))
        .then(number)
        .when(old.is_not_null())
        .then(first_17 + pl.when(last == 10).then(pl.lit("X")).otherwise(last.cast(pl.String)))
    )


def _check_value(first_17: pl.Expr) -> pl.Expr:
    """What the 18th character must be worth; X is ten."""
    digits = x.digits(first_17.cast(pl.Int64, strict=False), 17)
    total = pl.sum_horizontal(digit * weight for digit, weight in zip(digits, id_number.WEIGHTS, strict=True))
    # The digits of `id_number.CHECK_DIGITS` fall from 12 by one for each unit of the remainder, all modulo 11.
    return (12 - total % 11) % 11


def check_value_written(id_18: pl.Expr) -> pl.Expr:
    """What the 18th character of a number is worth."""
    return id_18.str.slice(17, 1).replace("X", "10").cast(pl.Int64, strict=False)


def _fault(codes: Sequence[str], today: date) -> pl.Expr:
    kind, number, born = pl.col("id_number_type"), pl.col("id_18"), pl.col("born")
    scientific = pl.col("id_text").str.contains(x.SCIENTIFIC)
    return (
        pl.when(kind == "empty").then(pl.lit("ID_MISSING"))
        .when((kind == "number") | scientific).then(pl.lit("ID_NUMERIC"))
        .when(number.is_null()).then(pl.lit("ID_FORM"))
        .when(_check_value(number.str.slice(0, 17)) != check_value_written(number)).then(pl.lit("ID_CHECKSUM"))
        .when(born.is_null() | (born > today) | (born < id_number.oldest_birth(today))).then(pl.lit("ID_BIRTHDATE"))
        .when(~number.str.slice(0, 6).is_in(list(codes))).then(pl.lit("ID_AREA"))
    )  # fmt: skip


def findings() -> list[Finding]:
    """What is wrong with numbers and names, over a frame that `prepare` made."""
    fault, name = pl.col("id_fault"), pl.col("name")
    by_number = pl.when(x.digit(pl.col("id_18"), 16) % 2 == 1).then(pl.lit("男")).otherwise(pl.lit("女"))
    sex = pl.col("sex").str.extract(r"([男女])")
    swapped = pl.col("swapped").fill_null(False)
    notes = {
        "ID_FORM": pl.format("填了 {} 个字符", pl.col("id_text").str.len_chars()),
        "ID_BIRTHDATE": pl.format("写的是 {}", pl.col("id_18").str.slice(6, 8)),
        "ID_AREA": pl.format("前 6 位是 {}", pl.col("id_18").str.slice(0, 6)),
    }
    kinds = ("ID_MISSING", "ID_NUMERIC", "ID_FORM", "ID_CHECKSUM", "ID_BIRTHDATE", "ID_AREA")
    return [
        *(Finding(kind, "id_number", fault == kind, notes.get(kind)) for kind in kinds),
        Finding("PERSON_UNKNOWN", "id_number", pl.col("id_valid") & pl.col("register_key").is_null()),
        Finding(
            "NAME_MISMATCH",
            "name",
            pl.col("id_valid") & (pl.col("name_key") != pl.col("register_key")) & ~swapped,
            pl.format("人员库里是“{}”", pl.col("register_name")),
        ),
        Finding("DUPLICATE_ROW", "id_number", pl.col("twice")),
        Finding("COLUMN_SWAPPED", "name", swapped),
        Finding(
            "SEX_MISMATCH",
            "sex",
            pl.col("id_valid") & (sex != by_number),
            pl.format("身份证号是{}性", by_number),
        ),
        Finding("SAME_NAME_BIRTH", "name", pl.col("alike") & ~swapped),
        Finding(
            "ID_FIXED",
            "id_number",
            pl.col("id_valid") & (pl.col("id_number") != pl.col("id_18")),
            pl.format("改成 {}", pl.col("id_18")),
        ),
        Finding(
            "NAME_FIXED", "name", (name != pl.col("name_clean")) & ~swapped, pl.format("改成“{}”", pl.col("name_clean"))
        ),
    ]
