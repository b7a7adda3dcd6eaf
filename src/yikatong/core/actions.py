"""Loading places and officials. Both are done by the owner of the database: the application may not appoint anybody."""

import csv
from datetime import date
from pathlib import Path

from django.db import transaction

from .models import Agency, Appointment, Area, Official
from .permissions import WORDS, Role
from .refusals import Refused

PREFIX_DIGITS = {"province": 2, "city": 4, "county": 6, "township": 9, "village": 12}
AREA_COLUMNS = ("code", "name", "level", "parent_code")
OFFICIAL_COLUMNS = ("username", "name", "role", "agency_name", "agency_kind", "area_code")


@transaction.atomic
def load_areas(*, path: Path) -> int:
    """Load areas from a CSV (code, name, level, parent_code), parents first; returns how many. Safe to repeat.

    Raises Refused with line and column for a level or code that cannot be.
    """
    rows = _rows(path, AREA_COLUMNS)
    for line, row in enumerate(rows, start=2):
        digits = PREFIX_DIGITS.get(row["level"])
        if digits is None or len(row["code"]) != 12 or not row["code"].isdecimal():
            raise Refused(f"{path.name} 第 {line} 行：代码要 12 位数字，级别要是 {'、'.join(PREFIX_DIGITS)} 之一。")
    areas = [
        Area(
            code=row["code"],
            name=row["name"],
            level=row["level"],
            parent_id=row["parent_code"] or None,
            prefix=row["code"][: PREFIX_DIGITS[row["level"]]],
        )
        for row in sorted(rows, key=lambda row: (PREFIX_DIGITS[row["level"]], row["code"]))
    ]
    Area.objects.bulk_create(areas, update_conflicts=True, unique_fields=["code"], update_fields=["name", "parent"])
    return len(areas)


@transaction.atomic
def load_officials(*, path: Path, valid_from: date, password: str | None = None) -> int:
    """Load agencies, officials and appointments from a CSV of the columns in OFFICIAL_COLUMNS; returns how many.

    ``password`` is given to officials that are new (the demo's); without it they cannot sign in until one is set.
    Safe to repeat. Raises Refused with the line for an unknown role, agency kind or area.
    """
    rows = _rows(path, OFFICIAL_COLUMNS)
    for line, row in enumerate(rows, start=2):
        _check_official(path.name, line, row)
        area = Area.objects.get(pk=row["area_code"])
        agency, _ = Agency.objects.get_or_create(
            name=row["agency_name"], area=area, defaults={"kind": row["agency_kind"]}
        )
        official, is_new = Official.objects.get_or_create(username=row["username"], defaults={"name": row["name"]})
        if is_new:
            official.set_password(password)
            official.save(update_fields=["password"])
        Appointment.objects.get_or_create(
            official=official, role=row["role"], agency=agency, area=area, defaults={"valid_from": valid_from}
        )
    return len(rows)


def _check_official(file: str, line: int, row: dict[str, str]) -> None:
    if row["role"] not in set(Role) - {Role.SYSTEM}:
        known = "、".join(f"{role.value}（{words}）" for role, words in WORDS.items() if role is not Role.SYSTEM)
        raise Refused(f"{file} 第 {line} 行 role 列：没有“{row['role']}”这种岗位，可用的是 {known}。")
    if row["agency_kind"] not in Agency.Kind.values:
        raise Refused(f"{file} 第 {line} 行 agency_kind 列：可用的是 {'、'.join(Agency.Kind.values)}。")
    if not Area.objects.filter(pk=row["area_code"]).exists():
        raise Refused(f"{file} 第 {line} 行 area_code 列：没有行政区划 {row['area_code']}，请先装入行政区划。")


def _rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                raise Refused(f"{path.name} 缺少列：{'、'.join(missing)}。需要的列是：{'、'.join(columns)}。")
            return list(reader)
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"读不了文件 {path.name}：请确认它存在，并存成 UTF-8 的 CSV。") from error
