"""What rosters are compared with: people, cards, banks, areas, catalog, as frames. From CSV files here, from the database elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import polars as pl

from yikatong.kit import money

PEOPLE = {"name": pl.String(), "id_number": pl.String()}
CARDS = {
    "name": pl.String(), "id_number": pl.String(), "card_number": pl.String(),
    "bank_name": pl.String(), "bank_code": pl.String(), "status": pl.String(),
}  # fmt: skip
BANKS = {"bank_name": pl.String(), "bank_code": pl.String(), "card_prefix": pl.String()}
AREAS = {"code": pl.String(), "name": pl.String(), "level": pl.String(), "parent_code": pl.String()}
CATALOG = {
    "code": pl.String(), "parent_code": pl.String(), "name": pl.String(), "standard_fen": pl.Int64(),
    "unit": pl.String(), "paid_to": pl.String(), "cycle": pl.String(),
}  # fmt: skip
HOUSEHOLDS = {
    "household_no": pl.String(),
    "village_code": pl.String(),
    "group": pl.String(),
    "head_id_number": pl.String(),
}


class Answer(Protocol):
    """What is known of the numbers of some rows, maybe still on its way."""

    def frames(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """People and cards (PEOPLE, CARDS); waits for them."""


@dataclass(frozen=True)
class Known:
    """An answer that is there at once."""

    people: pl.DataFrame
    cards: pl.DataFrame

    def frames(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """People and cards."""
        return self.people, self.cards


@dataclass(frozen=True)
class References:
    """Frames with exactly these columns (more do no harm); every column is text unless said otherwise, nothing is padded.

    people: name, id_number (18 characters, capital X; rows without a number are ignored).
    cards: name, id_number, card_number (19 digits, unique), bank_name, bank_code, status (正常, 未激活, 挂失, 注销).
    banks: bank_name, bank_code, card_prefix (six digits).
    areas: code (12 digits), name, level (county, township, village), parent_code.
    catalog: code, parent_code, name, standard_fen (Int64, null: decided case by case), unit (元/亩 …), paid_to (household, person),
        cycle (year, quarter, month); a parent of sub-items has null or empty unit.
    households: household_no, village_code, group, head_id_number; rosters are not compared with it, matching is.
    """

    people: pl.DataFrame
    cards: pl.DataFrame
    banks: pl.DataFrame
    areas: pl.DataFrame
    catalog: pl.DataFrame
    households: pl.DataFrame

    def asked(self, id_numbers: pl.Series, card_numbers: pl.Series) -> Answer:
        """The people with some ID numbers (18 characters), and the cards with some numbers (19 digits) together with all other
        cards of their owners, which tell whether an owner has an active one."""
        upper = pl.col("id_number").str.to_uppercase()
        people = self.people.filter(upper.is_in(id_numbers.implode()))
        owners = self.cards.filter(pl.col("card_number").is_in(card_numbers.implode())).select(upper).to_series()
        cards = self.cards.filter(upper.is_in(owners.implode()) | pl.col("card_number").is_in(card_numbers.implode()))
        return Known(people, cards)


class ReferenceMissing(Exception):
    """A file of the county's folder is not there or lacks a column."""


def from_folder(folder: str | Path) -> References:
    """Reads people.csv, cards.csv, banks.csv, areas.csv, catalog.csv and households.csv (UTF-8). Raises ReferenceMissing."""
    folder = Path(folder)
    catalog = _read(folder, "catalog", [*(set(CATALOG) - {"standard_fen"}), "standard_yuan"])
    standards = [money.parse_amount(written) if written else None for written in catalog["standard_yuan"]]
    return References(
        people=_read(folder, "people", PEOPLE),
        cards=_read(folder, "cards", CARDS),
        banks=_read(folder, "banks", BANKS),
        areas=_read(folder, "areas", AREAS),
        catalog=catalog.with_columns(pl.Series("standard_fen", standards, pl.Int64())),
        households=_read(folder, "households", HOUSEHOLDS),
    )


def _read(folder: Path, name: str, columns: Iterable[str]) -> pl.DataFrame:
    path = folder / f"{name}.csv"
    if not path.is_file():
        raise ReferenceMissing(
            f"文件夹里没有 {name}.csv。请用 --county 指到放着 people.csv、cards.csv、catalog.csv 的文件夹。"
        )
    frame = pl.read_csv(path, infer_schema=False)
    if lacking := [column for column in columns if column not in frame.columns]:
        raise ReferenceMissing(f"{name}.csv 少了这些列：{'、'.join(lacking)}。")
    return frame
