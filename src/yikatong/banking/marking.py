"""What a bank says of the card that it paid, made comparable with the card that it was told to pay (C08).

Nothing is opened for it: a whole number is compared by its blind index, of a masked one the digits that are left.
"""

import polars as pl

from yikatong.core import vault
from yikatong.registry import queries as registry

# Only money that left was credited to anybody.
_PAID = {"result": "credited", "side": "debit"}
# An account number as an IBAN: country, two check digits, the number itself, perhaps filled with zeros.
_IBAN = r"^CN\d\d0*"
_MASKED = r"^(\d*)[*X#•]+(\d*)$"
# So many digits at both ends stand beside a sealed card number.
_END = 4


def marked(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows as an adapter reads them, with ``card_mark`` in place of ``creditor_account``: the blind index of the card
    that was paid (32 bytes); of a masked one four digits from either end, ``_`` where one is not told (8 bytes); null
    where the bank said nothing that can be compared.
    """
    side = "result" if "result" in rows.columns else "side"
    paid = pl.when(pl.col(side) == _PAID[side]).then(pl.col("creditor_account"))
    told = rows.select(paid).to_series()
    return rows.drop("creditor_account").with_columns(card_mark=_marks(told))


def _marks(told: pl.Series) -> pl.Series:
    if not (told != "").any():
        return pl.Series([None], dtype=pl.Binary).new_from_index(0, len(told))
    number = told.str.normalize("NFKC").str.replace_all(r"[\s-]", "").str.to_uppercase().str.replace(_IBAN, "")
    frame = number.alias("number").to_frame()
    whole = frame.select(pl.when(pl.col("number").str.contains(r"^\d+$")).then(pl.col("number"))).to_series()
    begins, ends = (
        pl.when(pl.col("number").str.contains(_MASKED)).then(pl.col("number").str.extract(_MASKED, group))
        for group in (1, 2)
    )
    left = begins.str.slice(0, _END).str.pad_end(_END, "_") + ends.str.tail(_END).str.pad_start(_END, "_")
    masked = frame.select(pl.when(left != "_" * 2 * _END).then(left).cast(pl.Binary)).to_series()
    return vault.index_series(whole, kind=registry.CARD_KIND).zip_with(whole.is_not_null(), masked)
