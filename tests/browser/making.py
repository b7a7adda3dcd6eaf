"""The small county with what goes wrong in a real one: a wrong digit, a wrong sum, a card that is not activated."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests import small_county

# One pixel: the smallest picture that is a picture, standing for the photograph of the notice board.
PHOTOGRAPH = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8ffff3f0005fe02fea7"
    "35812b0000000049454e44ae426082"
)
Row = dict[str, str]


@dataclass(frozen=True)
class Person:
    """A household's head: name, number and the card that is paid first."""

    name: str
    id_number: str
    card_number: str


@dataclass(frozen=True)
class County:
    """The folder of files, and who in it has which trouble."""

    folder: Path
    heads: list[Person]

    @property
    def not_activated(self) -> Person:
        """Their card is activated only in the second file of cards."""
        return self.heads[0]

    @property
    def misspelt(self) -> Person:
        """One digit of their number is wrong in the roster."""
        return self.heads[2]

    @property
    def closed(self) -> Person:
        """Their only card is closed at the bank."""
        return self.heads[1]

    @property
    def closed_with_another(self) -> Person:
        """Their first card is closed at the bank; they hold an older one."""
        return self.heads[-1]

    @property
    def roster(self) -> Path:
        """The township's file."""
        return self.folder / "rosters" / small_county.ROSTER


def make(folder: Path) -> County:
    """Write the county's files; ``cards-2.csv`` is what the card office exports two days later."""
    small_county.make(folder)
    rows = _rows(folder / "rosters" / small_county.ROSTER)
    county = County(folder, [Person(row["户主姓名"], row["身份证号码"], row["社保卡号"]) for row in rows])
    cards = folder / "cards.csv"
    (folder / "cards-2.csv").write_bytes(cards.read_bytes())
    _change(cards, lambda row: row | ({"status": "未激活"} if _is(row, county.not_activated) else {}))
    _misspell(county, rows)
    return county


def _is(row: Row, person: Person) -> bool:
    return row["card_number"] == person.card_number


def _misspell(county: County, rows: list[Row]) -> None:
    wrong = county.misspelt.id_number
    wrong = wrong[:16] + ("1" if wrong[16] != "1" else "2") + wrong[17:]
    rows = [row | ({"身份证号码": wrong} if row["身份证号码"] == county.misspelt.id_number else {}) for row in rows]
    total = {**dict.fromkeys(rows[0], ""), "序号": "合计", "补贴金额（元）": "9999.99"}
    _write(county.roster, [*rows, total])


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _change(path: Path, change: Callable[[Row], Row]) -> None:
    _write(path, [change(row) for row in _rows(path)])


def _write(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.DictWriter(file, fieldnames=list(rows[0]))
        out.writeheader()
        out.writerows(rows)
