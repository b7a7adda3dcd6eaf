"""Checks of card numbers: form, Luhn, bank, and whose card it is. A roster without a card column gets none of them."""

import polars as pl

from yikatong.kit import card_number
from yikatong.rosters.rules import expressions as x
from yikatong.rosters.rules.expressions import Finding
from yikatong.rosters.rules.references import References

ACTIVE = "正常"


def prepare(rows: pl.DataFrame, references: References) -> pl.DataFrame:
    """Adds card_text, card_fault (a kind of problem or null), card_valid."""
    prefixes = references.banks["card_prefix"].drop_nulls().to_list()
    rows = rows.with_columns(card_text=x.number_text(pl.col("card_number")))
    rows = rows.with_columns(card_fault=_fault(prefixes))
    return rows.with_columns(card_valid=pl.col("card_fault").is_null() & pl.col("card_number_type").is_not_null())


def compared(rows: pl.DataFrame, cards: pl.DataFrame) -> pl.DataFrame:
    """Adds card_owner, card_name, card_status, has_active by the cards that are known (`references.CARDS`)."""
    known = cards.select(
        card_key=pl.col("card_number"),
        card_owner=pl.col("id_number").str.to_uppercase(),
        card_name=pl.col("name"),
        card_status=pl.col("status"),
    ).unique("card_key", keep="last", maintain_order=True)
    active = known.filter(pl.col("card_status") == ACTIVE).select("card_owner", has_active=True).unique("card_owner")
    rows = rows.join(known, left_on="card_text", right_on="card_key", how="left", maintain_order="left")
    return rows.join(active, on="card_owner", how="left", maintain_order="left")


def _fault(prefixes: list[str]) -> pl.Expr:
    kind, number = pl.col("card_number_type"), pl.col("card_text")
    return (
        pl.when(kind == "empty").then(pl.lit("CARD_MISSING"))
        .when((kind == "number") | number.str.contains(x.SCIENTIFIC)).then(pl.lit("CARD_NUMERIC"))
        .when(~number.str.contains(rf"^[0-9]{{{card_number.LENGTH}}}$")).then(pl.lit("CARD_FORM"))
        .when(~_luhn_holds(number)).then(pl.lit("CARD_LUHN"))
        .when(~number.str.slice(0, card_number.PREFIX_LENGTH).is_in(prefixes)).then(pl.lit("CARD_PREFIX"))
    )  # fmt: skip


def _luhn_holds(number: pl.Expr) -> pl.Expr:
    # Nineteen digits fit 64 bits without a sign.
    digits = x.digits(number.cast(pl.UInt64, strict=False), card_number.LENGTH)
    doubled = [digit * 2 - pl.when(digit > 4).then(9).otherwise(0).cast(pl.UInt64) for digit in digits[-2::-2]]
    return pl.sum_horizontal(*digits[::-2], *doubled) % 10 == 0


def findings() -> list[Finding]:
    """What is wrong with cards, over a frame that `prepare` made."""
    swapped = pl.col("swapped").fill_null(False)
    valid = pl.col("card_valid") & ~swapped
    known = valid & pl.col("card_owner").is_not_null()
    own = known & (pl.col("card_owner") == pl.col("id_18")) & pl.col("id_valid")
    person_key = pl.coalesce("register_key", "name_key")
    kinds = ("CARD_NUMERIC", "CARD_FORM", "CARD_LUHN", "CARD_PREFIX", "CARD_MISSING")
    notes = {
        "CARD_FORM": pl.format("填了 {} 位", pl.col("card_text").str.len_chars()),
        "CARD_PREFIX": pl.format("前 6 位是 {}", pl.col("card_text").str.slice(0, 6)),
    }
    return [
        *(Finding(kind, "card_number", (pl.col("card_fault") == kind) & ~swapped, notes.get(kind)) for kind in kinds),
        Finding("CARD_UNKNOWN", "card_number", valid & pl.col("card_owner").is_null()),
        Finding(
            "CARD_OTHER_PERSON",
            "card_number",
            known & pl.col("id_valid") & (pl.col("card_owner") != pl.col("id_18")),
            pl.format("持卡人是“{}”", pl.col("card_name")),
        ),
        Finding(
            "CARD_NOT_ACTIVE",
            "card_number",
            own & (pl.col("card_status") != ACTIVE) & pl.col("has_active").is_null(),
            pl.col("card_status"),
        ),
        Finding(
            "CARD_NAME_DIFFERS",
            "card_number",
            own & (x.name_key(pl.col("card_name")) != person_key),
            pl.format("名单里是“{}”", pl.col("card_name")),
        ),
        Finding(
            "CARD_FIXED",
            "card_number",
            valid & (pl.col("card_number") != pl.col("card_text")),
            pl.format("改成 {}", pl.col("card_text")),
        ),
    ]
