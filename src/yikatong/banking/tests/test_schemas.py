"""Every message that comes in from the real mock-bank is valid as published.

So the readers are tested on what a bank really may send. What a running system checks of a message is in the room's
README: a schema needs the whole message in memory, which a million lines do not allow.
"""

import dataclasses
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pyiso20022.pacs.pacs_004_001_09 import Document as PaymentReturn
from pyiso20022.pain.pain_002_001_10 import Document as StatusReport
from xsdata.exceptions import ParserError
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig

from yikatong.banking.formats import camt053, camt054, pacs004, pain002
from yikatong.banking.tests import reports
from yikatong.banking.tests.instructions import BEIJING, DEBTOR_ACCOUNT, card, instruction, row
from yikatong.banking.transports.https import HttpsBank
from yikatong.demo import bank as demo_bank

SCHEMAS = resources.files("yikatong.banking.tests") / "schemas"
CLASSES: dict[str, type] = {pain002.MESSAGE: StatusReport, pacs004.MESSAGE: PaymentReturn}
STRICT = ParserConfig(fail_on_unknown_properties=True, fail_on_unknown_attributes=True, fail_on_converter_warnings=True)


def assert_valid(body: bytes) -> None:
    """By the XSD where a registry ships it, else by the classes made from it with all their facets."""
    kind = etree.QName(etree.fromstring(body)).namespace.removeprefix("urn:iso:std:iso:20022:tech:xsd:")
    if kind in CLASSES:
        assert_facets(XmlParser(config=STRICT).from_bytes(body, CLASSES[kind]), kind)
    else:
        schema = etree.XMLSchema(etree.fromstring((SCHEMAS / f"{kind}.xsd").read_bytes()))
        schema.assertValid(etree.fromstring(body))


def assert_facets(value: Any, where: str) -> None:
    """Required elements, lengths and patterns, which reading does not look at."""
    for field in dataclasses.fields(value):
        told, facets, place = getattr(value, field.name), field.metadata, f"{where}/{field.name}"
        assert told is not None or not facets.get("required"), f"{place} is missing"
        several = told if isinstance(told, list) else [told]
        assert not isinstance(told, list) or facets.get("min_occurs", 0) <= len(several), place
        assert not isinstance(told, list) or len(several) <= facets.get("max_occurs", len(several)), place
        for one in several:
            if dataclasses.is_dataclass(one) and type(one).__module__.startswith("pyiso20022"):
                assert_facets(one, place)
            elif isinstance(one, str):
                assert facets.get("min_length", 0) <= len(one) <= facets.get("max_length", len(one)), place
                assert re.fullmatch(facets.get("pattern", r"[\s\S]*"), one), place
            elif isinstance(one, Decimal):
                assert -one.as_tuple().exponent <= facets.get("fraction_digits", 99), place  # type: ignore[operator]


@pytest.fixture
def messages(tmp_path: Path) -> Iterator[list[bytes]]:
    """What the bank says of an instruction with failures, sent twice, and of a return some days later."""
    bank = demo_bank.start(tmp_path / "bank", clock_at=datetime(2026, 11, 23, 9, 0, tzinfo=BEIJING))
    try:
        bank.control.open_debtor_account(DEBTOR_ACCOUNT, name="青禾县农业农村局", balance_fen=100_000_000)
        bank.control.open_card(card(3), "closed-account")
        bank.control.open_card(card(4), "bad-bank-id")
        bank.control.return_later(DEBTOR_ACCOUNT, end_to_end_id="E7-1", reason="AC06", business_days=2)
        wire, body = HttpsBank(bank.url), instruction([row(n, 100 + n) for n in range(12)])
        wire.submit(body, "QH2026-0001")
        wire.submit(body, "QH2026-0001")
        bank.control.set_debtor_behaviour(DEBTOR_ACCOUNT, "reject-file")
        bank.control.advance(4)
        yield [body for _, body in reports.fetched(wire)]
    finally:
        bank.stop()


def test_every_message_of_the_bank_is_valid(messages: list[bytes]) -> None:
    kinds = {etree.QName(etree.fromstring(body)).namespace.rpartition(":")[2] for body in messages}
    assert kinds == {pain002.MESSAGE, camt053.MESSAGE, camt054.MESSAGE, pacs004.MESSAGE}
    for body in messages:
        assert_valid(body)


def test_the_check_can_fail(messages: list[bytes]) -> None:
    (report, *_), (statement, *_) = (
        [body for body in messages if message.encode() in body[:300]] for message in (pain002.MESSAGE, camt053.MESSAGE)
    )
    head = re.search(rb"<MsgId>(.*?)</MsgId>", report)
    assert head
    for spoiled in (
        report.replace(head[0], b"", 1),
        report.replace(head[1], b"P" * 36, 1),
        report.replace(head[0], b"<Odd/>" + head[0], 1),
        re.sub(b"DBIT|CRDT", b"BOTH", statement, count=1),
    ):
        assert spoiled not in (report, statement)
        with pytest.raises((AssertionError, ParserError, etree.DocumentInvalid, TypeError)):
            assert_valid(spoiled)


def test_a_kind_without_a_schema_would_be_noticed() -> None:
    assert set(CLASSES) | {path.name.removesuffix(".xsd") for path in SCHEMAS.iterdir() if path.name.endswith(".xsd")} == {
        pain002.MESSAGE, pacs004.MESSAGE, camt053.MESSAGE, camt054.MESSAGE,
    }  # fmt: skip
