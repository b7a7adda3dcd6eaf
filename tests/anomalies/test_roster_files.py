"""A01–A33: roster files as they go wrong in offices. Each gives a refusal or a problem with its place and reason, or is handled."""

import dataclasses
import io
import struct
import time
import zipfile
from datetime import date

import openpyxl
import pytest

from tests.anomalies import making
from yikatong.kit import id_number, names, sheets
from yikatong.rosters.commands import DEMO_COUNTY
from yikatong.rosters.rules import checking, fingerprints, reading, references

TODAY = date(2026, 11, 20)
COUNTY = references.from_folder(DEMO_COUNTY)
NAME, ID, CARD, AREA, AMOUNT, REMARK = 3, 4, 5, 6, 8, 9
LETTERS = {NAME: "D", ID: "E", CARD: "F", AREA: "G", AMOUNT: "I", REMARK: "J"}
FIRST_ROW = 3


def check(content: bytes, filename: str = making.FILENAME) -> checking.CheckResult:
    return checking.check(reading.read(content, filename), COUNTY, TODAY)


def changed(*cells: tuple[int, int, object]) -> list[list[object]]:
    """The plain roster without its total, with cells changed: (data row from 0, column, value)."""
    rows = making.plain()[:-1]
    for row, column, value in cells:
        rows[row + 2][column] = value
    return rows


def xlsx(rows: list[list[object]]) -> bytes:
    return making.saved(making.workbook({"Sheet1": rows}))


def found(result: checking.CheckResult) -> list[tuple[int | None, str | None, str]]:
    return [(problem.row, problem.column, problem.kind) for problem in result.listed()]


def kind_of(column: int, value: object, *, as_csv: bool = False) -> list[str]:
    """The kinds of problem that one cell of the first row gives; it must stand at that cell."""
    rows = changed((0, column, value))
    result = check(making.as_csv(rows).encode(), "柳河镇2026年耕地地力.csv") if as_csv else check(xlsx(rows))
    assert result.row_count == 12
    assert {place[:2] for place in found(result)} <= {(FIRST_ROW, LETTERS[column])}
    return [place[2] for place in found(result)]


def refusal(content: bytes, filename: str) -> str:
    result = check(content, filename)
    assert result.refused and result.ok_count == 0 and result.total_fen_ok == 0
    problems = result.listed()
    assert problems[0].message().endswith("。")
    return problems[0].kind


def first() -> making.Farmer:
    return making.farmers(12)[0]


def test_a01_a_number_cell_in_the_id_column_is_refused_by_its_type():
    assert kind_of(ID, float(first().id_number[:15] + "000")) == ["ID_NUMERIC"]


def test_a02_scientific_notation_of_an_id_in_a_csv():
    assert kind_of(ID, "5.19999E+17", as_csv=True) == ["ID_NUMERIC"]


def test_a03_a_card_kept_as_a_number():
    assert kind_of(CARD, float(first().card_number)) == ["CARD_NUMERIC"]
    assert kind_of(CARD, "6.2990E+18", as_csv=True) == ["CARD_NUMERIC"]


def test_a04_lower_case_x_is_the_same_person():
    farmer = next(f for f in making.farmers(60) if f.id_number.endswith("X"))
    rows = [making.HEADER, making.line(1, dataclasses.replace(farmer, id_number=farmer.id_number.lower()))]
    result = check(xlsx([[making.TITLE], *rows]))
    assert found(result) == [(3, "E", "ID_FIXED")]
    assert result.rows["id_number"].to_list() == [farmer.id_number]


def test_a05_fifteen_digits_are_the_same_person():
    number = first().id_number
    assert number[6:8] == "19"
    result = check(xlsx(changed((0, ID, number[:6] + number[8:17]), (1, ID, number))))
    assert (3, "E", "DUPLICATE_ROW") in found(result)
    assert kind_of(ID, number[:6] + number[8:17]) == ["ID_FIXED"]


def test_a06_full_width_digits_and_a_wide_space_in_the_name():
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    assert kind_of(ID, first().id_number.translate(wide)) == ["ID_FIXED"]
    assert kind_of(NAME, "\u3000".join(first().name)) == ["NAME_FIXED"]
    assert kind_of(ID, first().id_number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))) == ["ID_FORM"]


def test_a07_wrong_check_digit():
    number = first().id_number
    assert kind_of(ID, number[:17] + ("1" if number[17] != "1" else "2")) == ["ID_CHECKSUM"]


@pytest.mark.parametrize("born", ["19580230", "20271231", "19051119", "19651301"])
def test_a08_impossible_future_and_very_old_birth_dates(born: str):
    first_17 = f"519999{born}123"
    assert kind_of(ID, first_17 + id_number.check_digit(first_17)) == ["ID_BIRTHDATE"]


@pytest.mark.parametrize(
    ("code", "kind"), [("110103", "PERSON_UNKNOWN"), ("810000", "PERSON_UNKNOWN"), ("001234", "ID_AREA")]
)
def test_a09_an_abolished_area_code_is_good_and_one_that_never_was_is_not(code: str, kind: str):
    first_17 = f"{code}19600101123"
    result = check(xlsx(changed((0, ID, first_17 + id_number.check_digit(first_17)))))
    assert [p.kind for p in result.listed() if p.column == "E"] == [kind]


def test_a10_sex_column_against_the_id():
    rows = [making.TITLE], ["姓名", "性别", "身份证号", "面积", "金额"]
    f = first()
    other = "男" if f.sex == "女" else "女"
    assert found(check(xlsx([*rows, [f.name, other, f.id_number, f.area, f.amount]]))) == [(3, "B", "SEX_MISMATCH")]
    assert found(check(xlsx([*rows, [f.name, f.sex, f.id_number, f.area, f.amount]]))) == []


@pytest.mark.parametrize("dot", "·•‧・.．")
def test_a11_every_dot_in_a_name_is_one_dot(dot: str):
    people = COUNTY.people.filter(COUNTY.people["name"].str.contains("·") & COUNTY.people["id_number"].is_not_null())
    name, number = people["name"][0], people["id_number"][0]
    result = check(
        xlsx([[making.TITLE], ["姓名", "身份证号", "面积", "金额"], [name.replace("·", dot), number, 1, 95.3]])
    )
    assert [p.kind for p in result.listed()] == ([] if dot == "·" else ["NAME_FIXED"])
    assert result.rows["name"][0] == name.replace("·", dot)
    assert result.rows["name_clean"][0] == name


def test_a12_long_short_and_compound_names_are_kept_whole():
    people = ["买买提·阿卜杜热合曼·吐尔逊江·艾合买提", "李四", "欧阳修远"]
    rows = [[making.TITLE], making.HEADER]
    rows += [making.line(n, dataclasses.replace(first(), name=name)) for n, name in enumerate(people, 1)]
    assert check(xlsx(rows)).rows["name_clean"].to_list() == people


@pytest.mark.parametrize("character", ["䶮", "㼆", "\U00020087"])
def test_a13_rare_characters_survive_gb18030_and_are_found_for_the_bank(character: str):
    rows = changed((0, NAME, f"王{character}"))
    result = check(making.as_csv(rows).encode("gb18030"), "柳河镇2026年耕地地力.csv")
    assert result.rows["name_clean"][0] == f"王{character}"
    assert names.rare_characters(f"王{character}", "gb2312") == character


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_a14_the_same_content_gives_the_same_rows_in_every_encoding(encoding: str):
    plain = making.as_csv(making.plain())
    result = check(plain.encode(encoding), "名册.csv")
    assert found(result) == []
    assert fingerprints.of_list(result.rows) == fingerprints.of_list(check(plain.encode(), "名册.csv").rows)


@pytest.mark.parametrize(("wrong", "saved"), [("gbk", "utf-8"), ("latin-1", "utf-8"), ("gbk", "gb18030")])
def test_a15_text_decoded_wrongly_and_saved_is_refused(wrong: str, saved: str):
    mojibake = making.as_csv(making.plain()).encode().decode(wrong, "replace")
    assert refusal(mojibake.encode(saved), "柳河镇2026年耕地地力.csv") == "ENCODING_GARBLED"


def test_a15_gbk_read_as_utf_8_and_question_marks_are_refused_too():
    lost = making.as_csv(making.plain()).encode("gbk").decode("utf-8", "replace")
    assert refusal(lost.encode(), "名册.csv") == "ENCODING_GARBLED"
    marks = making.as_csv(making.plain()).encode("ascii", "replace")
    assert refusal(marks, "名册.csv") == "ENCODING_GARBLED"
    assert refusal(
        xlsx([[str(cell).encode("ascii", "replace").decode() for cell in row] for row in making.plain()]), "a.xlsx"
    )


@pytest.mark.parametrize("dirt", ["\u200b", "\u00a0", "\t", "\r\n", "  ", "\ufeff"])
def test_a16_invisible_characters_in_id_and_name(dirt: str):
    assert kind_of(ID, first().id_number[:6] + dirt + first().id_number[6:]) == ["ID_FIXED"]
    assert kind_of(ID, first().id_number + dirt) == ["ID_FIXED"]
    assert kind_of(NAME, first().name + dirt) == ["NAME_FIXED"]


def test_a17_a_person_twice_is_shown_twice_and_none_is_chosen():
    rows = changed()
    rows.append([13, *rows[2][1:]])
    result = check(xlsx(rows))
    assert found(result) == [(3, "E", "DUPLICATE_ROW"), (15, "E", "DUPLICATE_ROW")]
    assert result.ok_count == 11


def test_a18_same_name_and_birth_date_with_another_number_is_flagged_not_merged():
    f = first()
    first_17 = f.id_number[:14] + f"{(int(f.id_number[14:17]) + 2) % 1000:03d}"
    twin = dataclasses.replace(f, id_number=first_17 + id_number.check_digit(first_17))
    result = check(xlsx([*changed(), making.line(13, twin)]))
    assert [p for p in found(result) if p[2] == "SAME_NAME_BIRTH"] == [
        (3, "D", "SAME_NAME_BIRTH"),
        (15, "D", "SAME_NAME_BIRTH"),
    ]
    assert result.row_count == 13


@pytest.mark.parametrize(
    "value",
    [-1, 0, 0.001, 1e9, "壹佰元", "100元", None, "#REF!", "NaN", date(2026, 1, 2), "1/2", "12,34", "1.234", "+5", True],
)
def test_a19_amounts_that_are_not_accepted(value: object):
    assert kind_of(AMOUNT, value) == ["AMOUNT_INVALID"]


@pytest.mark.parametrize("written", ["{:.2f}", " {:.2f} ", "{:,.2f}"])
def test_a19_amounts_whose_value_is_beyond_doubt(written: str):
    assert kind_of(AMOUNT, written.format(first().amount)) == ["AMOUNT_FIXED"]
    wide = f"{first().amount:.2f}".translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    assert kind_of(AMOUNT, wide) == ["AMOUNT_FIXED"]


def test_a20_one_fen_off_is_told_with_the_expected_value():
    result = check(xlsx(changed((0, AMOUNT, round(first().amount + 0.01, 2)))))
    assert found(result) == [(3, "I", "AMOUNT_MISMATCH")]
    assert f"{first().amount:.2f}" in result.listed()[0].message()


def test_a21_half_a_fen_is_rounded_up():
    rows = changed((0, AREA, 0.05), (0, AMOUNT, 4.77))  # 0.05 mu x 95.30 = 4.765
    assert found(check(xlsx(rows))) == []
    assert found(check(xlsx(changed((0, AREA, 0.05), (0, AMOUNT, 4.76))))) == [(3, "I", "AMOUNT_MISMATCH")]


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1+1"])
def test_a22_text_that_a_spreadsheet_would_run_stays_text(text: str):
    rows = changed((0, REMARK, text))
    result = check(making.as_csv(rows).encode(), "柳河镇2026年耕地地力.csv")
    assert found(result) == [(3, "J", "TEXT_FORMULA")]
    assert result.ok_count == 12


def test_a23_formulas_are_refused_and_hidden_rows_columns_and_sheets_are_told():
    book = making.workbook({"Sheet1": changed(), "旧": changed()})
    sheet = book["Sheet1"]
    sheet["I3"] = "=G3*H3"
    sheet.row_dimensions[5].hidden = True
    sheet.column_dimensions["J"].hidden = True
    book["旧"].sheet_state = "hidden"
    result = check(making.saved(book))
    kinds = {place[2] for place in found(result)}
    # The workbook was never calculated, so the formula has no value: it cannot be an amount either.
    assert kinds == {"AMOUNT_INVALID", "HIDDEN_ROW", "HIDDEN_COLUMN", "HIDDEN_SHEET"}
    assert (5, None, "HIDDEN_ROW") in found(result)
    assert (2, "J", "HIDDEN_COLUMN") in found(result)
    assert result.row_count == 12


def test_a24_swapped_cells_missing_and_doubled_columns():
    swapped = check(xlsx(changed((0, NAME, first().card_number), (0, CARD, first().name))))
    assert found(swapped) == [(3, "D", "COLUMN_SWAPPED")]
    without = [[cell for at, cell in enumerate(row) if at != ID] for row in changed()]
    assert refusal(xlsx(without), "a.xlsx") == "HEADER_MISSING"
    doubled = [[*row, row[AMOUNT] if len(row) > AMOUNT else None] for row in changed()]
    assert refusal(xlsx(doubled), "a.xlsx") == "HEADER_DUPLICATE"


def test_a25_limits_are_kept_before_parsing():
    limits = reading.Options(sheets.Limits(bytes_max=1000, rows_max=50))
    huge = reading.read(b"a" * 1001, "a.csv", options=limits)
    assert [p.kind for p in huge.problems] == ["FILE_TOO_LARGE"]
    long = reading.read(b"a,b\n" * 200, "a.csv", options=limits)
    assert [p.kind for p in long.problems] == ["FILE_TOO_LARGE"]


@pytest.mark.parametrize("place", ["XFD3", "J1048576"])
def test_a25_a_stray_cell_in_the_far_corner_costs_no_memory(place: str):
    book = making.workbook({"Sheet1": changed()})
    book["Sheet1"][place] = "x"
    started = time.monotonic()
    assert refusal(making.saved(book), "a.xlsx") == "FILE_TOO_LARGE"
    assert time.monotonic() - started < 5


def test_a25_a_dimension_that_only_claims_to_be_huge_does_no_harm():
    assert found(check(repacked(xlsx(changed()), b'<dimension ref="A1:J14"', b'<dimension ref="A1:XFD1048576"'))) == []


def repacked(content: bytes, old: bytes = b"", new: bytes = b"", extra: dict[str, bytes] | None = None) -> bytes:
    """An .xlsx with bytes of its first sheet replaced and entries added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            part = source.read(entry)
            if entry == "xl/worksheets/sheet1.xml":
                assert old in part
                part = part.replace(old, new, 1)
            target.writestr(entry, part)
        for name, part in (extra or {}).items():
            target.writestr(name, part)
    return stream.getvalue()


def test_a26_bombs_and_paths_out_of_the_folder_are_refused_before_inflating():
    content = xlsx(changed())
    limits = reading.Options(sheets.Limits(inflated_bytes_max=10 << 20, entries_max=100))

    def kind(extra: dict[str, bytes]) -> str:
        return reading.read(repacked(content, extra=extra), "a.xlsx", options=limits).problems[0].kind

    assert kind({"xl/media/zeros.bin": bytes(20 << 20)}) == "FILE_TOO_LARGE"
    assert kind({f"xl/media/{n}": b"" for n in range(200)}) == "FILE_TOO_LARGE"
    assert kind({"../evil.xml": b"x"}) == "FILE_DAMAGED"


def test_a26_an_entry_that_lies_about_its_size_is_refused():
    content = bytearray(xlsx(changed()))
    at = content.find(b"PK\x01\x02")
    while content[at + 46 : at + 70] != b"xl/worksheets/sheet1.xml":
        at = content.find(b"PK\x01\x02", at + 4)
    struct.pack_into("<I", content, at + 24, 100)
    assert refusal(bytes(content), "a.xlsx") == "FILE_DAMAGED"


def test_a27_entities_in_the_xml_are_refused():
    content = xlsx(changed())
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        opening = source.read("xl/worksheets/sheet1.xml")[:40]
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + opening
    assert refusal(repacked(content, opening, bomb), "a.xlsx") == "FILE_DAMAGED"


def test_a28_content_that_is_not_what_the_extension_says():
    old = next(DEMO_COUNTY.glob("rosters/*.xls")).read_bytes()
    assert refusal(old, "a.xlsx") == "FILE_TYPE"
    assert refusal(xlsx(changed()), "a.xls") == "FILE_TYPE"
    assert refusal("<html><table><tr><td>姓名".encode(), "a.xls") == "FILE_TYPE"
    assert refusal(b"%PDF-1.7", "a.csv") == "FILE_TYPE"
    assert refusal(b"x", "a.pdf") == "FILE_TYPE"
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    assert refusal(locked, "a.xlsx") == "FILE_PROTECTED"
    macros = repacked(xlsx(changed()), extra={"xl/vbaProject.bin": b"x"})
    assert refusal(macros, "a.xlsm") == "FILE_MACRO"
    assert refusal(macros, "a.xlsx") == "FILE_MACRO"
    assert refusal(xlsx(changed()), "a.xlsm") == "FILE_MACRO"


def test_a28_archives_that_are_no_workbook_or_have_a_password():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "x")
    assert refusal(stream.getvalue(), "a.xlsx") == "FILE_TYPE"
    locked = bytearray(xlsx(changed()))
    at = locked.find(b"PK\x01\x02")
    locked[at + 8] |= 1
    assert refusal(bytes(locked), "a.xlsx") == "FILE_PROTECTED"


def test_a29_the_same_list_is_recognized_in_another_order_and_a_changed_row_is_shown():
    rows = changed()
    one, other = check(xlsx(rows)), check(xlsx([*rows[:2], *reversed(rows[2:])]))
    assert fingerprints.of_list(one.rows) == fingerprints.of_list(other.rows)
    assert fingerprints.difference(one.rows, other.rows).is_empty()
    third = check(xlsx(changed((4, AREA, 1), (4, AMOUNT, 95.3))))
    assert fingerprints.of_list(one.rows) != fingerprints.of_list(third.rows)
    assert fingerprints.difference(one.rows, third.rows).select("side", "row").rows() == [("before", 7), ("after", 7)]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a30_line_ends_and_quoted_line_breaks_count_right(newline: str):
    plain = making.as_csv(changed((3, REMARK, "两\n行")), newline).removesuffix(newline)
    result = check(plain.encode(), "柳河镇2026年耕地地力.csv")
    assert (result.row_count, result.ok_count) == (12, 12)
    assert result.rows["row"].to_list() == list(range(3, 15))


def test_a30_an_unbalanced_quote_and_a_row_with_too_many_fields():
    plain = making.as_csv(changed())
    broken = plain.replace(first().name, f'"{first().name}', 1)
    assert refusal(broken.encode(), "a.csv") == "CSV_STRUCTURE"
    result = check(plain.replace(f",{first().amount:.2f},", ",1,200.00,", 1).encode(), "柳河镇2026年耕地地力.csv")
    assert (3, None, "CSV_STRUCTURE") in found(result)
    assert result.ok_count == 11


def test_a31_a_file_cut_in_the_middle_is_refused_or_its_total_tells():
    content = xlsx(making.plain())
    assert refusal(content[: len(content) // 2], "a.xlsx") == "FILE_DAMAGED"
    old = next(DEMO_COUNTY.glob("rosters/*.xls")).read_bytes()
    assert refusal(old[: len(old) // 2], "a.xls") == "FILE_DAMAGED"
    assert refusal(b"", "a.xlsx") == "FILE_DAMAGED"
    assert refusal(b"", "a.csv") == "NO_ROWS"


def test_a32_luhn_and_unknown_bank():
    card = first().card_number
    assert kind_of(CARD, card[:18] + str((int(card[18]) + 1) % 10)) == ["CARD_LUHN"]
    assert kind_of(CARD, "6299770000001000018"[:18] + "0") in (["CARD_LUHN"], ["CARD_PREFIX"])
    assert kind_of(CARD, card[:18]) == ["CARD_FORM"]


def test_a33_the_card_of_another_person():
    assert kind_of(CARD, making.farmers(13)[12].card_number) == ["CARD_OTHER_PERSON"]


def test_openpyxl_reads_back_what_the_tests_write():
    assert openpyxl.load_workbook(io.BytesIO(xlsx(changed()))).active["D3"].value == first().name
