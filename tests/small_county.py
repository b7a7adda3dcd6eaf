"""A county of a few households in the form of the demo county's folder, so that a whole run takes seconds."""

import csv
import shutil
from pathlib import Path
from typing import Any

from yikatong.demo.story.plot import COUNTY, Township

HOUSEHOLDS = 12
WITH_TWO_CARDS = 2
ROSTER = "柳河镇2026年耕地地力保护补贴花名册.csv"
TOWNSHIP = Township("liuhe", "519999100000", ROSTER)
RATE_FEN = 9530


def make(folder: Path) -> Path:
    """Write the small county into ``folder``: the first households of 柳河镇, their people and cards, one roster."""
    (folder / "rosters").mkdir(parents=True)
    for name in ("areas.csv", "banks.csv", "catalog.csv"):
        shutil.copyfile(COUNTY / name, folder / name)
    households = [row for row in _read("households.csv") if row["village_code"].startswith("519999100")]
    cards = {row["id_number"]: row for row in _read("cards.csv")}
    chosen = [row for row in households if _is_plain(row, cards)][:HOUSEHOLDS]
    numbers = {row["household_no"] for row in chosen}
    people = [row for row in _read("people.csv") if row["household_no"] in numbers]
    identities = {row["id_number"] for row in people}
    _write(folder / "households.csv", chosen)
    _write(folder / "people.csv", people)
    own = [row for row in _read("cards.csv") if row["id_number"] in identities]
    _write(folder / "cards.csv", own + _second_cards(chosen, cards, identities))
    _write_roster(folder / "rosters" / ROSTER, chosen, {row["id_number"]: row for row in people}, cards)
    return folder


def _is_plain(household: dict[str, str], cards: dict[str, Any]) -> bool:
    card = cards.get(household["head_id_number"])
    return float(household["farmland_mu"]) > 0 and card is not None and card["status"] in ("正常", "未激活")


def _second_cards(
    chosen: list[dict[str, str]], cards: dict[str, dict[str, str]], identities: set[str]
) -> list[dict[str, str]]:
    """An older active card for the last heads, with numbers of people who do not live here: one closes, one stays."""
    heads = [cards[row["head_id_number"]] for row in chosen if cards[row["head_id_number"]]["status"] == "正常"]
    strangers = [row for row in _read("cards.csv") if row["status"] == "正常" and row["id_number"] not in identities]
    return [
        {**stranger, "name": head["name"], "id_number": head["id_number"], "issued_on": "2001-01-01"}
        for head, stranger in zip(heads[-WITH_TWO_CARDS:], strangers, strict=False)
    ]


def _write_roster(path: Path, chosen: list[dict[str, str]], people: dict[str, Any], cards: dict[str, Any]) -> None:
    villages = {row["code"]: row["name"] for row in _read("areas.csv")}
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(
            [
                "序号",
                "村",
                "组",
                "户主姓名",
                "身份证号码",
                "补贴面积（亩）",
                "补贴标准（元/亩）",
                "补贴金额（元）",
                "社保卡号",
            ]
        )
        for number, row in enumerate(chosen, start=1):
            hundredths = round(float(row["farmland_mu"]) * 100)
            fen = (hundredths * RATE_FEN + 50) // 100
            card = cards[row["head_id_number"]]
            place = [number, villages[row["village_code"]], row["group"]]
            who = [people[row["head_id_number"]]["name"], row["head_id_number"]]
            claim = [row["farmland_mu"], "95.30", f"{fen // 100}.{fen % 100:02d}"]
            out.writerow([*place, *who, *claim, card["card_number"]])


def _read(name: str) -> list[dict[str, str]]:
    with (COUNTY / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, fieldnames=list(rows[0]))
        out.writeheader()
        out.writerows(rows)
