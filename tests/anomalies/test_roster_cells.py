"""A01–A13, A16–A24, A32, A33: cells of rosters as they go wrong in offices. Each gives a problem with its place, or is handled."""

import dataclasses
from datetime import date

import pytest

from tests.anomalies import making
from tests.anomalies.roster_checks import (
    AMOUNT,
    AREA,
    CARD,
    COUNTY,
    ID,
    NAME,
    REMARK,
    changed,
    check,
    first,
    found,
    kind_of,
    refusal,
    xlsx,
)
from yikatong.kit import id_number, names


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


def test_a19_the_sentence_says_what_is_written_or_that_nothing_is():
    for value, told in (("壹佰元", "写的是“壹佰元”"), (None, "格子是空的"), ("  ", "格子是空的")):
        (problem,) = check(xlsx(changed((0, AMOUNT, value)))).listed()
        assert told in problem.message(), value


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


def test_a32_luhn_and_unknown_bank():
    card = first().card_number
    assert kind_of(CARD, card[:18] + str((int(card[18]) + 1) % 10)) == ["CARD_LUHN"]
    assert kind_of(CARD, "6299770000001000018"[:18] + "0") in (["CARD_LUHN"], ["CARD_PREFIX"])
    assert kind_of(CARD, card[:18]) == ["CARD_FORM"]


def test_a33_the_card_of_another_person():
    assert kind_of(CARD, making.farmers(13)[12].card_number) == ["CARD_OTHER_PERSON"]
