"""What a bank says of the card that it paid, made comparable with the card that it was told to pay (C08).

Nothing is opened for it: a whole number is compared by its blind index, of a masked one the digits that are left.
"""

import polars as pl

from yikatong.core import vault
from yikatong.kit import expressions
from yikatong.registry import queries as registry

# Only money that left was credited to anybody.
_PAID = {"result": "credited", "side": "debit"}
# A name that is masked, or that the bank's own encoding could not hold, says nothing (C20).
_NO_NAME = r"^$|[*?？＊■□�]|NOTPROVIDED"
# An account number as an IBAN: country, two check digits, the number itself, perhaps filled with zeros.
_IBAN = r"^CN\d\d0*"
_MASKED = r"^(\d*)[*X#•]+(\d*)$"
# So many digits at both ends stand beside a sealed card number.
_END = 4
NAME_LENGTH = 80


def named(rows: pl.DataFrame) -> pl.DataFrame:
    """Of rows as an adapter reads them those that were paid and name somebody: end_to_end_id, amount_fen, name_key."""
    side = "result" if "result" in rows.columns else "side"
    told = rows.filter(pl.col(side) == _PAID[side], ~pl.col("creditor_name").str.contains(_NO_NAME))
    key = expressions.name_key(pl.col("creditor_name").str.slice(0, NAME_LENGTH))
    return told.select("end_to_end_id", "amount_fen", name_key=key).filter(pl.col("name_key") != "")


def marked(rows: pl.DataFrame, *, names_cards: bool = True) -> pl.DataFrame:
    """Rows as an adapter reads them, with ``card_mark`` in place of what they say of who was paid: the blind index of the card
    that was paid (32 bytes); of a masked one four digits from either end, ``_`` where one is not told (8 bytes); null
    where the bank said nothing that can be compared. ``names_cards``: the bank states cards, not the accounts behind them.
    """
    side = "result" if "result" in rows.columns else "side"
    paid = pl.when(pl.col(side) == _PAID[side]).then(pl.col("creditor_account"))
    told = rows.select(paid).to_series() if names_cards else pl.Series([""]).new_from_index(0, rows.height)
    return rows.drop("creditor_account", "creditor_name", strict=False).with_columns(card_mark=_marks(told))


def is_other(told: str, card: str) -> bool | None:
    """Whether a number, as a bank states it, is another than that of a card; None where it cannot be compared."""
    whole, masked = (series.item() for series in _read(pl.Series([told])))
    if whole is not None:
        return bool(whole != card)
    if masked is None:
        return None
    ends = card[:_END] + card[-_END:]
    return any(seen not in (own, "_") for seen, own in zip(masked, ends, strict=True))


def _marks(told: pl.Series) -> pl.Series:
    if not (told != "").any():
        return pl.Series([None], dtype=pl.Binary).new_from_index(0, len(told))
    whole, left = _read(told)
    return vault.index_series(whole, kind=registry.CARD_KIND).zip_with(whole.is_not_null(), left.cast(pl.Binary))


def _read(told: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Of stated numbers those that are whole, and of masked ones four digits from either end; null where it is not so."""
    number = told.str.normalize("NFKC").str.replace_all(r"[\s-]", "").str.to_uppercase().str.replace(_IBAN, "")
    frame = number.alias("number").to_frame()
    whole = frame.select(pl.when(pl.col("number").str.contains(r"^\d+$")).then(pl.col("number"))).to_series()
    begins, ends = (
        pl.when(pl.col("number").str.contains(_MASKED)).then(pl.col("number").str.extract(_MASKED, group))
        for group in (1, 2)
    )
    left = begins.str.slice(0, _END).str.pad_end(_END, "_") + ends.str.tail(_END).str.pad_start(_END, "_")
    return whole, frame.select(pl.when(left != "_" * 2 * _END).then(left)).to_series()
