"""The conformance suite: it passes good banks over every wire, and every check of it fails a bank that is bad that way."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.faulty_bank import Fault, FaultyBank
from tests.faulty_bank.drop import PASSWORD, Folder, over_sftp
from tests.faulty_bank.forms import Bar
from tests.faulty_bank.http import over_http
from yikatong.banking import conformance, signing
from yikatong.banking.conformance import Verdict
from yikatong.banking.conformance.sheets import Sheet, with_wrong_sum
from yikatong.banking.formats import registry
from yikatong.banking.formats.iso20022 import Iso20022
from yikatong.banking.transports import Wire
from yikatong.banking.transports.folder import FolderBank
from yikatong.banking.transports.https import HttpsBank
from yikatong.banking.transports.sftp import Access, SftpBank
from yikatong.core.refusals import Refused
from yikatong.demo import bank as demo_bank

from .instructions import BANK_CODE, BEIJING, DEBTOR_ACCOUNT, card

AT = datetime(2026, 11, 23, 9, 0, tzinfo=BEIJING)
PAID, FAILING, RETURNED = (card(1), card(2)), card(3), card(4)
KEY = Ed25519PrivateKey.generate()
PUBLIC = signing.PublicKey("Ed25519", KEY.public_key().public_bytes_raw(), date(2030, 12, 31))
TITLES = [
    "合格的文件", "同一份文件重发", "同编号、不同内容", "过了有效期", "合计与明细不符", "查询没有发过的文件", "查询已收到的文件",
    "每一笔都有结果", "指令的收款卡", "原因代码", "生僻字", "有退票", "对账单与逐笔结果相等", "每份报文都能读", "报文编号不变", "银行的签名",
]  # fmt: skip


def told(account: str = DEBTOR_ACCOUNT, returned: bool = True) -> dict[str, Any]:
    cards = [("paid", number) for number in PAID] + [("failing", FAILING)]
    cards += [("returned", RETURNED)] if returned else []
    return {
        "debtor_name": "青禾县农业农村局", "debtor_account": DEBTOR_ACCOUNT, "debtor_bank_code": BANK_CODE,
        "statement_account": account,
        "cards": [{"kind": kind, "number": number, "name": "张三", "bank_code": BANK_CODE} for kind, number in cards],
    }  # fmt: skip


def good_bank(**terms: Any) -> FaultyBank:
    signs = lambda body: KEY.sign(hashlib.sha256(body).digest())  # noqa: E731
    bank = FaultyBank(seed=1, at=AT, signer=signs, **terms)
    bank.open_account(DEBTOR_ACCOUNT, named=DEBTOR_ACCOUNT, balance_fen=100_000)
    bank.closed_cards[FAILING] = "AC04"
    bank.returning_cards[RETURNED] = "AC06"
    return bank


def judged(
    wire: Wire, bank: FaultyBank, work: Callable[[], None] = lambda: None, code: str = "iso20022"
) -> dict[str, conformance.Judgment]:
    """The suite's judgments by a word of their title."""

    def pause() -> None:
        work()
        bank.pass_time(timedelta(hours=12))
        work()

    trial = conformance.Trial(
        wire, conformance.terms_of(told()), registry.named(code), [PUBLIC], lambda: bank.at, pause, 12
    )
    trial.run()
    judgments = conformance.judge(trial, dedupes_forever=True)
    assert len(judgments) == len(TITLES)
    return dict(zip(TITLES, judgments, strict=True))


@pytest.fixture(autouse=True)
def _keys(settings: Any, tmp_path: Path) -> None:
    settings.YIKATONG_KEYS = str(tmp_path / "keys.json")


@contextmanager
def reached(kind: str, bank: FaultyBank, place: Path) -> Iterator[tuple[Wire, Callable[[], None]]]:
    """A wire to the bank, and what lets the bank look into its folder."""
    if kind == "https":
        with over_http(bank) as address:
            yield HttpsBank(address), lambda: None
        return
    folder = Folder(bank, place)
    if kind == "folder":
        yield FolderBank(place, extension=bank.form.extension), folder.work
        return
    with over_sftp(place) as (address, host_key):
        yield SftpBank(address, Access(host_key, PASSWORD), extension=bank.form.extension), folder.work


@pytest.mark.parametrize("kind", ["https", "folder", "sftp"])
def test_a_good_bank_passes_over_every_wire(kind: str, tmp_path: Path) -> None:
    bank = good_bank()
    bank.trusted_keys = [key.public for key in signing.own_keys(at=AT)]
    with reached(kind, bank, tmp_path / "drop") as (wire, work):
        judgments = judged(wire, bank, work)
    verdicts = {title: str(one.verdict) for title, one in judgments.items()}
    # What lies in the folder already we never replace, so that over files the bank cannot be asked that.
    undecided = {"同编号、不同内容"} if kind != "https" else set()
    assert {title for title, verdict in verdicts.items() if verdict == Verdict.UNDECIDED} == undecided, verdicts
    assert conformance.is_fit(list(judgments.values())), "\n".join(conformance.lines_of(list(judgments.values())))
    assert bank.books.paid_twice() == set()


@pytest.mark.parametrize("kind", ["folder", "sftp"])
def test_a_good_bank_with_text_files_of_its_own_passes(kind: str, tmp_path: Path) -> None:
    bank = good_bank(form=Bar())
    bank.trusted_keys = [key.public for key in signing.own_keys(at=AT)]
    with reached(kind, bank, tmp_path / "drop") as (wire, work):
        judgments = judged(wire, bank, work, "qinghe-bar")
    undecided = {title for title, one in judgments.items() if one.verdict is Verdict.UNDECIDED}
    report = "\n".join(conformance.lines_of(list(judgments.values())))
    assert undecided == {"同编号、不同内容"}, report
    assert conformance.is_fit(list(judgments.values())), report
    assert bank.books.paid_twice() == set() and bank.books.bookings


def test_a_bank_that_overlooks_a_wrong_sum_in_its_text_files_fails(tmp_path: Path) -> None:
    bank = good_bank(form=Bar())
    bank.checks_totals = False
    with reached("folder", bank, tmp_path / "drop") as (wire, work):
        judgments = judged(wire, bank, work, "qinghe-bar")
    assert judgments["合计与明细不符"].verdict is Verdict.FAILED and "入账" in judgments["合计与明细不符"].came


def test_a_file_without_a_sum_cannot_have_a_wrong_one() -> None:
    sheet = Sheet("C", "C.txt", b"C-1|1\nC-2|2\n", b"{}", {"C-1": 1, "C-2": 2}, {})
    dearer = Sheet("C", "C.txt", b"C-1|51\nC-2|2\n", b"{}", {"C-1": 51, "C-2": 2}, {})
    assert with_wrong_sum(sheet, dearer) is None


def test_mock_bank_passes_what_it_promises(tmp_path: Path) -> None:
    running = demo_bank.start(tmp_path / "bank", clock_at=AT)
    try:
        running.control.open_debtor_account(DEBTOR_ACCOUNT, name="青禾县农业农村局", balance_fen=100_000)
        running.control.open_card(FAILING, "closed-account")
        terms = conformance.terms_of(told(demo_bank.iban_of(DEBTOR_ACCOUNT), returned=False))
        control = running.control

        def pause() -> None:
            control.advance(1)

        trial = conformance.Trial(HttpsBank(running.url), terms, Iso20022(), [], control.now, pause, 4)
        trial.run()
    finally:
        running.stop()
    judgments = dict(zip(TITLES, conformance.judge(trial, dedupes_forever=True), strict=True))
    report = "\n".join(conformance.lines_of(list(judgments.values())))
    assert conformance.is_fit(list(judgments.values())), report
    # It passes over manifests, and no card of it comes back by itself; it signs nothing.
    others = {title for title, one in judgments.items() if one.verdict is not Verdict.PASSED}
    assert others == {"过了有效期", "有退票", "银行的签名"}, report
    assert "（建议项）" in report


@pytest.mark.parametrize(
    ("title", "terms", "habits", "faults"),
    [
        ("同一份文件重发", {"dedupes_forever": False}, {}, []),
        ("同编号、不同内容", {"dedupes_forever": False}, {}, []),
        ("过了有效期", {"honors_not_after": False}, {}, []),
        ("合计与明细不符", {}, {"checks_totals": False}, []),
        ("查询没有发过的文件", {}, {"says_yes": True}, []),
        ("每一笔都有结果", {}, {}, [Fault.LINE_MISSING]),
        ("每一笔都有结果", {}, {}, [Fault.AMOUNT_OFF]),
        ("每一笔都有结果", {}, {}, [Fault.OK_THEN_FAIL]),
        ("指令的收款卡", {}, {}, [Fault.OTHER_CARD]),
        ("指令的收款卡", {}, {}, [Fault.STATEMENT_OTHER_CARD]),
        ("原因代码", {}, {"closed_cards": {FAILING: "ZZ99"}}, []),
        ("生僻字", {}, {"charset": "gb2312"}, []),
        ("有退票", {}, {"returning_cards": {}}, []),
        ("对账单与逐笔结果相等", {}, {}, [Fault.STATEMENT_LINE_MISSING]),
        ("对账单与逐笔结果相等", {}, {}, [Fault.AMOUNTS_SWAPPED]),
        ("每份报文都能读", {}, {}, [Fault.CUT_SHORT]),
        ("报文编号不变", {}, {}, [Fault.OTHER_BODY]),
        ("银行的签名", {}, {}, [Fault.UNSIGNED]),
    ],
)
def test_each_check_fails_a_bank_that_is_bad_that_way(
    title: str, terms: dict[str, Any], habits: dict[str, Any], faults: list[Fault]
) -> None:
    bank = good_bank(**terms)
    for name, value in habits.items():
        assert hasattr(bank, name)
        setattr(bank, name, value)
    for fault in faults:
        bank.want(fault)
    with over_http(bank) as address:
        judgments = judged(HttpsBank(address), bank)
    assert judgments[title].verdict is Verdict.FAILED, "\n".join(conformance.lines_of(list(judgments.values())))
    assert judgments[title].mend in "\n".join(conformance.lines_of(list(judgments.values())))


def test_whether_a_bank_states_cards_or_the_accounts_behind_them_is_as_it_is_registered() -> None:
    bank = good_bank()
    with over_http(bank) as address:
        trial = conformance.Trial(
            HttpsBank(address), conformance.terms_of(told()), registry.named("iso20022"), [PUBLIC], lambda: bank.at,
            lambda: bank.pass_time(timedelta(hours=12)), 12,
        )  # fmt: skip
        trial.run()
    place = TITLES.index("指令的收款卡")
    one = conformance.judge(trial, dedupes_forever=True, names_cards=False)[place]
    assert one.verdict is Verdict.FAILED and "写的就是卡号" in one.came
    trial.answers.payees = {(name, f"88{number[:10]}") for name, number in trial.answers.payees}
    one = conformance.judge(trial, dedupes_forever=True, names_cards=False)[place]
    assert one.verdict is Verdict.PASSED and "收款卡不能核对" in one.came
    assert conformance.judge(trial, dedupes_forever=True)[place].verdict is Verdict.FAILED
    trial.answers.payees.clear()
    assert conformance.judge(trial, dedupes_forever=True)[place].verdict is Verdict.UNDECIDED


def test_a_bank_that_books_and_answers_after_the_time_out_is_found_to_have_it(tmp_path: Path) -> None:
    bank = good_bank()
    bank.want(Fault.ANSWERS_LATE)
    with over_http(bank) as address:
        judgments = judged(HttpsBank(address), bank)
    assert conformance.is_fit(list(judgments.values())) and bank.books.paid_twice() == set()


def test_of_a_bank_that_answers_nothing_no_file_is_made() -> None:
    with over_http(good_bank()) as address:
        pass
    trial = conformance.Trial(
        HttpsBank(address), conformance.terms_of(told()), registry.named("iso20022"), [], lambda: AT, lambda: None, 1
    )
    with pytest.raises(Refused, match="什么都没有发送"):
        trial.run()
    assert trial.sent == {}


def test_a_question_that_is_not_answered_leaves_it_undecided() -> None:
    bank = good_bank()
    bank.want(Fault.QUESTION_LOST, 2)
    with over_http(bank) as address:
        judgments = judged(HttpsBank(address), bank)
    assert judgments["查询没有发过的文件"].verdict is Verdict.UNDECIDED
    assert judgments["查询已收到的文件"].verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"debtor_account": None}, "debtor_account"),
        ({"cards": [{"kind": "paid"}]}, "第 1 张卡"),
        ({"cards": [{"kind": "x", "number": "1", "name": "张三", "bank_code": "1"}]}, "kind"),
        ({"cards": []}, "两张"),
    ],
)
def test_a_file_that_lacks_something_sends_nothing(change: dict[str, Any], what: str) -> None:
    with pytest.raises(conformance.TermsBroken, match=what):
        conformance.terms_of(told() | change)
