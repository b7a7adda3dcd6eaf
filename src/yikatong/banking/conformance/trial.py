"""Sends the suite's files to a bank's test system and gathers what it answers. What it means is said in ``checks``."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from yikatong.banking import signing
from yikatong.banking.formats.adapters import Adapter
from yikatong.banking.transports import Held, Rejected, Unreachable, Wire
from yikatong.core.refusals import Refused

from . import sheets
from .answers import Answers
from .sheets import Sheet
from .terms import Terms, TrialCard

# The form in which a file with a wrong sum can be made; another form may have no place for it.
# So much more than its lines a wrong sum says: less than a yuan.
WRONG_FEN = 50
VALID = timedelta(days=1)
RECEIVED, HELD, REFUSED, UNKNOWN = "银行已收到", "银行说先前已收到", "银行整体拒收", "没有明确答复"
NOT_FOUND, SILENCE = "银行说没有收到过", "没有答复"


class OutOfReach(Refused):
    """The bank's test system answers nothing; nothing was sent."""

    code = "conformance_out_of_reach"


@dataclass
class Sending:
    """One file that was sent, and what the bank said at once or when asked."""

    sheet: Sheet
    outcome: str = UNKNOWN
    reason: str = ""
    sentence: str = ""

    @property
    def told(self) -> str:
        """What came, in words."""
        return self.outcome + (f"，原因代码 {self.reason}" if self.reason else "") + self.sentence


@dataclass
class Trial:
    """One run of the suite. ``pause`` lets the bank work (and its day end) between two visits, at most ``rounds`` times.

    ``clock`` is the bank's present moment as far as we know it, ``stamp`` what all the numbers of the run begin with.
    """

    wire: Wire
    terms: Terms
    adapter: Adapter
    keys: list[signing.PublicKey]
    clock: Callable[[], datetime]
    pause: Callable[[], None]
    rounds: int
    answers: Answers = field(init=False)
    stamp: str = field(init=False)
    sent: dict[str, Sending] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answers = Answers(self.terms.statement_account, self.adapter, self.keys)
        self._known: set[str] = set()
        self.stamp = f"CT{self.clock():%y%m%d%H%M%S}{secrets.token_hex(2).upper()}"

    def run(self) -> None:
        """Ask about what was never sent; send good and bad files; wait for results and the statement; look again.

        Raises OutOfReach when the bank answers nothing at all.
        """
        self._ask("never", f"{self.stamp}-0", f"{self.stamp}-0-1")
        self._forget_what_lies_there()
        cards = self.terms.cards
        good = self._sheet("A", list(cards))
        self._send("good", good)
        self._send("names", self._sheet("B", sheets.rare(self.terms.cards_of("paid"), self.adapter)))
        paid = self.terms.cards_of("paid")
        wrong = sheets.with_wrong_sum(self._sheet("C", paid), self._sheet("C", paid, more_fen=WRONG_FEN))
        if wrong:
            self._send("sum", wrong)
        self._send("expired", self._sheet("D", self.terms.cards_of("paid"), valid=-VALID))
        self._wait(lambda: self.sent["good"].outcome != UNKNOWN)
        self._ask("good", good.message_id, next(iter(good.asked)))
        self._send("again", good)
        self._send("other", self._sheet("A", self.terms.cards_of("paid")[:1], lines="X"))
        self._wait(self._is_told)
        self._look_again()

    def _sheet(
        self, letter: str, cards: list[TrialCard], valid: timedelta = VALID, lines: str = "", more_fen: int = 0
    ) -> Sheet:
        return sheets.sheet(
            f"{self.stamp}-{letter}", self.terms, cards, adapter=self.adapter, at=self.clock(), valid=valid,
            stem=f"{self.stamp}-{lines or letter}", more_fen=more_fen,
        )  # fmt: skip

    def _send(self, name: str, sheet: Sheet) -> None:
        sending = self.sent.setdefault(name, Sending(sheet))
        try:
            receipt = self.wire.submit(sheet.body, sheet.message_id, sheet.manifest, sheet.file_name)
            sending.outcome = HELD if receipt.already_held else RECEIVED
        except Rejected as refused:
            sending.outcome, sending.reason = REFUSED, refused.reason_code
        except Unreachable as unknown:
            sending.sentence = f"（{unknown}）"

    def _ask(self, name: str, message_id: str, end_to_end_id: str) -> None:
        try:
            held = self.wire.status(message_id, end_to_end_id)
            self.questions[name] = RECEIVED if held is Held.RECEIVED else NOT_FOUND
        except Rejected as refused:
            self.questions[name] = f"{REFUSED}，原因代码 {refused.reason_code}"
        except Unreachable as unknown:
            self.questions[name] = f"{SILENCE}（{unknown}）"

    def _forget_what_lies_there(self) -> None:
        """Older messages are none of this run's."""
        try:
            self._known = set(self.wire.report_ids())
        except Unreachable as unknown:
            if self.questions["never"].startswith(SILENCE):
                raise OutOfReach(
                    f"银行的测试系统没有任何答复，什么都没有发送。请核对地址、凭据和网络。（{unknown}）"
                ) from unknown
            self.trouble.append(str(unknown))

    def _wait(self, is_done: Callable[[], bool]) -> None:
        for turn in range(self.rounds + 1):
            self._fetch()
            self._clear_up()
            if is_done() or turn == self.rounds:
                return
            self.pause()

    def _fetch(self) -> None:
        try:
            for report in self.wire.fetch_reports(self._known):
                self._known.add(report.report_id)
                with report.body:
                    self.answers.take(report, at=self.clock())
        except Unreachable as unknown:
            self.trouble.append(str(unknown))

    def _clear_up(self) -> None:
        """What had no clear answer may have one now: by a question, or because a report speaks of the file."""
        for name, sending in self.sent.items():
            # What carries the id of the first file cannot be asked about by itself.
            if sending.outcome != UNKNOWN or name in ("again", "other"):
                continue
            sheet = sending.sheet
            try:
                if self.wire.status(sheet.message_id, next(iter(sheet.asked))) is Held.RECEIVED:
                    sending.outcome, sending.sentence = RECEIVED, ""
            except Rejected as refused:
                sending.outcome, sending.reason, sending.sentence = REFUSED, refused.reason_code, ""
            except Unreachable:
                continue

    def _is_told(self) -> bool:
        """Whether every line that can have a result has one, the statement shows the paid ones, and returns are there."""
        good, names = self.sent["good"].sheet, self.sent["names"].sheet
        asked = {*good.asked, *names.asked}
        credited = {one.end_to_end_id for one in self.answers.credited}
        on_statement = {one.end_to_end_id for one in self.answers.statement_debits}
        backs = {name for name, kind in good.kinds.items() if kind == "returned"}
        return (
            asked <= credited | set(self.answers.failed)
            and credited & asked <= on_statement
            and backs <= self.answers.returned | set(self.answers.failed)
        )

    def _look_again(self) -> None:
        """Every message of this run once more: a number must keep its bytes."""
        ours = set(self.answers.digests)
        try:
            for report in self.wire.fetch_reports(self._known - ours):
                report.body.close()
                self.answers.digests[report.report_id].add(report.sha256)
        except Unreachable as unknown:
            self.trouble.append(str(unknown))
