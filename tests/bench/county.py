"""Makes a county of any size by the column: people, households, cards and one roster of it. Everything is invented."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from tests.bench.place import DEMO

HOUSEHOLD_SIZE = 3
FILE_ROWS = 500_000
ID_AREA = "519999"
FIRST_BIRTH, BIRTH_DAYS = date(1955, 1, 1), 12_000
RATE_FEN = 9530
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = list("10X98765432")
SURNAMES = list("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕")
GIVEN = list("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国文波辉鹏飞云龙海燕")
ROSTER = "青禾县2026年耕地地力保护补贴花名册"
HEADERS = (
    "序号", "村", "组", "户主姓名", "身份证号码", "补贴面积（亩）", "补贴标准（元/亩）", "补贴金额（元）", "社保卡号",
)  # fmt: skip


@dataclass(frozen=True)
class County:
    """A made county: so many people, and so many heads of household on its roster. Holds nothing; all is computed."""

    rows: int
    people: int

    @property
    def household_size(self) -> int:
        """People in a household."""
        return max(min(HOUSEHOLD_SIZE, self.people // self.rows), 1)

    def person(self, numbers: pl.Series) -> pl.DataFrame:
        """Everything about the people of these numbers (0 …), in their order."""
        assert self.people <= BIRTH_DAYS * 999, "no more ID numbers than this many people"
        size = self.household_size
        frame = pl.DataFrame({"number": numbers.cast(pl.Int64)}).with_columns(
            household=pl.col("number") // size,
            born=pl.lit(FIRST_BIRTH) + pl.duration(days=pl.col("number") % BIRTH_DAYS),
            sequence=pl.col("number") // BIRTH_DAYS + 1,
            relation=pl.when(pl.col("number") % size == 0).then(pl.lit("户主")).otherwise(pl.lit("其他")),
        )
        return frame.with_columns(id_number=_id_number(), name=_name(), **_place(), **_card(), **_land())

    def heads(self) -> pl.DataFrame:
        """The people of the roster, in its order."""
        return self.person(pl.int_range(self.rows, dtype=pl.Int64, eager=True) * self.household_size)

    def parts(self) -> Iterator[pl.DataFrame]:
        """Everybody, whole households together, at most FILE_ROWS people at a time."""
        step = FILE_ROWS - FILE_ROWS % self.household_size
        for start in range(0, self.people, step):
            yield self.person(pl.int_range(start, min(start + step, self.people), dtype=pl.Int64, eager=True))


def _id_number() -> pl.Expr:
    first = pl.format("{}{}{}", pl.lit(ID_AREA), pl.col("born").dt.strftime("%Y%m%d"), _padded("sequence", 3))
    digits = [first.str.slice(place, 1).cast(pl.Int64) * weight for place, weight in enumerate(ID_WEIGHTS)]
    check = (pl.sum_horizontal(digits) % 11).replace_strict(list(range(11)), CHECK_DIGITS, return_dtype=pl.String)
    return first + check


def _name() -> pl.Expr:
    number = pl.col("number")
    surname = (number * 7 % len(SURNAMES)).replace_strict(list(range(len(SURNAMES))), SURNAMES)
    given = [(number // step % len(GIVEN)).replace_strict(list(range(len(GIVEN))), GIVEN) for step in (1, len(GIVEN))]
    return pl.concat_str(surname, *given)


def _place() -> dict[str, pl.Expr]:
    areas = pl.read_csv(DEMO / "county" / "areas.csv", infer_schema=False).filter(pl.col("level") == "village")
    chosen = pl.col("household") % areas.height
    numbers = list(range(areas.height))
    return {
        "village_code": chosen.replace_strict(numbers, areas["code"].to_list()),
        "village": chosen.replace_strict(numbers, areas["name"].to_list()),
        "group": (pl.col("household") // areas.height % 12 + 1).cast(pl.String),
    }


def _card() -> dict[str, pl.Expr]:
    banks = pl.read_csv(DEMO / "county" / "banks.csv", infer_schema=False)
    chosen, numbers = pl.col("number") % banks.height, list(range(banks.height))
    prefix = chosen.replace_strict(numbers, banks["card_prefix"].cast(pl.Int64).to_list())
    return {
        "bank_code": chosen.replace_strict(numbers, banks["bank_code"].to_list()),
        "card_number": card_number(prefix, pl.col("number") + 1),
    }


def card_number(prefix: pl.Expr, body: pl.Expr) -> pl.Expr:
    """Nineteen digits: the bank's six, twelve of ``body``, and the check digit by Luhn."""
    first = prefix * 10**12 + body
    total = pl.lit(0, dtype=pl.Int64)
    for place in range(18):
        doubled = first // 10**place % 10 * (2 - place % 2)
        total = total + doubled // 10 + doubled % 10
    return pl.format("{}{}", first, (10 - total % 10) % 10)


def _land() -> dict[str, pl.Expr]:
    hundredths = pl.col("household") * 37 % 950 + 50
    return {"hundredths": hundredths, "amount_fen": (hundredths * RATE_FEN + 50) // 100}


def _padded(name: str, digits: int) -> pl.Expr:
    return pl.col(name).cast(pl.String).str.zfill(digits)


def hundredths(name: str) -> pl.Expr:
    """A column of hundredths as people write it: 297 becomes 2.97."""
    return pl.format("{}.{}", pl.col(name) // 100, (pl.col(name) % 100).cast(pl.String).str.zfill(2))


def people(part: pl.DataFrame) -> bytes:
    """people.csv in the form of the demo's."""
    return _csv(
        part.select(
            person_no(), "name", "id_number",
            pl.when(pl.col("sequence") % 2 == 1).then(pl.lit("男")).otherwise(pl.lit("女")).alias("sex"),
            pl.col("born").dt.strftime("%Y-%m-%d").alias("birth_date"), _household_no(), "relation", "village_code",
            "group", pl.format("199{}", _padded("number", 8)).alias("mobile"),
        )
    )  # fmt: skip


def households(part: pl.DataFrame) -> bytes:
    """households.csv in the form of the demo's."""
    heads = part.filter(pl.col("relation") == "户主")
    land = hundredths("hundredths").alias("farmland_mu")
    none = [pl.lit("0").alias(name) for name in ("forest_mu", "fallow_mu")]
    head = pl.col("id_number").alias("head_id_number")
    return _csv(heads.select(_household_no(), "village_code", "group", head, land, *none))


def person_no() -> pl.Expr:
    """人员编号, which tells the person's number again."""
    return pl.format("B{}", _padded("number", 8)).alias("person_no")


def _household_no() -> pl.Expr:
    return pl.format("B{}", _padded("household", 8)).alias("household_no")


def cards(part: pl.DataFrame, *, status: str = "正常", issued_on: str = "2020-05-01") -> bytes:
    """The people of ``part`` with their card as cards.csv."""
    what = [pl.lit(status).alias("status"), pl.lit(issued_on).alias("issued_on")]
    return _csv(part.select("name", "id_number", "card_number", "bank_code", *what))


def _csv(frame: pl.DataFrame) -> bytes:
    return frame.write_csv().encode()


def roster(county: County) -> pl.DataFrame:
    """The roster's table with its total row, as texts under HEADERS."""
    heads = county.heads()
    rate = f"{RATE_FEN // 100}.{RATE_FEN % 100:02d}"
    body = heads.select(
        pl.int_range(1, pl.len() + 1).cast(pl.String), "village", "group", "name", "id_number", hundredths("hundredths"),
        pl.lit(rate).alias("rate"), hundredths("amount_fen"), "card_number",
    )  # fmt: skip
    body.columns = list(HEADERS)
    sums = heads.select(pl.col("hundredths", "amount_fen").sum()).select(
        hundredths("hundredths"), hundredths("amount_fen").alias("fen")
    )
    area, amount = sums.row(0)
    total = pl.DataFrame(
        [["合计", "", "", "", "", area, "", amount, ""]], schema=dict.fromkeys(HEADERS, pl.String), orient="row"
    )
    return pl.concat([body, total])


def write_rosters(county: County, folder: Path) -> tuple[Path, Path]:
    """The roster as CSV and as xlsx in ``folder``; returns both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    table = roster(county)
    as_csv, as_xlsx = folder / f"{ROSTER}.csv", folder / f"{ROSTER}.xlsx"
    table.write_csv(as_csv, include_bom=True)
    write_workbook(table, as_xlsx)
    return as_csv, as_xlsx


def write_workbook(table: pl.DataFrame, path: Path) -> None:
    """A roster's table as xlsx: numbers as numbers, as a person's workbook has them; ID and card numbers stay text."""
    from rustpy_xlsxwriter import write_worksheet

    numbers = ["序号", *HEADERS[5:8]]
    typed = table.with_columns(pl.col(numbers).cast(pl.Float64, strict=False)).with_columns(
        pl.col("序号").cast(pl.Int64)
    )
    write_worksheet(typed, str(path), sheet_name="花名册")
