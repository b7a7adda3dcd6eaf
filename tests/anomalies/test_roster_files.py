"""A14, A15 and A25–A31: roster files that go wrong as files. Each is refused with its reason, or handled."""

import io
import struct
import time
import zipfile

import openpyxl
import pytest

from tests.anomalies import making
from tests.anomalies.roster_checks import AMOUNT, AREA, REMARK, changed, check, first, found, refusal, repacked, xlsx
from yikatong.kit import sheets
from yikatong.rosters.commands import DEMO_COUNTY
from yikatong.rosters.rules import fingerprints, reading


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


def test_openpyxl_reads_back_what_the_tests_write():
    assert openpyxl.load_workbook(io.BytesIO(xlsx(changed()))).active["D3"].value == first().name
