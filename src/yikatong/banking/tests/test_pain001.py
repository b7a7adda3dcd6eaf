from collections import deque
from collections.abc import Iterator
from importlib import resources

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from yikatong.banking.formats import pain001
from yikatong.banking.formats.amounts import fen_of, yuan_text
from yikatong.banking.formats.refusals import UnreadableBankFile, UnwritableInstruction
from yikatong.banking.tests import reports
from yikatong.banking.tests.instructions import card, frame, header, instruction, resident_bytes, row

NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    path = resources.files("sepaxml") / "schemas" / "pain.001.001.09.xsd"
    return etree.XMLSchema(etree.fromstring(path.read_bytes()))


def test_an_instruction_is_valid_by_the_published_schema(schema: etree.XMLSchema) -> None:
    rows = [row(n, 100 + n) for n in range(25)]
    schema.assertValid(etree.fromstring(instruction(rows)))
    bare = [row(1)._replace(bank_name="", id_number="", mobile_number="")]
    schema.assertValid(etree.fromstring(instruction(bare, debtor_bank_name="青禾农商行营业部")))


@given(st.integers(1, 30))
def test_the_parts_make_no_difference_to_what_is_written(size: int) -> None:
    rows = [row(n) for n in range(25)]
    parts = [frame(rows[start : start + size]) for start in range(0, 25, size)]
    assert b"".join(pain001.blocks(header(rows), parts)) == instruction(rows)


def test_a_hundred_thousand_payments_are_written_in_bounded_memory() -> None:
    def frames() -> Iterator[pl.DataFrame]:
        for start in range(0, 100_000, 10_000):
            resident.append(resident_bytes())
            number = pl.Series(range(start, start + 10_000)).cast(pl.String)
            yield frame([row(1, 1)] * 10_000).with_columns(end_to_end_id="E" + number + "-1")

    resident: list[int] = []
    sizes = [len(block) for block in pain001.blocks(header([], payment_count=100_000, total_fen=100_000), frames())]
    assert len(sizes) == 12 and sum(sizes) > 60_000_000
    assert max(resident) - resident[1] < 32 << 20


def test_nothing_is_done_row_by_row() -> None:
    def calls(count: int) -> int:
        rows = [row(n) for n in range(count)]
        above, below = header(rows), frame(rows)
        return reports.calls(lambda: deque(pain001.blocks(above, [below]), 0))

    calls(1)
    assert calls(1_000) == calls(10)


def test_every_field_arrives_where_the_bank_reads_it() -> None:
    odd = row(7, 5)._replace(creditor_name="A&B<C>", remittance="]]> & 稻谷补贴")
    tree = etree.fromstring(instruction([odd]))
    found = {
        name: tree.findtext(f".//p:CdtTrfTxInf/{path}", namespaces=NS)
        for name, path in {
            "e2e": "p:PmtId/p:EndToEndId", "amount": "p:Amt/p:InstdAmt", "name": "p:Cdtr/p:Nm",
            "card": "p:CdtrAcct/p:Id/p:Othr/p:Id", "code": "p:CdtrAgt/p:FinInstnId/p:ClrSysMmbId/p:MmbId",
            "remittance": "p:RmtInf/p:Ustrd", "mobile": "p:Cdtr/p:CtctDtls/p:MobNb",
        }.items()
    }  # fmt: skip
    assert found == {
        "e2e": "E7-1", "amount": "0.05", "name": "A&B<C>", "card": card(7), "code": "999999992",
        "remittance": "]]> & 稻谷补贴", "mobile": "+86-13800000000",
    }  # fmt: skip


@pytest.mark.parametrize("change", [{"payment_count": 2}, {"total_fen": 12_344}, {"payment_count": 0}])
def test_count_or_sum_that_differ_from_the_header_are_refused(change: dict) -> None:
    with pytest.raises(UnwritableInstruction):
        instruction([row(1)], **change)


@pytest.mark.parametrize(
    "change",
    [
        {"creditor_name": "张\x01三"}, {"creditor_name": "张\u202e三"}, {"creditor_name": " "},
        {"creditor_name": "张" * 141},
        {"remittance": "a\nb"}, {"card_number": "6217 999"},
        {"card_number": "６２１７"},
        {"card_number": ""}, {"end_to_end_id": "E1/1<"}, {"end_to_end_id": "E" * 36}, {"amount_fen": 0},
        {"amount_fen": -1}, {"bank_code": "ABC"}, {"mobile_number": "138x"},
    ],
)  # fmt: skip
def test_a_value_the_bank_could_not_carry_is_refused_by_its_payment_and_not_quoted(change: dict) -> None:
    with pytest.raises(UnwritableInstruction) as refused:
        instruction([row(1)._replace(**change)], total_fen=12_345)
    assert "款项 E" in str(refused.value)
    assert "6217" not in str(refused.value) and "张" not in str(refused.value)


@pytest.mark.parametrize("change", [{"message_id": "有汉字"}, {"debtor_account": "x"}, {"initiating_party": "\x00"}])
def test_a_header_the_bank_could_not_carry_is_refused(change: dict) -> None:
    with pytest.raises(UnwritableInstruction):
        instruction([row(1)], **change)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(UnwritableInstruction):
        instruction([row(1)], created_at=header([row(1)]).created_at.replace(tzinfo=None))


@given(st.integers(min_value=0, max_value=10**17 - 1))
def test_fen_survive_the_wire(fen: int) -> None:
    assert fen_of(yuan_text(fen), where="金额") == fen


@pytest.mark.parametrize(("text", "fen"), [("1", 100), ("1.5", 150), ("0.05", 5), ("1.50000", 150), ("007.00", 700)])
def test_amounts_are_read_exactly(text: str, fen: int) -> None:
    assert fen_of(text, where="金额") == fen


@pytest.mark.parametrize("text", ["", "1.234", "-1", "+1", "1,00", "1e3", ".5", "5.", "１", "NaN", "1" * 16, " 1"])
def test_other_amounts_are_refused(text: str) -> None:
    with pytest.raises(UnreadableBankFile):
        fen_of(text, where="金额")


@pytest.mark.parametrize("currency", ["USD", ""])
def test_another_currency_is_refused(currency: str) -> None:
    with pytest.raises(UnreadableBankFile):
        fen_of("1.00", where="金额", currency=currency)


def test_a_negative_amount_is_never_written() -> None:
    with pytest.raises(ValueError):
        yuan_text(-1)
